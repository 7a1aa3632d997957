"""The last stage: an episode's audio and files under `output/`, then cover and feed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from publisher import chapters, config, media, site, store, transcripts
from publisher.chapters import About, ChapterFormat
from publisher.errors import ConfigError, ContentError, FetchError, Place
from publisher.feed import Item, TranscriptLink, listen_at, named_speakers, notes, paging, rss, soundbites
from publisher.files import write_if_changed
from publisher.model import (
    Artefact,
    Chapter,
    Cue,
    Episode,
    Fetched,
    Media,
    Outcome,
    Status,
    TimedWord,
    Timeline,
    Transcript,
    Withheld,
)
from publisher.store import LockedEpisode
from publisher.transcripts import TranscriptWriter, words_json
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


@dataclass(frozen=True, slots=True)
class Times:
    """When everything of an episode is said."""

    timeline: Timeline
    words: tuple[TimedWord, ...]


def write_episode(
    space: Workspace, episode: Episode, fetched: Fetched, times: Times | None, entry: LockedEpisode
) -> Written:
    """Write an episode's audio and all its files under `output/`."""
    with stage("write", episode):
        audio = _publish_audio(space, episode, fetched, entry)
        folder = f"episodes/{episode.slug}"
        enclosure = f"media/{audio.path.name}"
        found, withheld = _chapters(space, episode, times, audio.duration)
        page = notes.render(
            space.show,
            episode,
            found,
            enclosure_url=space.url(enclosure),
            synthetic=fetched.synthetic,
            timeline=times.timeline if times else None,
            templates=space.root / notes.FOLDER,
        )
        spoken = transcripts.cues(times.timeline, episode.transcript) if times else ()
        about = About(
            episode.title,
            space.show.title,
            audio.duration,
            language=episode.language,
            guid=entry.guid,
            audio=space.url(enclosure),
            size=audio.size,
            transcript=space.url(f"{folder}/{transcripts.WRITERS['vtt'].filename}") if spoken else "",
        )
        bites = soundbites(
            episode,
            times.timeline if times else None,
            threshold=space.show.confidence,
            duration=audio.duration,
        )
        image = _picture(space, episode)
        files = {
            f"{folder}/{file.path}": file
            for file in (
                Artefact("notes.html", "text/html", page.html.encode("utf-8")),
                *_chapter_files(found, about),
                *_transcript_files(times, spoken, about),
                *([image] if image else []),
            )
        }
        if space.show.site:
            material = site.Material(
                show=space.show,
                episode=episode,
                guid=entry.guid,
                published=entry.published,
                audio=audio,
                enclosure=enclosure,
                synthetic=fetched.synthetic,
                timeline=times.timeline if times else None,
                words=times.words if times else (),
                chapters=found,
                files=files,
                url=space.url,
            )
            pages = site.episode_files(site.theme_of(space.root), material)
            files |= {f"{folder}/{page.path}": page for page in pages}
        changed = [
            path for path, file in files.items() if write_if_changed(space.output / path, file.content)
        ]
        item = Item(
            episode=replace(episode, transcript=Transcript(()), fields={}),
            guid=entry.guid,
            published=entry.published,
            enclosure_url=space.url(enclosure),
            size=audio.size,
            mime=_ENCLOSURE_TYPES.get(audio.mime, audio.mime),
            duration=audio.duration,
            notes=page,
            chapters_url=_address(space, files, f"{folder}/{chapters.FORMATS['json'].filename}"),
            transcripts=tuple(
                TranscriptLink(space.url(path), writer.mime, episode.language, captions=writer.captions)
                for writer in transcripts.WRITERS.values()
                if (path := f"{folder}/{writer.filename}") in files
            ),
            persons=named_speakers(episode.transcript, space.show.speakers),
            image_url=_address(space, files, f"{folder}/{image.path}") if image else "",
            link=episode.source or space.url(f"{folder}/{'index' if space.show.site else 'notes'}.html"),
            chapters=found,
            soundbites=bites.soundbites,
        )
        outcome = Outcome(
            episode.slug,
            Status.PUBLISHED,
            title=episode.title,
            warnings=(*(_warning(chapter, item) for chapter in withheld), *bites.doubts),
            duration=audio.duration,
            chapters=len(found),
            engine=times.timeline.engine if times else "",
        )
        return Written(item, outcome, (enclosure, *files), tuple(changed))


_ENCLOSURE_TYPES = {"audio/mp4": "audio/x-m4a"}
"""What directories list where the registered type is another (PSP-1, Apple)."""


def _address(space: Workspace, files: Mapping[str, Artefact], path: str) -> str:
    """The public address of a file, if it is written."""
    return space.url(path) if path in files else ""


def _warning(chapter: Withheld, item: Item) -> str:
    said = f"Chapter {chapter.title!r} is withheld: {chapter.reason}"
    if chapter.start is None:
        return said
    return f"{said} Listen: {listen_at(item.episode.source, item.enclosure_url, chapter.start)}"


def _chapter_files(found: tuple[Chapter, ...], about: About) -> list[Artefact]:
    if not found:
        return []
    formats = (chapters.FORMATS[name] for name in chapters.PUBLISHED)
    return [_artefact(each, each.write(found, about)) for each in formats]


def _transcript_files(times: Times | None, spoken: tuple[Cue, ...], about: About) -> list[Artefact]:
    if not times or not spoken:
        return []
    words = words_json.write(times.timeline, times.words).encode("utf-8")
    return [
        *(_artefact(writer, writer.write(spoken, about)) for writer in transcripts.WRITERS.values()),
        Artefact(words_json.FILENAME, words_json.MIME, words),
    ]


def audio_memory(space: Workspace, slug: str) -> Path:
    """Where it is kept from what an episode's audio was made (`store.remembered`)."""
    return space.cache / "media" / f"{store.fingerprint(slug)[:24]}.json"


def _publish_audio(space: Workspace, episode: Episode, fetched: Fetched, entry: LockedEpisode) -> Media:
    if fetched.audio is None:
        raise FetchError("There is no audio.", code="no_audio")
    source = fetched.audio
    stem = space.output / "media" / entry.enclosure
    key = store.fingerprint(source, entry.enclosure)
    memory = audio_memory(space, episode.slug)

    def make() -> Media:
        return media.publishable(source, stem, space.settings.progress)

    audio = store.remembered(memory, key, Media, make)
    if not audio.path.exists() or audio.path.stat().st_size != audio.size:
        memory.unlink()
        audio = store.remembered(memory, key, Media, make)
    return audio


def _chapters(
    space: Workspace, episode: Episode, times: Times | None, duration: int
) -> tuple[tuple[Chapter, ...], tuple[Withheld, ...]]:
    if times is None and not episode.chapters:
        return (), ()
    timeline = times.timeline if times else Timeline(engine="", duration=duration, sections=(), turns=())
    return chapters.derive(timeline, episode, threshold=space.show.confidence)


def _artefact(writer: ChapterFormat | TranscriptWriter, text: str) -> Artefact:
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


def write_site(space: Workspace, slugs: Iterable[str]) -> tuple[str, ...]:
    """Bring the pages of the show up to date, or remove them when the show wants none.

    Args:
        space: The show.
        slugs: The episodes that are published.

    Returns:
        Paths under `output/` that were written or removed.
    """
    if not space.show.site:
        return site.remove_show(space.output, space.cache)
    return site.write_show(
        site.theme_of(space.root),
        space.show,
        output=space.output,
        cache=space.cache,
        slugs=slugs,
        url=space.url,
    )


def write_feed(space: Workspace, items: tuple[Item, ...], guid: str) -> tuple[Path, tuple[str, ...]]:
    """Write cover and feed, the feed last, and remove archive pages that it no longer has.

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
    documents = rss.render(space.show, items, guid=guid, cover_url=cover_url)
    changed += [name for name, text in documents.items() if write_if_changed(space.output / name, text)]
    for old in sorted(space.output.glob("feed-*.xml")):
        if paging.ARCHIVE.fullmatch(old.name) and old.name not in documents:
            old.unlink()
            changed.append(old.name)
    return space.output / paging.FEED, tuple(changed)
