"""The straight line, one function a stage: read → fetch → align; `publishing` writes what comes out."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from publisher import align, chapters, content, media, store, tongues
from publisher.align.acoustic import AcousticAligner
from publisher.chapters import About
from publisher.errors import AlignmentError, Place
from publisher.fetch import due, fetch_episode, read_captions
from publisher.files import write_if_changed
from publisher.model import (
    Captions,
    Chapter,
    Episode,
    Fetched,
    Outcome,
    Pin,
    Status,
    TimedWord,
    Timeline,
    Transcript,
    Unspoken,
)
from publisher.store import LockedEpisode
from publisher.workspace import Workspace, episode_paths, stage


def read(space: Workspace, path: Path) -> Episode:
    """Read an episode file of the show."""
    return content.read_episode(path, timezone=space.show.timezone, language=space.show.language)


def skipped(space: Workspace, episode: Episode, known: LockedEpisode | None = None) -> Outcome | None:
    """Why an episode is not for this run; None when it is.

    Args:
        space: The show.
        episode: As its file is now.
        known: What the lock says of it: what came out on its date stays out when the clock is set back.
    """
    if episode.draft and not space.settings.drafts:
        return Outcome(
            episode.slug,
            Status.SKIPPED,
            title=episode.title,
            stage="read",
            code="draft",
            reason="It is a draft. Take it in with --drafts, or remove 'draft: true'.",
        )
    came_out = known and not known.withdrawn and known.published == episode.published
    if episode.published > datetime.now(UTC) and not came_out:
        return Outcome(
            episode.slug,
            Status.SKIPPED,
            title=episode.title,
            stage="read",
            code="scheduled",
            reason=f"It is dated {episode.published:%Y-%m-%d}. The first run after that publishes it.",
        )
    return None


# -- fetch --------------------------------------------------------------------------------------------


def fetch(space: Workspace, episode: Episode) -> Fetched:
    """Bring audio and captions into the cache, unless they are there."""
    with stage("fetch", episode):
        return fetch_episode(
            episode,
            root=space.root,
            cache=space.fetch_folder(episode),
            network=space.settings.network,
            progress=space.settings.progress,
            shared=space.sites,
        )


def fetch_is_due(space: Workspace, slug: str) -> bool:
    """Whether the cache holds an episode in part only, and another try may bring the rest."""
    now = datetime.now(UTC).timestamp()
    return not space.settings.network.offline and due(space.fetch_folder_of(slug), now)


# -- align --------------------------------------------------------------------------------------------


NO_TEXT = "It has no transcript yet, so it is published without one."


@dataclass(frozen=True, slots=True)
class Found:
    """The times of an episode, or why there are none.

    Attributes:
        timeline: The times; None when there are none.
        doubt: One sentence for people; empty when there are times and all is well.
        unspoken: Words that the times could not go by.
    """

    timeline: Timeline | None
    doubt: str = ""
    unspoken: tuple[Unspoken, ...] = ()


def align_episode(space: Workspace, episode: Episode, fetched: Fetched) -> Found:
    """Find the times of an episode and keep them beside its file.

    Times that were found from the same text, captions and audio are read back, and those of the words with them.
    Where nothing can be found without captions, the timeline that lies beside the file serves, if it is of the same
    text.

    Raises:
        AlignmentError: The captions, or the engine that was asked for, say that audio and text differ.
    """
    if not episode.transcript.turns:
        return Found(None, NO_TEXT if episode.draft else "")
    path = space.timeline_path(episode)
    with stage("align", episode):
        known = align.read_timeline(path) if path.exists() else None
        pins = align.chapter_pins(episode.chapters, episode.transcript)
        pins += align.pins_of(path, episode.transcript) if known else ()
        inputs = _inputs(space, episode, fetched, pins, refined=space.settings.refines)
        kept = None
        if known and _fits(known[0], episode.transcript):
            words = align.read_words(space.words_path(episode), known[0], episode.transcript, known[1])
            kept = _found(_with_words(known[0], episode.transcript, words), episode)
            is_current = known[1] == inputs and words is not None
            if is_current or _was_refined(space, episode, fetched, pins, known[1]):
                return kept
        evidence = evidence_for(space, episode, fetched, pins)
        if align.choose(evidence, space.settings.engine) is None:
            return kept or Found(None, _no_times(episode))
        try:
            timeline = align.align(episode.transcript, evidence, engine=space.settings.engine)
        except AlignmentError as error:
            if evidence.captions or space.settings.engine != "auto":
                raise
            return kept or Found(None, f"{_no_times(episode)} Its sound alone did not help: {error.what}")
        words_text = align.words_json(timeline.words, inputs=inputs)
        write_if_changed(space.words_path(episode), words_text.encode("utf-8"))
        text = align.timeline_json(timeline, episode.transcript, inputs=inputs)
        write_if_changed(path, text.encode("utf-8"))
        return _found(timeline, episode)


def _no_times(episode: Episode) -> str:
    lacking = "" if episode.chapters else "without chapters and "
    return f"It has no captions, so it is published {lacking}without a synced transcript."


def _found(timeline: Timeline, episode: Episode) -> Found:
    """Times, and what espeak-ng could not speak of the text where they come from the sound."""
    if timeline.engine != AcousticAligner.name:
        return Found(timeline)
    languages = (episode.language, *episode.other_languages)
    words = tongues.unspoken(episode.transcript, languages)
    return Found(timeline, tongues.sentence(words, languages), words)


def _with_words(timeline: Timeline, transcript: Transcript, words: tuple[TimedWord, ...] | None) -> Timeline:
    """A timeline that was read back, with its words; where these are lost, no word is sure."""
    if words is None:
        words = align.timed_words(transcript, timeline.turns)
    return replace(timeline, words=words)


def _inputs(
    space: Workspace, episode: Episode, fetched: Fetched, pins: tuple[Pin, ...], *, refined: bool
) -> str:
    """Fingerprint of everything that decides the times of an episode."""
    return store.fingerprint(
        align.REVISION,
        space.settings.engine,
        space.recogniser.model,
        str(space.recogniser.fast),
        str(refined),
        " ".join((episode.language, *episode.other_languages)),
        _spoken_text(episode.transcript),
        str(pins),
        store.digest_of(fetched.captions.path) if fetched.captions else "",
        store.digest_of(fetched.audio) if fetched.audio else "",
    )


def _was_refined(
    space: Workspace, episode: Episode, fetched: Fetched, pins: tuple[Pin, ...], inputs: str
) -> bool:
    """Whether times were sharpened on a computer with espeak-ng; where it is missing they serve as they are.

    Otherwise the timeline of a show that several people keep would change with the computer.
    """
    if space.settings.refine is not None or space.settings.refines:
        return False
    return inputs == _inputs(space, episode, fetched, pins, refined=True)


def evidence_for(
    space: Workspace, episode: Episode, fetched: Fetched, pins: tuple[Pin, ...] = ()
) -> align.Evidence:
    """What there is to align an episode with."""
    return align.Evidence(
        duration=media.probe(fetched.audio).duration if fetched.audio else 0,
        captions=read_captions(fetched.captions) if fetched.captions else None,
        audio=fetched.audio,
        pins=pins,
        language=episode.language,
        other_languages=episode.other_languages,
        recogniser=space.recogniser,
        refine=space.settings.refines and not fetched.synthetic,
        progress=space.settings.progress,
    )


def heard_by(evidence: align.Evidence, engine: str) -> Captions | None:
    """The words that the engine goes by; None when it goes by the sound alone, or there is none."""
    chosen = align.choose(evidence, engine)
    return chosen.heard(evidence) if chosen else None


def _spoken_text(transcript: Transcript) -> str:
    sections = ([section.title, *(turn.text for turn in section.turns)] for section in transcript.sections)
    return "\n\n".join("\n".join(section) for section in sections)


def _fits(timeline: Timeline, transcript: Transcript) -> bool:
    """Whether a timeline is of this transcript, turn by turn and section by section."""
    titles = tuple(section.title for section in transcript.sections)
    speakers = tuple(turn.speaker for turn in transcript.turns)
    return titles == tuple(section.title for section in timeline.sections) and speakers == tuple(
        turn.speaker for turn in timeline.turns
    )


def known_timeline(space: Workspace, episode: Episode) -> Timeline:
    """The timeline beside an episode's file.

    Raises:
        AlignmentError: There is none yet, or it is of another text.
    """
    path = space.timeline_path(episode)
    if path.exists():
        timeline, _ = align.read_timeline(path)
        if _fits(timeline, episode.transcript):
            return timeline
    raise AlignmentError(
        "The episode has no times yet.",
        place=Place(str(episode.path)),
        remedy=f"Find them with: publish align {episode.slug}",
    )


def known_chapters(space: Workspace, slug: str) -> tuple[tuple[Chapter, ...], About]:
    """The chapters of an episode that was aligned before, and what a writer needs besides."""
    episode = read(space, episode_paths(space, (slug,))[0])
    timeline = known_timeline(space, episode)
    found, _ = chapters.derive(timeline, episode, threshold=space.show.confidence)
    return found, About(episode.title, space.show.title, timeline.duration)
