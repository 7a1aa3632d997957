"""The chapters inside a file, read back by FFmpeg and, where there is a second list, by our own eyes."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from publisher import timecode
from publisher.media import nero
from publisher.media.opening import opened
from publisher.model import Chapter

NERO = "Nero's list"
"""What the list is called whose titles are cut."""


def embedded(path: Path) -> Mapping[str, tuple[Chapter, ...]]:
    """Each chapter list that a file holds, by what it is called.

    Raises:
        MediaError: The file does not open.
    """
    with opened(path) as (container, _):
        kind = container.format.name.partition(",")[0]
        found = tuple(
            Chapter(start, max(start, end), title)
            for chapter in container.chapters()
            if chapter["time_base"] and (title := chapter["metadata"].get("title", ""))
            for start, end in [
                [timecode.from_seconds(float(chapter[at] * chapter["time_base"])) for at in ("start", "end")]
            ]
        )
    if kind != "mov":
        return {"the file": found}
    return {"the QuickTime track": found, NERO: nero.listed(path)}


def difference(meant: tuple[Chapter, ...], found: tuple[Chapter, ...], where: str) -> str:
    """How a list in a file differs from what it should be, in one sentence; empty when it does not.

    Args:
        meant: The chapters.
        found: What was read.
        where: What the list is called.
    """
    if len(found) != len(meant):
        return f"It should have {len(meant)} chapters; {where} has {len(found)}."
    for one, other in zip(meant, found, strict=True):
        title = nero.cut_title(one.title) if where == NERO else one.title
        if title != other.title:
            return f"It should say {title!r}; {where} says {other.title!r}."
        if one.start != other.start:
            start, began = timecode.webvtt(one.start), timecode.webvtt(other.start)
            return f"“{title}” should start at {start}; in {where} it starts at {began}."
    return ""
