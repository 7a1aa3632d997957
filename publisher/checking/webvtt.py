"""Rules of WebVTT that readers forgive and the specification does not (W3C WebVTT, sections 4 and 5)."""

from __future__ import annotations

import re
from collections.abc import Iterator

from publisher import timecode
from publisher.chapters import FORMATS
from publisher.checking.rules import breach
from publisher.checking.tree import NAMESPACES, Tree, attribute
from publisher.findings import Finding
from publisher.transcripts import WRITERS

_HEAD = re.compile(r"WEBVTT(?:[ \t].*)?")
_TIMES = re.compile(r"(\S+)[ \t]+-->[ \t]+(\S+)(?:[ \t].*)?")
_NO_CUE = re.compile(r"(?:NOTE|STYLE|REGION)\b")
_BARE = re.compile(r"&(?!#?\w+;)|<(?!/?(?:v|c|i|b|u|lang|ruby|rt)\b[^<>]*>|[\d:.]+>)")
"""What is neither a character reference nor a tag."""


def files(tree: Tree) -> Iterator[Finding]:
    """The WebVTT files of each episode: its transcripts, and its chapters, which have stricter rules."""
    for _, item in tree.episodes():
        listed = tree.path_of(attribute(item, "podcast:chapters", "url"))
        if listed:
            yield from _file(tree, f"{listed.rpartition('/')[0]}/{FORMATS['vtt'].filename}", chapters=True)
        for link in item.iterfind("podcast:transcript", namespaces=NAMESPACES):
            path = tree.path_of(link.get("url") or "")
            if path and link.get("type") == WRITERS["vtt"].mime:
                yield from _file(tree, path, chapters=False)


def _file(tree: Tree, path: str, *, chapters: bool) -> Iterator[Finding]:
    text = tree.content(path).decode("utf-8-sig", "replace").replace("\r\n", "\n").strip("\n")
    head, *blocks = text.split("\n\n")
    if head.startswith("WEBVTT") and (what := next(_faults(head, blocks, chapters=chapters), "")):
        yield breach("webvtt-wrong", path, what)


def _faults(head: str, blocks: list[str], *, chapters: bool) -> Iterator[str]:
    """What is wrong with a file, in its order, as far as its times can be read; the rules of the lists name those."""
    if not _HEAD.fullmatch(head):
        yield "Between WEBVTT and the first blank line stands something."
    names: set[str] = set()
    before = -1
    for lines in (block.strip("\n").split("\n") for block in blocks if not _NO_CUE.match(block)):
        if "-->" not in lines[0]:
            if lines[0] in names:
                yield f"Two cues are called {lines[0][:80]!r}."
            names.add(lines.pop(0))
        times = _TIMES.fullmatch(lines[0]) if lines else None
        try:
            start, end = (timecode.parse(time) for time in times.groups()) if times else (0, 0)
        except ValueError:
            return
        said = "\n".join(lines[1:])
        if end <= start:
            yield f"The cue of {said[:80]!r} does not end after it begins."
        if "-->" in said or _BARE.search(said):
            yield f"In {said[:80]!r} a sign is not escaped."
        if chapters and ("<" in said or "\n" in said):
            yield f"The title {said[:80]!r} is not one line of plain text."
        if chapters and start < before < end:
            yield f"The chapter {said[:80]!r} is neither after the one above it nor inside it."
        before = max(before, end)
