"""From matched characters to places in time: where each turn begins, how sure that is, and between which moments.

A turn begins at its first matched character; what the match does not reach is carried on at the talk's own pace,
from the nearer side. Turns without a match lie between their neighbours if there is room for them; if there is none,
they are not in the audio.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from publisher.align.matching import Matches
from publisher.align.sequences import AuthorText, HeardText
from publisher.model import Method

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    Integers = npt.NDArray[np.int64]

MIN_SHARE = 0.35
"""A longer turn with a smaller matched share is not trusted to be there (measured: 108 of 109 turns told right)."""

BACK_CHANNEL = 8
"""A turn of so few characters is often misheard; it is absent only together with longer ones."""

MIN_ROOM = 0.4
"""Share of the expected time that must be free for unmatched text to have been spoken."""

OPENING = 16
"""Confidence looks at so many characters from the start of a turn."""

DRIFT = 0.35
"""By how much of its length a stretch without matches is spoken faster or slower than the talk's pace."""

TURN_PAUSE = 500
"""Milliseconds between two turns where nothing better is known."""

FADE = 3_000
"""Milliseconds of carrying on at which the confidence of a start is down to a third."""

REACH = 2_500
"""Milliseconds around the best guess within which a pause may correct it."""

SLACK = 150
"""Milliseconds by which heard times are not exact."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a turn is, in milliseconds.

    Attributes:
        start: Best guess of its start.
        end: Likewise of its end.
        soonest: It may as well start here; not after `start`.
        earliest: It does not start before; the previous turn's last word is on.
        latest: It does not start after; its own next word is on.
        confidence: 0 to 1, that the start is right.
        method: How the start was found.
    """

    start: int
    end: int
    soonest: int
    earliest: int
    latest: int
    confidence: float
    method: Method


class Placing:
    """Places the turns of a talk.

    Args:
        author: The transcript, folded.
        heard: What was heard, with times inside `duration`.
        matches: Pairs between the two.
        pace: Milliseconds a character usually takes.
        duration: Milliseconds of the audio.
        method: What matched starts are called.
    """

    def __init__(
        self,
        author: AuthorText,
        heard: HeardText,
        matches: Matches,
        *,
        pace: float,
        duration: int,
        method: Method,
    ) -> None:
        import numpy as np

        self._bounds = author.bounds
        self._duration = duration
        self.method = method
        self._where = matches.author
        self._start = heard.start[matches.heard]
        self._end = heard.end[matches.heard]
        self._next_piece = heard.next_piece[matches.heard]
        self._pace = pace
        self._first = np.searchsorted(self._where, author.bounds[:-1])
        self._last = np.searchsorted(self._where, author.bounds[1:])

    @property
    def turn_count(self) -> int:
        """How many turns the transcript has."""
        return len(self._bounds) - 1

    def places(self) -> dict[int, Place]:
        """The place of each turn that is in the audio, by its index."""
        placed = {index: self._matched(index) for index in range(self.turn_count) if self._is_trusted(index)}
        return placed | self._between(placed)

    def share(self, index: int) -> float:
        """Which share of a turn's characters is matched."""
        return int(self._last[index] - self._first[index]) / max(1, self._length(index))

    def matched(self, index: int) -> tuple[Integers, Integers]:
        """The matched characters of a turn, counted from its start, and when each begins."""
        first, last = int(self._first[index]), int(self._last[index])
        return self._where[first:last] - self._bounds[index], self._start[first:last]

    def _length(self, index: int) -> int:
        return int(self._bounds[index + 1] - self._bounds[index])

    def _is_trusted(self, index: int) -> bool:
        share = self.share(index)
        if share >= MIN_SHARE:
            return True
        return share > 0 and self._room(index) >= MIN_ROOM * self._length(index) * self._pace

    def _room(self, index: int) -> int:
        """Milliseconds between the last match before a turn and the first one after it."""
        return self._start_after(int(self._last[index])) - self._end_before(int(self._first[index]))

    def _end_before(self, match: int) -> int:
        return int(self._end[match - 1]) if match else 0

    def _start_after(self, match: int) -> int:
        return int(self._start[match]) if match < len(self._start) else self._duration

    def _matched(self, index: int) -> Place:
        first, last = int(self._first[index]), int(self._last[index])
        begin, length = int(self._bounds[index]), self._length(index)
        lead = int(self._where[first]) - begin
        missing_before = begin - 1 - int(self._where[first - 1]) if first else lead
        left, found = self._end_before(first), self._onset(first, last)
        back, forth = lead * self._pace, missing_before * self._pace
        slack = _outside(found - left, 0.7 * (back + forth), 1.5 * (back + forth) + 2 * TURN_PAUSE)
        doubt = min(DRIFT * back, DRIFT * forth + slack)
        start = found - back if doubt == DRIFT * back else left + forth + TURN_PAUSE
        start = min(max(round(start), left), found)
        tail = begin + length - 1 - int(self._where[last - 1])
        end = int(self._end[last - 1])
        end = max(end, min(end + round(tail * self._pace), self._start_after(last)))
        opening = min(OPENING, length)
        reached = int((self._where[first:last] < begin + opening).sum()) / opening
        share = max(reached, 0.5 if lead else 0.0)
        confidence = share * _fade(doubt)
        soonest = min(start, int(self._start[first])) if not lead else start
        earliest, latest = self._window(first, soonest, start)
        return Place(start, max(start, end), soonest, earliest, latest, confidence, self.method)

    def _onset(self, first: int, last: int) -> int:
        """The start of a turn's first matched character.

        Recognisers stretch the first word after a pause back over the silence, so a character that seems to last
        much longer than the talk's pace begins only shortly before the next one.
        """
        start = int(self._start[first])
        followed = first + 1 < last and self._where[first + 1] == self._where[first] + 1
        if followed and self._start[first + 1] - self._end[first] < SLACK:
            return max(start, int(self._start[first + 1]) - round(1.5 * self._pace))
        return start

    def _window(self, first: int, soonest: int, start: int) -> tuple[int, int]:
        """Between which moments the turn begins: after the word before it is on, before its second word is."""
        earliest = int(self._start[first - 1]) + round(self._pace / 2) if first else soonest - REACH // 2
        earliest = max(0, earliest, soonest - REACH)
        latest = min(int(self._next_piece[first]) + SLACK, start + REACH)
        return earliest, max(earliest, latest)

    def _between(self, placed: dict[int, Place]) -> dict[int, Place]:
        """Lay unmatched turns between their placed neighbours, where there is room."""
        found: dict[int, Place] = {}
        for run in _runs([index for index in range(self.turn_count) if index not in placed]):
            before, after = placed.get(run[0] - 1), placed.get(run[-1] + 1)
            left = before.end if before else 0
            right = max(left, after.start if after else self._duration)
            found |= self._spread(self._spoken(run, right - left), left, right)
        return found

    def _spoken(self, run: list[int], room: int) -> list[int]:
        """The turns of a run if there is room for them; back-channel alone is said whatever the room."""
        if all(self._length(index) <= BACK_CHANNEL for index in run):
            return run
        needed = self._pace * sum(self._length(index) for index in run)
        return run if room >= MIN_ROOM * needed else []

    def _spread(self, run: list[int], left: int, right: int) -> dict[int, Place]:
        """Share a free stretch among turns by their length; the doubt is as large as what is left over."""
        found: dict[int, Place] = {}
        needed = sum(self._length(index) for index in run) * self._pace
        scale = (right - left) / needed if needed else 0.0
        doubt = abs(right - left - needed)
        at = float(left)
        for index in run:
            width = self._length(index) * self._pace * scale
            confidence = min(0.45, self.share(index) + 0.4 * _fade(doubt))
            start = round(at)
            found[index] = Place(
                start, round(at + width), start, left, right, confidence, Method.INTERPOLATED
            )
            at += width
        return found


def _outside(value: float, low: float, high: float) -> float:
    """How far a value lies outside of a range."""
    return max(0.0, low - value, value - high)


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
