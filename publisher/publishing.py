"""The last stage: an episode's audio and files under `output/`, then cover and feed."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

from publisher import chapters, config, media, store, transcripts
from publisher.chapters import About, ChapterWriter
from publisher.errors import ConfigError, ContentError, FetchError, Place
from publisher.feed import Item, TranscriptLink, named_speakers, notes, rss
from publisher.files import write_if_changed
from publisher.model import (
    Artefact,
    Chapter,
    Episode,
    Fetched,
    Media,
    Outcome,
    Status,
    Timeline,
    Transcript,
    Withheld,
)
from publisher.store import LockedEpisode
from publisher.transcripts import TranscriptWriter
from publisher.workspace import Workspace, stage


@dataclass(frozen=True, slots=True)
class Written:
    """An episode that is ready for the feed.

    Attributes:
        item: What the feed says of it.
        outcome: What the report says of it.
        outputs: Paths under `output/` that belong to it.
        changed: Those of them that were written now.
    """

    item: Item
    outcome: Outcome
    outputs: tuple[str, ...]
    changed: tuple[str, ...]


def write_episode(
    space: Workspace, episode: Episode, fetched: Fetched, timeline: Timeline | None, entry: LockedEpisode
) -> Written:
    """Write an episode's audio and all its files under `output/`."""
    with stage("write", episode):
        audio = _publish_audio(space, episode, fetched, entry)
        enclosure = f"media/{audio.path.name}"
        found, withheld = _chapters(space, episode, timeline)
        about = About(episode.title, space.show.title, audio.duration)
        page = notes.render(
            space.show, episode, found, enclosure_url=space.url(enclosure), synthetic=fetched.synthetic
        )
        files = [Artefact("notes.html", "text/html", page.html.encode("utf-8"))]
        if found:
            files += [_artefact(writer, writer.write(found, about)) for writer in chapters.WRITERS.values()]
        spoken = transcripts.cues(timeline, episode.transcript) if timeline else ()
        if spoken:
            files += [
                _artefact(writer, writer.write(spoken, about)) for writer in transcripts.WRITERS.values()
            ]
        image = _picture(space, episode)
        if image:
            files.append(image)
        folder = f"episodes/{episode.slug}"
        changed = [
            path
            for file in files
            if write_if_changed(space.output / (path := f"{folder}/{file.path}"), file.content)
        ]
        item = Item(
            episode=replace(episode, transcript=Transcript(()), fields={}),
            guid=entry.guid,
            published=entry.published,
            enclosure_url=space.url(enclosure),
            size=audio.size,
            mime=audio.mime,
            duration=audio.duration,
            notes=page,
            chapters_url=space.url(f"{folder}/{chapters.WRITERS['json'].filename}") if found else "",
            transcripts=tuple(
                TranscriptLink(
                    space.url(f"{folder}/{writer.filename}"), writer.mime, episode.language, captions=True
                )
                for writer in transcripts.WRITERS.values()
                if spoken
            ),
            persons=named_speakers(episode.transcript),
            image_url=space.url(f"{folder}/{image.path}") if image else "",
            link=episode.source or space.url(f"{folder}/notes.html"),
        )
        warnings = tuple(f"Chapter {item.title!r} is withheld: {item.reason}" for item in withheld)
        outcome = Outcome(
            episode.slug,
            Status.PUBLISHED,
            title=episode.title,
            warnings=warnings if timeline else (fetched.missing or NO_TIMES,),
            duration=audio.duration,
            chapters=len(found),
            engine=timeline.engine if timeline else "",
        )
        outputs = (enclosure, *(f"{folder}/{file.path}" for file in files))
        return Written(item, outcome, outputs, tuple(changed))


NO_TIMES = "It has no captions, so it is published without chapters and without a synced transcript."


def _publish_audio(space: Workspace, episode: Episode, fetched: Fetched, entry: LockedEpisode) -> Media:
    if fetched.audio is None:
        raise FetchError("There is no audio.", code="no_audio")
    source = fetched.audio
    stem = space.output / "media" / entry.enclosure
    key = store.fingerprint(source, entry.enclosure)
    memory = space.cache / "media" / f"{store.fingerprint(episode.slug)[:24]}.json"

    def make() -> Media:
        return media.publishable(source, stem, space.settings.progress)

    audio = store.remembered(memory, key, Media, make)
    if not audio.path.exists() or audio.path.stat().st_size != audio.size:
        memory.unlink()
        audio = store.remembered(memory, key, Media, make)
    return audio


def _chapters(
    space: Workspace, episode: Episode, timeline: Timeline | None
) -> tuple[tuple[Chapter, ...], tuple[Withheld, ...]]:
    if timeline is None:
        return (), ()
    return chapters.derive(timeline, episode, threshold=space.show.confidence)


def _artefact(writer: ChapterWriter | TranscriptWriter, text: str) -> Artefact:
    return Artefact(writer.filename, writer.mime, text.encode("utf-8"))


def _picture(space: Workspace, episode: Episode) -> Artefact | None:
    """The episode's own picture; only files inside the show are published."""
    if not episode.image:
        return None
    path = (space.root / episode.image).resolve()
    place = Place(str(episode.path), field="image")
    mime = _PICTURES.get(path.suffix.lower())
    if mime is None or not path.is_relative_to(space.root.resolve()) or not path.is_file():
        raise ContentError(
            f"There is no PNG or JPEG picture {episode.image!r} in the show's folder.", place=place
        )
    return Artefact(f"cover{path.suffix.lower()}", mime, path.read_bytes())


_PICTURES = {".png": "image/png", ".jpg": "image/jpeg", ".jpeg": "image/jpeg"}


def write_feed(space: Workspace, items: tuple[Item, ...], guid: str) -> tuple[Path, tuple[str, ...]]:
    """Write cover and feed, the feed last.

    Returns:
        The feed's path, and the paths under `output/` that were written now.
    """
    changed: list[str] = []
    cover_url = ""
    if space.show.cover:
        source = space.root / space.show.cover
        if not source.is_file():
            raise ConfigError(
                f"There is no cover {space.show.cover!r}.",
                place=Place(str(space.root / config.FILE), field="cover"),
                remedy="Put the picture there, or remove the line.",
            )
        name = f"cover{source.suffix.lower()}"
        cover_url = space.url(name)
        if write_if_changed(space.output / name, source.read_bytes()):
            changed.append(name)
    feed = space.output / "feed.xml"
    if write_if_changed(feed, rss.render(space.show, items, guid=guid, cover_url=cover_url)):
        changed.append("feed.xml")
    return feed, tuple(changed)
