"""Nero's chapter list in MP4 (`moov/udta/chpl`): the one that AntennaPod reads.

FFmpeg writes it, cut after 255 bytes wherever that falls; a reader that takes the length for a signed byte loses the
title and all that follow. So the list is shortened where it lies, and what is gained becomes a `free` box.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from publisher.model import Chapter

_LONGEST = 126
_CUT_TO = 118
"""Bytes. A title that is cut loses at least 8, so that there is room for a box header."""

_HEADER = 8
_LONG_HEADER = 16
_HEAD = b"\x01\0\0\0\0\0\0\0"
_UNITS_A_MS = 10_000
_ENTRY = 9
"""Bytes of an entry besides its title."""


@dataclass(frozen=True, slots=True)
class _Box:
    """Where a box's content lies in the file, and how long its header is."""

    start: int
    end: int
    header: int


def shorten(path: Path) -> None:
    """Cut long titles between two characters and drop entries without a title; nothing else in the file moves."""
    with path.open("rb+") as file:
        box = _found(file)
        if box is None:
            return
        entries = [(start, _cut(title)) for start, title in _entries(_content(file, box)) if title]
        kept = _HEAD + bytes([len(entries)])
        kept += b"".join(start.to_bytes(8, "big") + bytes([len(title)]) + title for start, title in entries)
        spare = box.end - box.start - len(kept)
        if not spare:
            return
        file.seek(box.start - box.header)
        file.write((_HEADER + len(kept)).to_bytes(4, "big") + b"chpl" + kept)
        file.write(spare.to_bytes(4, "big") + b"free" + bytes(spare - _HEADER))


def listed(path: Path) -> tuple[Chapter, ...]:
    """The list as a player reads it; each chapter ends where the next begins, the last one where it begins."""
    with path.open("rb") as file:
        box = _found(file)
        entries = list(_entries(_content(file, box))) if box else []
    starts = [start // _UNITS_A_MS for start, _ in entries]
    ends = [*starts[1:], *starts[-1:]]
    return tuple(
        Chapter(start, end, title.decode("utf-8", "replace"))
        for start, end, (_, title) in zip(starts, ends, entries, strict=True)
    )


def cut_title(title: str) -> str:
    """A title as the list holds it."""
    return _cut(title.encode("utf-8")).decode("utf-8")


def _cut(title: bytes) -> bytes:
    if len(title) <= _LONGEST:
        return title
    return title[:_CUT_TO].decode("utf-8", "ignore").encode("utf-8")


def _entries(content: bytes) -> Iterator[tuple[int, bytes]]:
    """Start in units of 100 ns, and title, of each entry."""
    at = len(_HEAD) + 1
    while at + _ENTRY <= len(content):
        start, length = int.from_bytes(content[at : at + 8], "big"), content[at + 8]
        yield start, content[at + _ENTRY : at + _ENTRY + length]
        at += _ENTRY + length


def _content(file: BinaryIO, box: _Box) -> bytes:
    file.seek(box.start)
    return file.read(box.end - box.start)


def _found(file: BinaryIO) -> _Box | None:
    file.seek(0, 2)
    box: _Box | None = _Box(0, file.tell(), 0)
    for name in (b"moov", b"udta", b"chpl"):
        box = _child(file, box, name) if box else None
    return box


def _child(file: BinaryIO, parent: _Box, name: bytes) -> _Box | None:
    """The first box of a name inside another (ISO/IEC 14496-12, 4.2)."""
    at = parent.start
    while at + _HEADER <= parent.end:
        file.seek(at)
        header = file.read(_LONG_HEADER)
        size, length = int.from_bytes(header[:4], "big"), _HEADER
        if size == 1:
            size, length = int.from_bytes(header[8:16], "big"), _LONG_HEADER
        if size < length:
            return None
        if header[4:8] == name:
            return _Box(at + length, min(at + size, parent.end), length)
        at += size
    return None
