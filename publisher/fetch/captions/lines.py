"""What all caption formats share: lines of timed pieces, put in order and cut where the next begins."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from publisher.model import Span, Word
from publisher.text import one_line
from publisher.timecode import HOUR

LATEST = 100 * HOUR
"""No recording that we take is longer."""

_NOT_SPEECH = re.compile(r"[\[［][^\[\]［］\n]{1,40}[\]］]|>>+|[♪♫]")


class Unreadable(Exception):  # noqa: N818 - the sentence after "The captions", not an error of its own
    """Captions that cannot be read; the text goes on after "The captions"."""


@dataclass(frozen=True, slots=True)
class Line:
    """A line as the file has it, not yet checked.

    Attributes:
        start: Milliseconds.
        end: When it leaves the screen, which may be after the next line has begun.
        pieces: Start and text of each piece.
    """

    start: int
    end: int
    pieces: tuple[tuple[int, str], ...]


def spoken(text: str) -> str:
    """The words of a piece: without music tags and speaker arrows, on one line."""
    return one_line(_NOT_SPEECH.sub(" ", text))


def words_of(lines: Sequence[Line]) -> tuple[Word, ...]:
    """Words in order of time.

    Fewer than one line in a hundred may be out of order, and is put in its place; the same holds for the
    pieces. A piece never starts after the next line.

    Raises:
        Unreadable: Times go back, are negative or too large, or no word is left.
    """
    if not lines:
        raise Unreadable("have no words")
    for time in (time for line in lines for time in (line.start, line.end, *(at for at, _ in line.pieces))):
        if not 0 <= time <= LATEST:
            raise Unreadable(f"have a time outside of 0 to {LATEST // HOUR} hours")
    _refuse_disorder([line.start for line in lines])
    ordered = sorted(lines, key=lambda line: line.start)
    pieces = [piece for line, limit in _limited(ordered) for piece in _pieces(line, limit)]
    _refuse_disorder([start for start, _, _ in pieces])
    pieces.sort(key=lambda piece: piece[0])
    words = tuple(
        Word(text=text, span=Span(start, max(start, end)))
        for start, end, raw in pieces
        if (text := spoken(raw))
    )
    if not words:
        raise Unreadable("have no words")
    return words


def _limited(lines: Sequence[Line]) -> Iterator[tuple[Line, int]]:
    """Each line with the start of the next."""
    starts = [*(line.start for line in lines[1:]), LATEST]
    yield from zip(lines, starts, strict=True)


def _pieces(line: Line, limit: int) -> Iterator[tuple[int, int, str]]:
    """Start, end and text of each piece of a line."""
    end = min(line.end, limit)
    clipped = [(min(start, limit), text) for start, text in line.pieces]
    for (start, text), (following, _) in pairwise([*clipped, (end, "")]):
        yield start, following, text


def _refuse_disorder(starts: Sequence[int]) -> None:
    back = sum(later < earlier for earlier, later in pairwise(starts))
    if back * 100 >= max(1, len(starts)):
        raise Unreadable("have times that go back")
