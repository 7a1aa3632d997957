"""WebVTT (W3C), read by webvtt-py.

YouTube's automatic tracks roll: every line comes three times. Of those only the lines with word times
(`<00:00:01.200><c> word</c>`) are used.
"""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from publisher.fetch.captions.lines import LATEST, Line, Unreadable
from publisher.timecode import parse as parse_time

_TIMED = re.compile(r"<((?:\d+:)?\d{1,2}:\d{2}\.\d{3})>(?=<c[.>])")
_TAG = re.compile(r"<[^<>\n]*>")
_BLANKS_ONLY = re.compile(r"^[ \t]+$", re.MULTILINE)


def parse(text: str) -> tuple[Sequence[Line], bool]:
    """The lines, and whether the pieces carry their own times.

    Raises:
        Unreadable: Not WebVTT.
    """
    import webvtt

    rolling = _TIMED.search(text) is not None
    if rolling:
        text = _BLANKS_ONLY.sub("&nbsp;", text)  # webvtt-py ends a cue at a line of blanks
    cues = read_cues(lambda: webvtt.from_string(text), "WebVTT")
    if rolling:
        return [line for cue in cues for line in _rolling_lines(cue)], True
    return [plain_line(cue) for cue in cues], False


def read_cues(read: Callable[[], Any], name: str) -> Sequence[Any]:
    """What webvtt-py makes of a file, its errors as ours."""
    from webvtt.errors import MalformedCaptionError, MalformedFileError

    try:
        return list(read())
    except (MalformedCaptionError, MalformedFileError) as error:
        raise Unreadable(f"look like {name}, but are damaged") from error


def plain_line(cue: Any) -> Line:
    """A cue without word times, as one piece without markup."""
    start = _time(cue.start)
    return Line(start, _time(cue.end), ((start, without_markup(cue.raw_text)),))


def without_markup(text: str) -> str:
    """The words of a cue: tags dropped, entities resolved."""
    return html.unescape(_TAG.sub("", text))


def _rolling_lines(cue: Any) -> Iterator[Line]:
    start, end = _time(cue.start), _time(cue.end)
    for raw in cue.raw_text.split("\n"):
        first, *timed = _TIMED.split(raw)
        if timed:
            starts = [start, *(_time(stamp) for stamp in timed[::2])]
            texts = [without_markup(piece) for piece in (first, *timed[1::2])]
            yield Line(start, end, tuple(zip(starts, texts, strict=True)))


def _time(stamp: str) -> int:
    try:
        return parse_time(stamp)
    except ValueError:
        return LATEST + 1
