"""The last stage: an episode's audio and files under `output/`, then cover and feed."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from hashlib import sha256
from pathlib import Path

from publisher import chapters, covers, enclosures, media, retiming, site, transcripts
from publisher.chapters import About, ChapterFormat
from publisher.enclosures import Prepared
from publisher.feed import (
    Item,
    Soundbite,
    TranscriptLink,
    listen_at,
    named_speakers,
    notes,
    paging,
    rss,
    soundbites,
)
from publisher.files import write_if_changed, write_together
from publisher.media import waveform
from publisher.model import (
    Artefact,
    Chapter,
    Cue,
    EditMap,
    Episode,
    Fetched,
    Outcome,
    Show,
    Status,
    TimedWord,
    Timeline,
    Transcript,
    Withheld,
)
from publisher.products import Product, bring_up_to_date
from publisher.store import LockedEpisode
from publisher.transcripts import TranscriptWriter, words_json
from publisher.workspace import Workspace, stage


@dataclass(frozen=True, slots=True)
class Written:
    """An episode that is ready for the feed.

    Attributes:
        item: What the feed says of it.
        outcome: What the report says of it.
        outputs: Paths under `output/` that belong to it, and the SHA-256 of each. The disk was not waited for:
            `files.settle` them before anything names them.
        changed: Those of them that were written now.
    """

    item: Item
    outcome: Outcome
    outputs: Mapping[str, str]
    changed: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Listed:
    """An episode that is published, before anybody reads what the feed says of it.

    Attributes:
        guid: Minted once.
        published: When it was first published.
        version: Changes when what the feed says of it does.
        item: Reads that.
    """

    guid: str
    published: datetime
    version: str
    item: Callable[[], Item]


@dataclass(frozen=True, slots=True)
class Times:
    """When everything of an episode is said."""

    timeline: Timeline
    words: tuple[TimedWord, ...]


def write_episode(
    space: Workspace,
    episode: Episode,
    fetched: Fetched,
    times: Times | None,
    entry: LockedEpisode,
    *,
    prepared: Prepared,
) -> Written:
    """Write an episode's audio and all its files under `output/`.

    Times are found and chapters derived in the time of the source; what belongs to the published audio is moved to its
    time here, where something is cut out or set around it.
    """
    with stage("write", episode):
        edit = prepared.edit
        in_video, withheld = _chapters(space, episode, times, edit.duration)
        found = retiming.published_chapters(edit, in_video)
        heard = _published(edit, times)
        tags = enclosures.tags_of(space, episode, entry, covers.embedded(space, episode), found)
        made = enclosures.write(space, episode, prepared, entry=entry, tags=tags)
        audio = made.audio
        folder = f"episodes/{episode.slug}"
        enclosure = f"media/{audio.path.name}"
        page = notes.render(
            space.show,
            episode,
            found,
            enclosure_url=space.url(enclosure),
            synthetic=fetched.synthetic,
            timeline=heard.timeline if heard else None,
            edit=edit,
            templates=space.root / notes.FOLDER,
        )
        said = transcripts.cues(times.timeline, episode.transcript) if times else ()
        spoken = retiming.published_cues(edit, said)
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
            duration=edit.duration,
        )
        image = covers.of_episode(space, episode)
        files = {
            f"{folder}/{file.path}": file
            for file in (
                Artefact("notes.html", "text/html", page.html.encode("utf-8")),
                Artefact(waveform.FILENAME, waveform.MIME, made.waveform.as_json().encode("utf-8")),
                *_chapter_files(found, about),
                *_transcript_files(heard, spoken, about),
                *(_video_files(in_video, said, about) if edit.changes else ()),
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
                timeline=heard.timeline if heard else None,
                words=heard.words if heard else (),
                chapters=found,
                files=files,
                url=space.url,
            )
            pages = site.episode_files(site.theme_of(space.root), material)
            files |= {f"{folder}/{page.path}": page for page in pages}
        targets = {space.output / path: path for path in files}
        contents = {target: files[path].content for target, path in targets.items()}
        written = write_together(contents, lasting=False)
        changed = (*made.changed, *(targets[target] for target in written))
        item = Item(
            episode=replace(episode, transcript=Transcript(()), fields={}),
            guid=entry.guid,
            published=entry.published,
            enclosure_url=space.url(enclosure),
            size=audio.size,
            mime=made.mime,
            duration=audio.duration,
            notes=page,
            chapters_url=_address(space, files, f"{folder}/{chapters.FORMATS['json'].filename}"),
            transcripts=tuple(
                TranscriptLink(space.url(path), writer.mime, episode.language, captions=writer.captions)
                for writer in transcripts.WRITERS.values()
                if (path := f"{folder}/{writer.filename}") in files
            ),
            persons=named_speakers(episode.transcript, space.show.speakers),
            image_url=covers.address(space, f"{folder}/{image.path}", image) if image else "",
            link=episode.source or space.url(f"{folder}/{'index' if space.show.site else 'notes'}.html"),
            chapters=found,
            soundbites=_whole(edit, bites.soundbites),
            alternates=made.alternates,
            edit=edit if edit.changes else None,
        )
        outcome = Outcome(
            episode.slug,
            Status.PUBLISHED,
            title=episode.title,
            warnings=(*_unlisted(found), *(_warning(chapter, item) for chapter in withheld), *bites.doubts),
            duration=audio.duration,
            chapters=len(found),
            engine=times.timeline.engine if times else "",
            loudness=made.loudness,
            source_loudness=made.source_loudness,
        )
        digests = {path: sha256(file.content).hexdigest() for path, file in files.items()}
        return Written(item, outcome, {**made.files, **digests}, changed)


def _published(edit: EditMap, times: Times | None) -> Times | None:
    """The times in the published audio."""
    if times is None:
        return None
    timeline = retiming.published_timeline(edit, times.timeline)
    return Times(timeline, retiming.published_words(edit, times.words))


def _whole(edit: EditMap, bites: tuple[Soundbite, ...]) -> tuple[Soundbite, ...]:
    """The soundbites of which nothing is cut."""
    moved = ((bite, edit.span(bite.span)) for bite in bites)
    return tuple(replace(bite, span=span) for bite, span in moved if span and span.length == bite.span.length)


def _unlisted(found: tuple[Chapter, ...]) -> tuple[str, ...]:
    """What does not fit into the audio file itself."""
    most = media.MOST_CHAPTERS
    if len(found) <= most:
        return ()
    return (f"The audio file holds the first {most} of {len(found)} chapters; it has no room for more.",)


def _address(space: Workspace, files: Mapping[str, Artefact], path: str) -> str:
    """The public address of a file, if it is written."""
    return space.url(path) if path in files else ""


def _warning(chapter: Withheld, item: Item) -> str:
    said = f"Chapter {chapter.title!r} is withheld: {chapter.reason}"
    if chapter.start is None:
        return said
    start = item.edit.published(chapter.start) if item.edit else chapter.start
    return f"{said} Listen: {listen_at(item.episode.source, item.enclosure_url, start, item.edit)}"


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


def _video_files(in_video: tuple[Chapter, ...], said: tuple[Cue, ...], about: About) -> list[Artefact]:
    """What is pasted and uploaded to the video, in its own time; where nothing is cut, one file serves both."""
    listed, captions = chapters.FORMATS["youtube"], transcripts.WRITERS["srt"]
    text = captions.write(said, about).encode("utf-8")
    return [
        *([_artefact(listed, listed.write(in_video, about))] if in_video else []),
        *([Artefact(transcripts.VIDEO_CAPTIONS, captions.mime, text)] if said else []),
    ]


def _chapters(
    space: Workspace, episode: Episode, times: Times | None, duration: int
) -> tuple[tuple[Chapter, ...], tuple[Withheld, ...]]:
    if times is None and not episode.chapters:
        return (), ()
    timeline = times.timeline if times else Timeline(engine="", duration=duration, sections=(), turns=())
    return chapters.derive(timeline, episode, threshold=space.show.confidence)


def _artefact(writer: ChapterFormat | TranscriptWriter, text: str) -> Artefact:
    return Artefact(writer.filename, writer.mime, text.encode("utf-8"))


FEED_MEMORY = "feed.json"
"""In the cache: from what each document of the feed was made."""


def write_site(space: Workspace, slugs: Iterable[str]) -> tuple[str, ...]:
    """Bring the pages of the show up to date, or remove them when the show wants none.

    Args:
        space: The show.
        slugs: The episodes that are published.

    Returns:
        Paths under `output/` that were written or removed.
    """
    if space.settings.verify:
        site.forget(space.cache)
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


def write_feed(
    space: Workspace, episodes: Iterable[Listed], guid: str, revision: str
) -> tuple[Path, tuple[str, ...]]:
    """Write cover and feed, the feed last, and remove archive pages that it no longer has.

    A document of which nothing changed is left as it is.

    Args:
        space: The show.
        episodes: All that are published.
        guid: The show's.
        revision: Changes when the same items would be written otherwise.

    Returns:
        The feed's path, and the paths under `output/` that were written now.
    """
    changed: list[str] = []
    cover = covers.of_show(space)
    if write_if_changed(space.output / cover.path, cover.content):
        changed.append(cover.path)
    show, cover_url = space.show, covers.address(space, cover.path, cover)
    documents = {
        page.filename: Product(
            page.filename,
            (
                revision,
                repr(show),
                guid,
                cover_url,
                repr(page.links),
                *(one.version for one in page.items),
            ),
            partial(_document, show, page, guid, cover_url),
        )
        for page in paging.pages(episodes, show.feed_limit)
    }
    memory = space.cache / FEED_MEMORY
    if space.settings.verify:
        memory.unlink(missing_ok=True)
    changed += bring_up_to_date(space.output, memory, documents.values())
    for old in sorted(space.output.glob("feed-*.xml")):
        if paging.ARCHIVE.fullmatch(old.name) and old.name not in documents:
            old.unlink()
            changed.append(old.name)
    return space.output / paging.FEED, tuple(changed)


def _document(show: Show, page: paging.Page[Listed], guid: str, cover_url: str) -> bytes:
    items = tuple(one.item() for one in page.items)
    read = paging.Page(page.filename, items, page.links, archive=page.archive)
    return rss.document(show, read, guid=guid, cover_url=cover_url)
