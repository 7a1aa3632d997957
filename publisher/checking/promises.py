"""Whether what the feed promises is there: files, audio as it is described, one chapter list, one transcript."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from html import unescape
from itertools import pairwise
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from publisher import media, timecode
from publisher.chapters import FORMATS, PUBLISHED, psc, read_chapters, reading
from publisher.checking.episodes import links
from publisher.checking.rules import breach
from publisher.checking.tree import NAMESPACES, Tree, attribute, text
from publisher.errors import ContentError, MediaError
from publisher.feed import markup, paging
from publisher.feed.tags import CHAPTERS_TYPE
from publisher.findings import Finding
from publisher.model import Chapter, Span
from publisher.transcripts import VIDEO_CAPTIONS, WRITERS

if TYPE_CHECKING:
    from lxml.etree import _Element

SAME_TYPE = {"audio/x-m4a": "audio/mp4", "audio/m4a": "audio/mp4"}
"""Names that directories list, and the registered one."""

_LISTED = {
    "audio/mpeg",
    "audio/x-m4a",
    "audio/m4a",
    "video/mp4",
    "video/x-m4v",
    "video/quicktime",
    "application/pdf",
}
MOST_LINES, LONGEST_LINE = 2, 32
"""Lines of a cue of an SRT, and characters of each, as the podcast namespace asks for."""

_ENDINGS = (".mp3", ".m4a", ".mp4", ".m4v", ".mov", ".pdf")
"""Of the names of files that Apple takes."""
_LINK = re.compile(r"""(?:href|src)="([^"]+)\"""")
_STAMPED = re.compile(r"^\s*\(\d{2,}:\d\d:\d\d\) ", re.MULTILINE)


def local_links(tree: Tree) -> Iterator[Finding]:
    """Every address of the show in the feed and in the pages of its episodes leads to a file; not archive pages."""
    pages = sorted((tree.root / "episodes").rglob("*.html"))
    in_pages = (
        (str(page.relative_to(tree.root)), unescape(address))
        for page in pages
        for address in _LINK.findall(page.read_text(encoding="utf-8", errors="replace"))
    )
    for where, address in dict.fromkeys((*links(tree), *in_pages)):
        path = tree.path_of(address)
        if path is not None and not paging.ARCHIVE.fullmatch(path) and tree.lacks(path):
            yield breach("link-broken", where, f"{address} leads to no file.")


def audio(tree: Tree) -> Iterator[Finding]:
    """Each enclosure's length, type and duration are those of its file."""
    for where, item in tree.episodes():
        address = attribute(item, "enclosure", "url")
        if not address:
            yield breach("enclosure-none", where, "The episode has no audio.")
            continue
        said = attribute(item, "enclosure", "type")
        if said not in _LISTED:
            yield breach("enclosure-type-unlisted", where, f"{said!r} is none of the types that Apple lists.")
        if not urlsplit(address).path.lower().endswith(_ENDINGS):
            yield breach(
                "enclosure-type-unlisted", where, f"{address} ends in none of {', '.join(_ENDINGS)}."
            )
        path = tree.path_of(address)
        stated = attribute(item, "enclosure", "length")
        if not re.fullmatch("[1-9][0-9]*", stated):
            yield breach("enclosure-length", where, f"The length {stated[:80]!r} is no number of bytes.")
            continue
        if path is None or (sound := tree.sound(path)) is None:
            continue
        if stated != str(sound.size):
            yield breach("enclosure-length", where, f"The length is {stated}; {path} has {sound.size} bytes.")
        if sound.file is None:
            continue
        try:
            found = media.probe(sound.file)
        except MediaError as error:
            yield breach("enclosure-damaged", path, error.what)
            continue
        if SAME_TYPE.get(said, said) != found.mime:
            yield breach("enclosure-type", where, f"The type is {said}; {path} is {found.mime}.")
        duration = _duration(item)
        if duration is not None and abs(duration - found.duration) > timecode.SECOND:
            length = timecode.clock(found.duration)
            yield breach(
                "enclosure-duration", where, f"It lasts {timecode.clock(duration)}; {path} lasts {length}."
            )


def chapters(tree: Tree) -> Iterator[Finding]:
    """JSON, PSC, WebVTT and all other files, the lists in feed and notes, are one list inside the audio."""
    for where, item in tree.episodes():
        kind = attribute(item, "podcast:chapters", "type")
        if item.find("podcast:chapters", namespaces=NAMESPACES) is not None and kind != CHAPTERS_TYPE:
            yield breach(
                "chapters-type", where, f"podcast:chapters has the type {kind!r}, not {CHAPTERS_TYPE}."
            )
        path = tree.path_of(attribute(item, "podcast:chapters", "url"))
        if path is None or tree.file(path) is None:
            continue
        folder = path.rpartition("/")[0]
        lists, faults = _lists(tree, folder)
        yield from faults
        if "json" not in lists:
            continue
        truth = lists["json"]
        own = f"{folder}/{FORMATS['json'].filename}"
        if _goes_back(reading.number(row["startTime"]) for row in json.loads(tree.content(own))["chapters"]):
            yield breach("chapters-order", own, "A chapter starts before the one above it.")
        of_video = ("youtube",) if tree.file(f"{folder}/{VIDEO_CAPTIONS}") else ()  # it has a time of its own
        for name, found in lists.items():
            if name not in of_video and (difference := _difference(truth, found, FORMATS[name].resolution)):
                yield breach("chapters-differ", f"{folder}/{FORMATS[name].filename}", difference)
        yield from _in_feed(where, item, truth)
        yield from _in_audio(tree, item, truth)
        notes = markup.plain(markup.sanitise(text(item, "content:encoded")))
        if _STAMPED.search(notes) and (
            difference := _difference(truth, read_chapters(notes.encode(), "notes.txt"), timecode.SECOND)
        ):
            yield breach("chapters-in-notes-differ", where, difference)
        duration = _duration(item)
        if truth and duration is not None and truth[-1].start >= duration + timecode.SECOND:
            yield breach("chapters-past-end", path, "The last chapter starts after the end of the audio.")


def _lists(tree: Tree, folder: str) -> tuple[dict[str, tuple[Chapter, ...]], list[Finding]]:
    """The chapter files of an episode by their formats, and what is wrong with those that cannot be read."""
    lists: dict[str, tuple[Chapter, ...]] = {}
    faults: list[Finding] = []
    for name in PUBLISHED:
        file = f"{folder}/{FORMATS[name].filename}"
        if tree.lacks(file):
            faults.append(breach("chapters-missing", file, "The episode has chapters, but not this file."))
        if tree.file(file) is None:
            continue
        try:
            lists[name] = FORMATS[name].read(tree.content(file).decode("utf-8"))
        except (ContentError, UnicodeDecodeError) as error:
            faults.append(breach("chapters-unreadable", file, str(error)))
    return lists, faults


def _in_audio(tree: Tree, item: _Element, truth: tuple[Chapter, ...]) -> Iterator[Finding]:
    """Every file of the audio carries the list."""
    others = item.iterfind("podcast:alternateEnclosure/podcast:source", namespaces=NAMESPACES)
    for address in (attribute(item, "enclosure", "url"), *(other.get("uri") or "" for other in others)):
        path = tree.path_of(address)
        file = tree.file(path) if path else None
        if path is None or file is None:
            continue
        with suppress(MediaError):  # the rules of enclosures tell of that
            for name, found in media.embedded(file).items():
                if wrong := media.difference(truth[: media.MOST_CHAPTERS], found, name):
                    yield breach("chapters-in-audio-differ", path, wrong)


def _in_feed(where: str, item: _Element, truth: tuple[Chapter, ...]) -> Iterator[Finding]:
    from lxml.etree import tostring

    inline = item.find(f"{{{psc.NAMESPACE}}}chapters")
    if inline is None:
        return
    form = FORMATS["psc"]
    try:
        found = form.read(tostring(inline, encoding="unicode", with_tail=False))
    except ContentError as error:
        yield breach("chapters-unreadable", where, str(error))
        return
    if _goes_back(reading.time(row.get("start") or "") for row in inline):
        yield breach("chapters-order", where, "A chapter starts before the one above it.")
    if difference := _difference(truth, found, form.resolution):
        yield breach("chapters-differ", where, difference)


def _goes_back(starts: Iterable[int]) -> bool:
    return any(one > other for one, other in pairwise(starts))


def soundbites(tree: Tree) -> Iterator[Finding]:
    """Each soundbite lies inside the audio."""
    for where, item in tree.episodes():
        duration = _duration(item)
        for bite in item.iterfind("podcast:soundbite", namespaces=NAMESPACES):
            try:
                times = [timecode.parse(bite.get(name) or "") for name in ("startTime", "duration")]
            except ValueError:
                yield breach(
                    "soundbite-times", where, "A soundbite does not say when it begins and how long it is."
                )
                continue
            if duration is not None and sum(times) > duration + timecode.SECOND:
                yield breach("soundbite-times", where, "A soundbite goes on after the end of the audio.")


def transcripts(tree: Tree) -> Iterator[Finding]:
    """Each transcript has its type; WebVTT, SRT and JSON hold the same cues, one after the other, inside the audio."""
    types = {writer.filename: writer.mime for writer in WRITERS.values()}
    for where, item in tree.episodes():
        spans: dict[str, list[Span]] = {}
        for link in item.iterfind("podcast:transcript", namespaces=NAMESPACES):
            url = link.get("url") or ""
            known = types.get(url.rpartition("/")[2], link.get("type"))
            if link.get("type") != known or known not in types.values():
                yield breach("transcript-type", where, f"{url} is said to be {link.get('type')}.")
            path = tree.path_of(url)
            if path is None or tree.file(path) is None:
                continue
            name = path.rpartition("/")[2]
            reader = _READERS.get(name)
            if reader is None:
                continue
            try:
                spans[path] = reader(tree.content(path).decode("utf-8"))
            except (ValueError, KeyError, TypeError, AttributeError, OverflowError, RecursionError):
                yield breach("transcript-unreadable", path, "The transcript cannot be read.")
                continue
            if reader is _srt and (wide := _wide(tree.content(path).decode("utf-8"))):
                yield breach("transcript-lines", path, f"Too much stands in one cue: {wide[:80]!r}.")
        yield from _cues(spans, _duration(item))


def _cues(spans: dict[str, list[Span]], duration: int | None) -> Iterator[Finding]:
    first = next(iter(spans.values()), [])
    for path, found in spans.items():
        if any(one.start >= other.start for one, other in pairwise(found)):
            yield breach("transcript-order", path, "A cue does not start after the one before it.")
        elif found != first:
            yield breach("transcript-differ", path, f"Its cues are not those of {next(iter(spans))}.")
        elif found and duration is not None and found[-1].end > duration + timecode.SECOND:
            yield breach("transcript-past-end", path, "The last cue ends after the end of the audio.")


def _difference(truth: tuple[Chapter, ...], found: tuple[Chapter, ...], resolution: int) -> str:
    """How a list differs from the JSON's; empty when it does not."""
    if len(found) != len(truth):
        return f"It has {len(found)} chapters; chapters.json has {len(truth)}."
    for one, other in zip(truth, found, strict=True):
        if one.title != other.title:
            return f"It says {other.title!r} where chapters.json says {one.title!r}."
        if not 0 <= one.start - other.start < resolution:
            return (
                f"“{one.title}” starts at {timecode.webvtt(other.start)}, not {timecode.webvtt(one.start)}."
            )
    return ""


def _duration(item: _Element) -> int | None:
    try:
        return timecode.parse(text(item, "itunes:duration"))
    except ValueError:
        return None


def _webvtt(content: str) -> list[Span]:
    import webvtt

    try:
        cues = webvtt.from_string(content)
    except webvtt.errors.MalformedFileError as error:
        raise ValueError(str(error)) from None
    return [Span(timecode.parse(cue.start), timecode.parse(cue.end)) for cue in cues]


def _srt(content: str) -> list[Span]:
    times = re.findall(r"^(\S+) --> (\S+)$", content, re.MULTILINE)
    if not times:
        raise ValueError("no cue")
    return [Span(timecode.parse(start), timecode.parse(end)) for start, end in times]


def _wide(content: str) -> str:
    """What a cue of an SRT says, where it has more lines than a screen should show, or longer ones."""
    for block in re.split(r"\n{2,}", content):
        lines = block.strip().partition(" --> ")[2].split("\n")[1:]
        if len(lines) > MOST_LINES or any(len(line) > LONGEST_LINE for line in lines):
            return " / ".join(lines)
    return ""


def _json(content: str) -> list[Span]:
    return [
        Span(timecode.from_seconds(segment["startTime"]), timecode.from_seconds(segment["endTime"]))
        for segment in json.loads(content)["segments"]
    ]


_READERS: dict[str, Callable[[str], list[Span]]] = {
    WRITERS["vtt"].filename: _webvtt,
    WRITERS["srt"].filename: _srt,
    WRITERS["json"].filename: _json,
}
