"""One alignment looked at closely: a page to look at and listen to, and what was misheard."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from publisher import align, content, media
from publisher.align.acoustic import AcousticAligner
from publisher.align.comparing import compare
from publisher.align.mishearings import Mishearing, mishearings, to_csv
from publisher.align.report import relative_href, report_html
from publisher.errors import AlignmentError, Place
from publisher.fetch import read_captions
from publisher.model import THRESHOLD, CaptionFile, CaptionKind, Captions, Timeline, Transcript
from publisher.pipeline import align_episode, evidence_for, fetch, heard_by, read
from publisher.tongues import language_of, sentence, unspoken
from publisher.workspace import Settings, Workspace, episode_paths


@dataclass(frozen=True, slots=True)
class Examined:
    """An alignment and what it was made from.

    Attributes:
        title: Of the talk.
        language: BCP 47; empty when unknown.
        transcript: What is spoken.
        timeline: When.
        audio: The sound.
        heard: The words that the times come from; None when they come from the sound alone.
        names: People, companies and products to look for among what was misheard.
        threshold: Confidence under which chapters are withheld.
        doubt: What the times could not go by, as a sentence; empty when all is well.
    """

    title: str
    language: str
    transcript: Transcript
    timeline: Timeline
    audio: Path
    heard: Captions | None
    names: tuple[str, ...] = ()
    threshold: float = THRESHOLD
    doubt: str = ""

    def misheard(self) -> tuple[Mishearing, ...]:
        """What was heard against what the author wrote; empty when nothing was heard."""
        if self.heard is None:
            return ()
        return mishearings(self.transcript, compare(self.transcript, self.heard), self.names)

    def misheard_csv(self) -> str:
        """The same as a table for a spreadsheet."""
        return to_csv(self.misheard())

    def timeline_json(self) -> str:
        """The timeline as a file."""
        return align.timeline_json(self.timeline, self.transcript)

    def page(self, path: Path) -> str:
        """The page, as it will lie at `path`."""
        return report_html(
            self.transcript,
            self.timeline,
            title=self.title,
            audio=self.audio,
            audio_href=relative_href(self.audio, path),
            threshold=self.threshold,
            language=self.language,
            mishearings=self.misheard(),
        )


def examine_files(
    transcript: Path, audio: Path, captions: Path | None, settings: Settings, cache: Path | None = None
) -> Examined:
    """Align a Markdown file with an audio file, without any show.

    Args:
        transcript: With or without front matter.
        audio: The sound.
        captions: json3, WebVTT or SRT of that sound.
        settings: Engine and model.
        cache: Folder for recognised speech; None keeps nothing.
    """
    text = content.read_transcript(transcript)
    language, *others = content.read_languages(transcript) or ("",)
    evidence = align.Evidence(
        duration=media.probe(audio).duration,
        captions=read_captions(CaptionFile(captions, CaptionKind.GIVEN)) if captions else None,
        audio=audio,
        language=language,
        other_languages=tuple(others),
        recogniser=align.Recogniser(settings.model, settings.fast, cache, settings.network.offline),
        refine=settings.refines,
        progress=settings.progress,
    )
    timeline = align.align(text, evidence, engine=settings.engine)
    heard = heard_by(evidence, settings.engine)
    return Examined(
        transcript.stem, language, text, timeline, audio, heard, doubt=_doubt(timeline, text, evidence)
    )


def _doubt(timeline: Timeline, text: Transcript, evidence: align.Evidence) -> str:
    if timeline.engine != AcousticAligner.name:
        return ""
    languages = evidence.languages or (language_of("".join(turn.text for turn in text.turns)),)
    return sentence(unspoken(text, languages), languages)


def examine_episode(space: Workspace, name: str) -> Examined:
    """Align an episode of a show.

    Raises:
        AlignmentError: There is nothing to align it with.
    """
    episode = read(space, episode_paths(space, (name,))[0])
    fetched = fetch(space, episode)
    found = align_episode(space, episode, fetched)
    if found.timeline is None or fetched.audio is None:
        raise AlignmentError(
            f"No times were found. {found.doubt}",
            place=Place(str(episode.path)),
            remedy="Add captions: to its front matter, or choose a speech model with --model.",
        )
    heard = heard_by(evidence_for(space, episode, fetched), space.settings.engine)
    return Examined(
        title=episode.title,
        language=episode.language,
        transcript=episode.transcript,
        timeline=found.timeline,
        audio=fetched.audio,
        heard=heard,
        names=(*episode.people, *episode.companies, *episode.products),
        threshold=space.show.confidence,
        doubt=found.doubt,
    )
