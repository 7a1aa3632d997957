"""What the readers of chapter formats share: lines, times, and the list that comes of them."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from itertools import pairwise
from typing import TYPE_CHECKING

from publisher import timecode
from publisher.errors import ContentError, Place
from publisher.model import Chapter
from publisher.text import one_line

if TYPE_CHECKING:
    from lxml.etree import _Element

Found = tuple[int, int | None, str]
"""Start, end if the file says one, and title."""


def unreadable(what: str, line: int | None = None) -> ContentError:
    """A fault of a chapter file; who opens the file adds its name."""
    return ContentError(what, place=Place("", line) if line else None)


def lines(text: str) -> list[str]:
    """The lines of a text with any line ends."""
    return text.replace("\r\n", "\n").replace("\r", "\n").split("\n")


def time(text: str, line: int | None = None) -> int:
    """Milliseconds of a written time.

    Raises:
        ContentError: It is none, or beyond all reason.
    """
    if len(text) > 40:  # noqa: PLR2004 - the longest that any format writes has half of that
        raise unreadable("A time is too long to be one.", line)
    try:
        ms = timecode.parse(text)
    except ValueError:
        raise unreadable(f"{one_line(text)!r} is not a time.", line) from None
    return bounded(ms, line)


def bounded(ms: int, line: int | None = None) -> int:
    """A time as it is, if it can be one.

    Raises:
        ContentError: It is negative, or beyond all reason.
    """
    if not 0 <= ms <= timecode.LONGEST:
        raise unreadable("A time is below zero or beyond 1,000 hours.", line)
    return ms


def number(value: object) -> int:
    """Milliseconds of a JSON number of seconds, or of a time that is written as text.

    Raises:
        ContentError: It is neither.
    """
    if isinstance(value, str):
        return time(value)
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= timecode.LONGEST:
        raise unreadable("A start is not a number of seconds.")
    return bounded(timecode.from_seconds(value))


def whole(digits: str, line: int | None = None) -> int:
    """A written whole number of reasonable size.

    Raises:
        ContentError: It is none.
    """
    if not re.fullmatch(r"[0-9]{1,18}", digits):
        raise unreadable(f"{one_line(digits[:40])!r} is not a whole number.", line)
    return int(digits)


def listed(found: Iterable[Found]) -> tuple[Chapter, ...]:
    """Chapters in order of time, each until the next; the last until its own end, as far as that is known."""
    rows = sorted(found, key=lambda row: row[0])
    if not rows:
        return ()
    start, end, _ = rows[-1]
    starts = [*(row[0] for row in rows), max(start, end or 0)]
    return tuple(
        Chapter(one, other, one_line(title))
        for (_, _, title), (one, other) in zip(rows, pairwise(starts), strict=True)
    )


def json_of(text: str) -> object:
    """The value of a JSON text.

    Raises:
        ContentError: It is not JSON.
    """
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        raise unreadable("The file is not JSON.") from None


def rows_of(value: object) -> list[dict[str, object]]:
    """The chapters of a JSON list: objects with a `startTime` that are not hidden by `toc: false`.

    Raises:
        ContentError: It is no such list.
    """
    if not isinstance(value, list) or not all(isinstance(row, dict) and "startTime" in row for row in value):
        raise unreadable("The file has no list of chapters, each with its startTime.")
    return [row for row in value if row.get("toc") is not False]


def from_rows(rows: list[dict[str, object]]) -> tuple[Chapter, ...]:
    """Chapters of JSON objects with `startTime`, `title` and perhaps `endTime`."""
    return listed((number(row["startTime"]), _end(row), str(row.get("title") or "")) for row in rows)


def _end(row: dict[str, object]) -> int | None:
    end = row.get("endTime")
    return None if end is None else number(end)


def xml_of(text: str) -> _Element:
    """The root of an XML text; nothing outside it is asked for and no entity of its own is put in.

    Raises:
        ContentError: It is not well-formed, or makes entities, which no list of chapters needs.
    """
    from lxml import etree

    if "<!ENTITY" in text:
        raise unreadable("The file makes XML entities; that is no list of chapters.")

    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, encoding="utf-8")
    try:
        return etree.fromstring(text.encode("utf-8", "replace"), parser)
    except (etree.XMLSyntaxError, ValueError):
        raise unreadable("The file is not well-formed XML.") from None


def line_of(element: _Element) -> int | None:
    """Where an element stands."""
    line: object = element.sourceline
    return line if isinstance(line, int) else None
