"""Time: integer milliseconds inside, every written form here and nowhere else."""

from __future__ import annotations

import re

HOUR = 3_600_000
MINUTE = 60_000
SECOND = 1_000

FIRST_YEAR = 1900
LAST_YEAR = 2999
"""Nothing is published outside of these years; further dates have no form in every time zone."""

LONGEST = 1_000 * HOUR
"""A time in a talk beyond this is a fault of the file, not of a long talk."""

_CLOCK = re.compile(r"(?:(\d+):)?(\d{1,3}):(\d{1,2})(?:[.,](\d{1,9}))?")
_SECONDS = re.compile(r"(\d+)(?:[.,](\d{1,9}))?")


def parse(text: str) -> int:
    """Read a time as people and files write it.

    Takes `H:MM:SS`, `MM:SS` (minutes may pass 59 when no hour is given), plain seconds, each with an
    optional fraction after a point or a comma (Normal Play Time, WebVTT, SRT, iTunes duration).

    Returns:
        Milliseconds; a longer fraction is rounded.

    Raises:
        ValueError: The text is none of these.
    """
    text = text.strip()
    if clock := _CLOCK.fullmatch(text):
        hours, minutes, seconds, fraction = clock.groups()
        if int(seconds) >= 60 or (hours is not None and int(minutes) >= 60):  # noqa: PLR2004
            raise ValueError(f"{text!r} is not a time")
        whole = int(hours or 0) * HOUR + int(minutes) * MINUTE + int(seconds) * SECOND
        return whole + _fraction(fraction)
    if plain := _SECONDS.fullmatch(text):
        return int(plain[1]) * SECOND + _fraction(plain[2])
    raise ValueError(f"{text!r} is not a time")


def _fraction(digits: str | None) -> int:
    return round(int(digits) * SECOND / 10 ** len(digits)) if digits else 0


def from_seconds(seconds: float) -> int:
    """Milliseconds of a number of seconds, rounded."""
    return round(seconds * SECOND)


def seconds(ms: int) -> float:
    """Seconds with up to three decimals, as JSON files carry them."""
    return ms / SECOND


def webvtt(ms: int) -> str:
    """`HH:MM:SS.mmm`, a WebVTT timestamp."""
    return f"{ms // HOUR:02}:{ms // MINUTE % 60:02}:{ms // SECOND % 60:02}.{ms % SECOND:03}"


def srt(ms: int) -> str:
    """`HH:MM:SS,mmm`, a SubRip timestamp."""
    return webvtt(ms).replace(".", ",")


def clock(ms: int, *, longest: int | None = None) -> str:
    """`MM:SS`, or `H:MM:SS` past the hour: what people read and what YouTube takes.

    Args:
        ms: The time; fractions of a second are cut, so that a click never lands after the start.
        longest: The largest time of the same list; decides the form so that a column lines up.
    """
    if max(ms, longest or 0) >= HOUR:
        return f"{ms // HOUR}:{ms // MINUTE % 60:02}:{ms // SECOND % 60:02}"
    return f"{ms // MINUTE:02}:{ms // SECOND % 60:02}"
