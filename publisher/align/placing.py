"""From matched characters to timed turns and sections.

A turn begins at its first matched character; what the match does not reach is carried on at the talk's own pace.
Turns without a match lie between their neighbours if there is room for them (`interpolated`); if there is none,
they are not in the audio.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from publisher.align.matching import Matches
from publisher.align.sequences import AuthorText, HeardText
from publisher.model import Mark, Method, Span, TimedSection, TimedTurn, Transcript

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    Integers = npt.NDArray[np.int64]

MIN_SHARE = 0.35
"""A longer turn with a smaller matched share is not trusted to be there (measured: 108 of 109 turns told right)."""

BACK_CHANNEL = 8
"""A turn of so few characters is often misheard; alone it never counts as absent."""

MIN_ROOM = 0.4
"""Share of the expected time that must be free for unmatched text to have been spoken."""

OPENING = 16
"""Confidence looks at so many characters from the start of a turn."""

TURN_PAUSE = 500
"""Milliseconds between two turns where nothing better is known."""

FADE = 3_000
"""Milliseconds of carrying on at which the confidence of a start is down to a third."""

_CLAUSE_START = re.compile(r"(?:^|(?<=[。！？；，、：…,.!?;:\n]))[\s”’」』)）]*(?=\S)")


@dataclass(frozen=True, slots=True)
class Placed:
    """A turn's place while it is being worked out, in milliseconds."""

    start: int
    end: int
    confidence: float
    method: Method


def place(
    transcript: Transcript,
    author: AuthorText,
    heard: HeardText,
    matches: Matches,
    *,
    duration: int,
    method: Method,
) -> tuple[TimedTurn, ...]:
    """Give every turn of a transcript its time.

    Args:
        transcript: The text.
        author: The same, folded.
        heard: What was heard, with times inside `duration`.
        matches: Pairs between the two.
        duration: Milliseconds of the audio.
        method: What matched starts are called.
    """
    return _Placing(transcript, author, heard, matches, duration=duration, method=method).turns()


class _Placing:
    def __init__(
        self,
        transcript: Transcript,
        author: AuthorText,
        heard: HeardText,
        matches: Matches,
        *,
        duration: int,
        method: Method,
    ) -> None:
        import numpy as np

        self._transcript = transcript
        self._author = author
        self._duration = duration
        self._method = method
        self._where = matches.author
        self._start = heard.start[matches.heard]
        self._end = heard.end[matches.heard]
        self._pace = _pace(self._where, self._start)
        self._first = np.searchsorted(self._where, author.bounds[:-1])
        self._last = np.searchsorted(self._where, author.bounds[1:])

    def turns(self) -> tuple[TimedTurn, ...]:
        placed: dict[int, Placed] = {}
        for index in range(len(self._transcript.turns)):
            if self._is_trusted(index):
                placed[index] = self._matched(index)
        placed |= self._between(placed)
        return self._ordered(placed)

    def _length(self, index: int) -> int:
        return int(self._author.bounds[index + 1] - self._author.bounds[index])

    def _share(self, index: int) -> float:
        return int(self._last[index] - self._first[index]) / max(1, self._length(index))

    def _is_trusted(self, index: int) -> bool:
        share = self._share(index)
        if share >= MIN_SHARE:
            return True
        return share > 0 and self._room(index) >= MIN_ROOM * self._length(index) * self._pace

    def _room(self, index: int) -> int:
        """Milliseconds between the last match before a turn and the first one after it."""
        first, last = int(self._first[index]), int(self._last[index])
        left = int(self._end[first - 1]) if first else 0
        right = int(self._start[last]) if last < len(self._start) else self._duration
        return right - left

    def _matched(self, index: int) -> Placed:
        first, last = int(self._first[index]), int(self._last[index])
        bounds = self._author.bounds
        lead = int(self._where[first] - bounds[index])
        tail = int(bounds[index + 1] - 1 - self._where[last - 1])
        found = self._onset(first, last)
        left = int(self._end[first - 1]) if first else 0
        right = int(self._start[last]) if last < len(self._start) else self._duration
        missing_before = int(bounds[index] - 1 - self._where[first - 1]) if first else lead
        start = found - round(lead * self._pace)
        doubt = min(lead, missing_before) * self._pace
        if missing_before < lead:
            start = left + round(missing_before * self._pace) + TURN_PAUSE
        start = min(max(start, left), found)
        end = min(int(self._end[last - 1]) + round(tail * self._pace), max(right, int(self._end[last - 1])))
        opening = min(OPENING, self._length(index))
        reached = self._where[first:last] < bounds[index] + opening
        share = max(int(reached.sum()) / opening, 0.5 if lead else 0.0)
        return Placed(start, max(start, end), share * _fade(doubt), self._method)

    def _onset(self, first: int, last: int) -> int:
        """The start of a turn's first matched character.

        Recognisers stretch the first word after a pause back over the silence, so a character that seems to last
        much longer than the talk's pace begins only shortly before the next one.
        """
        start = int(self._start[first])
        if first + 1 < last and self._where[first + 1] == self._where[first] + 1:
            return max(start, int(self._start[first + 1]) - round(1.5 * self._pace))
        return start

    def _between(self, placed: dict[int, Placed]) -> dict[int, Placed]:
        """Lay unmatched turns between their placed neighbours, where there is room."""
        found: dict[int, Placed] = {}
        for run in _runs([i for i in range(len(self._transcript.turns)) if i not in placed]):
            before, after = placed.get(run[0] - 1), placed.get(run[-1] + 1)
            left = before.end if before else 0
            right = after.start if after else self._duration
            needed = sum(self._length(index) for index in run) * self._pace
            if right - left < MIN_ROOM * needed:
                run = [index for index in run if self._length(index) <= BACK_CHANNEL]  # noqa: PLW2901
                needed = sum(self._length(index) for index in run) * self._pace
            found |= self._spread(run, left, max(left, right), needed)
        return found

    def _spread(self, run: list[int], left: int, right: int, needed: float) -> dict[int, Placed]:
        """Share a free stretch among turns by their length; the doubt is as large as what is left over."""
        found: dict[int, Placed] = {}
        slack = abs(right - left - needed)
        scale = (right - left) / needed if needed else 0.0
        at = float(left)
        for index in run:
            width = self._length(index) * self._pace * scale
            confidence = min(0.45, self._share(index) + 0.4 * _fade(slack))
            found[index] = Placed(round(at), round(at + width), confidence, Method.INTERPOLATED)
            at += width
        return found

    def _ordered(self, placed: dict[int, Placed]) -> tuple[TimedTurn, ...]:
        """Timed turns whose starts never go back and whose ends do not pass the next start."""
        starts: dict[int, int] = {}
        latest = 0
        for index, found in sorted(placed.items()):
            latest = min(max(latest, found.start), self._duration)
            starts[index] = latest
        ends: dict[int, int] = {}
        following = self._duration
        for index in sorted(placed, reverse=True):
            ends[index] = max(starts[index], min(placed[index].end, following))
            following = starts[index]
        return tuple(
            self._timed(index, placed.get(index), starts.get(index, 0), ends.get(index, 0))
            for index in range(len(self._transcript.turns))
        )

    def _timed(self, index: int, found: Placed | None, start: int, end: int) -> TimedTurn:
        turn = self._transcript.turns[index]
        if found is None:
            doubt = round(self._share(index), 3)
            return TimedTurn(index, turn.speaker, None, 1 - doubt, self._method, present=False)
        span = Span(start, end)
        marks = self._marks(index, span)
        return TimedTurn(index, turn.speaker, span, round(found.confidence, 3), found.method, marks=marks)

    def _marks(self, index: int, span: Span) -> tuple[Mark, ...]:
        """The times at which the clauses of a turn begin."""
        import numpy as np

        first, last = int(self._first[index]), int(self._last[index])
        low, high = int(self._author.bounds[index]), int(self._author.bounds[index + 1])
        inside = (self._start[first:last] > span.start) & (self._start[first:last] < span.end)
        places = np.concatenate(([low], self._where[first:last][inside], [high]))
        times = np.concatenate(([span.start], self._start[first:last][inside], [span.end]))
        text = self._transcript.turns[index].text
        marks: list[Mark] = []
        for clause in _CLAUSE_START.finditer(text):
            place = low + int(np.searchsorted(self._author.offset[low:high], clause.end()))
            time = round(float(np.interp(place, places, times)))
            if not marks or (time > marks[-1].start and clause.end() > marks[-1].offset):
                marks.append(Mark(clause.end(), time))
        return tuple(marks)


def time_sections(transcript: Transcript, turns: tuple[TimedTurn, ...]) -> tuple[TimedSection, ...]:
    """Each section from its first turn that is in the audio to the end of its last one."""
    sections: list[TimedSection] = []
    for section in transcript.sections:
        there = [turns[turn.index] for turn in section.turns]
        spans = [turn.span for turn in there if turn.span]
        opening = next((turn for turn in there if turn.span), None)
        if opening is None:
            sections.append(TimedSection(section.title, None, 0.0, Method.INTERPOLATED))
        else:
            span = Span(spans[0].start, spans[-1].end)
            sections.append(TimedSection(section.title, span, opening.confidence, opening.method))
    return tuple(sections)


def _pace(where: Integers, start: Integers) -> float:
    """Milliseconds a character takes in running speech: the median between matches that are neighbours."""
    import numpy as np

    steps = np.diff(where)
    times = np.diff(start)
    running = (steps == 1) & (times > 0)
    return float(np.median(times[running])) if running.any() else 250.0


def _fade(doubt: float) -> float:
    return float(3 ** (-max(0.0, doubt) / FADE))


def _runs(indices: list[int]) -> list[list[int]]:
    """Group ascending numbers into runs without a gap."""
    runs: list[list[int]] = []
    for index in indices:
        if runs and runs[-1][-1] == index - 1:
            runs[-1].append(index)
        else:
            runs.append([index])
    return runs
