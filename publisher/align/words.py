"""When each word of a transcript is spoken, for clicking on it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import accumulate, pairwise
from typing import TYPE_CHECKING

from publisher.align.comparing import Comparison
from publisher.model import Mark, Span, TimedWord, Timeline, Transcript
from publisher.segmentation import words
from publisher.text import display_width

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    Integers = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class _Heard:
    """The letters of one turn that were heard inside its time: offsets and times, never going back."""

    offsets: Integers
    starts: Integers
    ends: Integers


def timed_words(
    transcript: Transcript, timeline: Timeline, comparison: Comparison | None
) -> tuple[TimedWord, ...]:
    """Time every word of every turn that is in the audio.

    A word that was heard has the times at which it was; the others share what lies between, by their width.

    Args:
        transcript: What is spoken.
        timeline: When its turns are spoken.
        comparison: The transcript beside the captions that the timeline was made from; None leaves the
            timeline's marks to go by.

    Returns:
        Words in order. Inside a turn they do not overlap, and as long as there is a millisecond for each,
        they start one after the other.
    """
    found: list[TimedWord] = []
    for turn in timeline.turns:
        if turn.span is None:
            continue
        text = transcript.turns[turn.index].text
        if not (places := list(words(text))):
            continue
        heard = _heard(comparison, turn.index, turn.span)
        spans = _spans(places, _Clock(text, turn.span, turn.marks, heard), turn.span)
        for (start, end), span, matched in zip(places, spans, _are_matched(places, heard), strict=True):
            found.append(TimedWord(turn.index, start, end - start, span, matched))
    return tuple(found)


def _heard(comparison: Comparison | None, turn: int, span: Span) -> _Heard:
    import numpy as np

    if comparison is None:
        nothing = np.empty(0, dtype=np.int64)
        return _Heard(nothing, nothing, nothing)
    author, matches = comparison.author, comparison.matches
    first, last = np.searchsorted(matches.author, author.bounds[turn : turn + 2])
    there = matches.heard[first:last]
    starts, ends = comparison.heard.start[there], comparison.heard.end[there]
    inside = (starts >= span.start) & (starts < span.end)
    offsets = author.offset[matches.author[first:last]]
    return _Heard(offsets[inside], starts[inside], np.minimum(ends[inside], span.end))


def _are_matched(places: list[tuple[int, int]], heard: _Heard) -> Iterator[bool]:
    import numpy as np

    for start, end in places:
        low, high = np.searchsorted(heard.offsets, [start, end])
        yield bool(low < high)


class _Clock:
    """The time at each offset of a turn's text: what was heard, then the marks, and even sharing between them."""

    def __init__(self, text: str, span: Span, marks: tuple[Mark, ...], heard: _Heard) -> None:
        widths = (display_width(letter) if letter.isalnum() else 0 for letter in text)
        self._columns = [0, *accumulate(widths)]
        self._heard_until = dict(zip(heard.offsets.tolist(), heard.ends.tolist(), strict=True))
        times = {0: span.start, len(text): span.end}
        for offset, start in zip(heard.offsets.tolist(), heard.starts.tolist(), strict=True):
            times.setdefault(offset, start)
        known = sorted(times.items())
        times |= dict(_marks_between(known, marks))
        self._known = sorted(times.items())

    def starts(self, offsets: list[int]) -> list[int]:
        """When the characters at the offsets begin."""
        import numpy as np

        columns = [self._columns[offset] for offset, _ in self._known]
        times = [time for _, time in self._known]
        wanted = [self._columns[offset] for offset in offsets]
        return [round(float(time)) for time in np.interp(wanted, columns, times)]

    def end(self, last: int) -> int | None:
        """When the character at an offset was heard to end; None when it was not heard."""
        return self._heard_until.get(last)


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
