"""When each word of a transcript is spoken, for clicking on it.

Whatever aligned the talk tells which letters it heard and when: captions and recognised speech letter by letter, the
sound word by word. The words follow from that, and from when their turns are spoken.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import accumulate, pairwise
from typing import TYPE_CHECKING

from publisher.align.matching import Matches
from publisher.align.sequences import AuthorText, HeardText
from publisher.model import THRESHOLD, Mark, Method, Span, TimedTurn, TimedWord, Transcript
from publisher.segmentation import words
from publisher.text import column

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    Integers = npt.NDArray[np.int64]

CLOSE = 500
"""A word between two heard ones that are no more milliseconds apart is right within half of that."""

MOST_SURE = 0.5
"""Times that the sound tells replace others where so large a share of a turn's words is sure by them."""


@dataclass(frozen=True, slots=True)
class Letters:
    """Stretches of a transcript whose time was heard, in the order of the text; times never go back.

    Attributes:
        turn: Index of the turn of each.
        offset: Where it begins in the turn's text.
        until: The offset after it.
        start: Milliseconds at which it begins.
        end: Milliseconds at which it ends.
    """

    turn: Integers
    offset: Integers
    until: Integers
    start: Integers
    end: Integers

    def of(self, turn: int, span: Span) -> Letters:
        """Those of one turn that begin inside its time."""
        import numpy as np

        first, last = np.searchsorted(self.turn, (turn, turn + 1))
        part = slice(int(first), int(last))
        inside = (self.start[part] >= span.start) & (self.start[part] < span.end)
        columns = (self.turn, self.offset, self.until, self.start, self.end)
        turns, offset, until, start, end = (column[part][inside] for column in columns)
        return Letters(turns, offset, until, start, np.minimum(end, span.end))

    def rows(self) -> list[tuple[int, int, int, int]]:
        """Offset, the offset after it, start and end of each."""
        columns = (self.offset, self.until, self.start, self.end)
        return list(zip(*(column.tolist() for column in columns), strict=True))


def matched_letters(author: AuthorText, heard: HeardText, matches: Matches) -> Letters:
    """The letters that were matched and of which more than the piece of captions is known that they stand in."""
    import numpy as np

    known = heard.is_known[matches.heard]
    where, there = matches.author[known], matches.heard[known]
    turn = np.searchsorted(author.bounds, where, side="right") - 1
    offset = author.offset[where]
    return Letters(turn, offset, offset + 1, heard.start[there], heard.end[there])


def timed_words(
    transcript: Transcript, turns: Iterable[TimedTurn], letters: Letters | None = None
) -> tuple[TimedWord, ...]:
    """Time every word of every turn that is in the audio.

    A word that was heard has the times at which it was; the others share what lies between, by their width.

    Args:
        transcript: What is spoken.
        turns: When its turns are spoken.
        letters: What was heard of it; None leaves the marks of the turns to go by, and no word is sure.

    Returns:
        Words in order. Inside a turn they do not overlap, and as long as there is a millisecond for each,
        they start one after the other.
    """
    found: list[TimedWord] = []
    for turn in turns:
        if turn.span is None:
            continue
        text = transcript.turns[turn.index].text
        if not (places := list(words(text))):
            continue
        clock = _Clock(text, turn, turn.span, letters.of(turn.index, turn.span) if letters else None)
        for (start, end), span in zip(places, _spans(places, clock, turn.span), strict=True):
            found.append(TimedWord(turn.index, start, end - start, span, clock.is_sure(start)))
    return tuple(found)


def with_better(
    words_before: Iterable[TimedWord], better: Iterable[TimedWord], turns: Iterable[TimedTurn]
) -> tuple[TimedWord, ...]:
    """The words of turns whose times were sharpened.

    Args:
        words_before: As they were; what lies outside a turn's new time is no longer sure.
        better: The same words as the sound tells them.
        turns: With their new times.
    """
    old, new = _by_turn(words_before), _by_turn(better)
    found: list[TimedWord] = []
    for turn in turns:
        own, sharpened = old.get(turn.index, []), new.get(turn.index, [])
        if sum(word.sure for word in sharpened) >= MOST_SURE * len(sharpened):
            found += sharpened
        else:
            found += inside(own, turn)
    return tuple(found)


def inside(own: Iterable[TimedWord], turn: TimedTurn) -> Iterator[TimedWord]:
    """The words of a turn inside its time; those that had to be moved are not sure."""
    if turn.span is None:
        return
    first, last = turn.span.start, turn.span.end
    for word in own:
        if first <= word.span.start and word.span.end <= last:
            yield word
            continue
        start, end = (min(max(at, first), last) for at in (word.span.start, word.span.end))
        yield replace(word, span=Span(start, end), sure=word.sure and start == word.span.start)


def _by_turn(all_words: Iterable[TimedWord]) -> dict[int, list[TimedWord]]:
    found: dict[int, list[TimedWord]] = {}
    for word in all_words:
        found.setdefault(word.turn, []).append(word)
    return found


class _Clock:
    """The time at each offset of a turn's text: what was heard, then the marks, and even sharing between them."""

    def __init__(self, text: str, turn: TimedTurn, span: Span, letters: Letters | None) -> None:
        widths = (column(letter) if letter.isalnum() else 0 for letter in text)
        self._columns = [0, *accumulate(widths)]
        rows = letters.rows() if letters else []
        self._until = {last: end for offset, until, _, end in rows for last in range(offset, until)}
        heard: dict[int, int] = {}
        if letters and turn.method is not Method.INTERPOLATED and turn.confidence >= THRESHOLD:
            heard[0] = span.start
        for offset, _, start, _ in rows:
            heard.setdefault(offset, start)
        self._heard = sorted(heard.items())
        known = sorted((heard | {0: span.start, len(text): span.end}).items())
        self._known = sorted(dict(known + list(_marks_between(known, turn.marks))).items())

    def starts(self, offsets: list[int]) -> list[int]:
        """When the characters at the offsets begin."""
        import numpy as np

        columns = [self._columns[offset] for offset, _ in self._known]
        times = [time for _, time in self._known]
        wanted = [self._columns[offset] for offset in offsets]
        return [round(float(time)) for time in np.interp(wanted, columns, times)]

    def end(self, last: int) -> int | None:
        """When the character at an offset was heard to end; None when it was not heard."""
        return self._until.get(last)

    def is_sure(self, offset: int) -> bool:
        """Whether the character at an offset was heard, or lies between two close ones that were."""
        place = bisect_left(self._heard, (offset, 0))
        after = self._heard[place : place + 1]
        if after and after[0][0] == offset:
            return True
        return bool(place and after) and after[0][1] - self._heard[place - 1][1] <= CLOSE


def _marks_between(known: list[tuple[int, int]], marks: tuple[Mark, ...]) -> Iterator[tuple[int, int]]:
    """Marks that agree with their neighbours among the known offsets and times."""
    waiting = list(marks)
    for (left, earliest), (right, latest) in pairwise(known):
        while waiting and waiting[0].offset < right:
            mark = waiting.pop(0)
            if left < mark.offset and earliest <= mark.start <= latest:
                earliest = mark.start  # noqa: PLW2901 - marks do not go back either
                yield mark.offset, mark.start


def _spans(places: list[tuple[int, int]], clock: _Clock, turn: Span) -> Iterator[Span]:
    """Spans that do not overlap and do not leave the turn."""
    starts = _ascending(clock.starts([start for start, _ in places]), turn)
    ends = clock.starts([end for _, end in places])
    for (_, last), start, guessed, following in zip(
        places, starts, ends, [*starts[1:], turn.end], strict=True
    ):
        heard = clock.end(last - 1)
        end = guessed if heard is None else heard
        yield Span(start, min(max(end, start + 1), following))


def _ascending(starts: list[int], turn: Span) -> list[int]:
    count = len(starts)
    if turn.length < count:
        return [turn.start + turn.length * place // count for place in range(count)]
    earliest = turn.start
    found = []
    for place, start in enumerate(starts):
        found.append(min(max(start, earliest), turn.end - (count - place)))
        earliest = found[-1] + 1
    return found
