"""From turns with times to cues: a line or two that can be read while they are heard."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from itertools import accumulate

from publisher.model import Cue, Mark, Span, Timeline, Transcript
from publisher.text import column, display_width, one_line
from publisher.transcripts.units import LINE, Break, Ruler, Unit, units_of

LONGEST = 7_000
SHORTEST = 1_000
"""Milliseconds of a cue, where the text allows."""

NARROW = 12
"""Columns of a cue that is not cut however long it lasts."""


def cues(timeline: Timeline, transcript: Transcript) -> tuple[Cue, ...]:
    """Make cues.

    A turn is cut at the ends of sentences, a sentence that is too much for a cue at the ends of clauses, a
    clause at words. Short neighbours in a turn are joined. A cue holds at most two lines of 32 columns and
    lasts 1 to 7 s where the text allows. White space aside, the cues of a turn hold exactly its text.

    Args:
        timeline: When the turns are spoken; absent turns give no cue.
        transcript: What is spoken; the timeline's own.

    Returns:
        Strictly ascending, disjoint cues; a newline parts the two lines. Where turns overlap, the earlier
        gives way to the later.
    """
    timed = [(turn, turn.span) for turn in timeline.turns if turn.span]
    following = [*(span.start for _, span in timed[1:]), timeline.duration]
    units = units_of(transcript)
    found: list[Cue] = []
    free = 0
    before = ""
    for (turn, span), limit in zip(timed, following, strict=False):
        said = transcript.turns[turn.index]
        end = min(span.end, max(limit, span.start))
        lead = _name_width(said.speaker) if said.speaker != before else 0
        before = said.speaker
        talk = _Talk(said.text, units[said.index], turn.marks, Span(span.start, end), lead)
        for start, stop, text in talk.cues():
            begin = max(start, free)
            free = max(stop, begin + 1)
            found.append(Cue(Span(begin, free), said.speaker, text))
    return tuple(found)


def _name_width(speaker: str) -> int:
    """Columns that `Name: ` takes in SRT, where another begins to speak; of a long name as much as leaves room."""
    return min(display_width(one_line(speaker)) + len(": "), LINE // 2) if speaker else 0


class _Clock:
    """When each character of a text is spoken: marks, and between them time shared out by width."""

    def __init__(self, text: str, marks: Iterable[Mark], span: Span) -> None:
        self._columns = [0, *accumulate(map(column, text))]
        self._offsets, self._times = [0], [span.start]
        for mark in marks:
            if self._offsets[-1] < mark.offset < len(text):
                self._offsets.append(mark.offset)
                self._times.append(min(max(mark.start, self._times[-1]), span.end))
        self._offsets.append(len(text))
        self._times.append(span.end)

    def at(self, offset: int) -> int:
        """Milliseconds; never goes back as the offset grows."""
        left = min(bisect_right(self._offsets, offset), len(self._offsets) - 1) - 1
        start, stop = self._columns[self._offsets[left]], self._columns[self._offsets[left + 1]]
        time = self._times[left + 1] - self._times[left]
        share = self._columns[offset] - start
        return self._times[left] + (time * share // (stop - start) if stop > start else 0)


class _Talk:
    """One turn on its way to cues. Runs are pairs: the first unit, and the one after the last."""

    def __init__(
        self, text: str, units: Sequence[Unit], marks: Sequence[Mark], span: Span, lead: int
    ) -> None:
        self._units = units
        self._ruler = Ruler(text, self._units, lead)
        self._lead = lead
        clock = _Clock(text, marks, span)
        self._starts = [*(clock.at(unit.start) for unit in self._units), span.end]

    def cues(self) -> Iterator[tuple[int, int, str]]:
        """Start, end and text of each cue; neighbours meet, and may be without length when time is short."""
        for first, last in self._joined():
            lines = "\n".join(self._ruler.text(*line) for line in self._ruler.lines(first, last))
            yield self._starts[first], self._starts[last], lines

    def _joined(self) -> list[tuple[int, int]]:
        runs: list[tuple[int, int]] = []
        for run in self._pieces():
            if runs and (self._short(runs[-1]) or self._short(run)) and self._fits((runs[-1][0], run[1])):
                runs[-1] = (runs[-1][0], run[1])
            else:
                runs.append(run)
        return runs

    def _pieces(self) -> Iterator[tuple[int, int]]:
        for sentence in self._cut((0, len(self._units)), Break.SENTENCE):
            if self._fits(sentence):
                yield sentence
                continue
            waiting: tuple[int, int] | None = None
            for clause in self._cut(sentence, Break.CLAUSE):
                for part in self._halved(clause):
                    if waiting and self._fits((waiting[0], part[1])):
                        waiting = (waiting[0], part[1])
                        continue
                    if waiting:
                        yield waiting
                    waiting = part
            if waiting:
                yield waiting

    def _cut(self, run: tuple[int, int], strength: Break) -> Iterator[tuple[int, int]]:
        first, last = run
        for place in range(first, last):
            if self._units[place].after >= strength or place == last - 1:
                yield first, place + 1
                first = place + 1

    def _halved(self, run: tuple[int, int]) -> Iterator[tuple[int, int]]:
        if self._fits(run):
            yield run
            return
        middle = self._ruler.middle(*run)
        yield from self._halved((run[0], middle))
        yield from self._halved((middle, run[1]))

    def _fits(self, run: tuple[int, int]) -> bool:
        if run[1] - run[0] == 1:
            return True
        width = self._ruler.width(*run)
        narrow = NARROW if run[0] else NARROW + self._lead
        if width > 2 * LINE or (width > narrow and self._length(run) > LONGEST):
            return False
        return all(self._ruler.width(*line) <= LINE for line in self._ruler.lines(*run))

    def _short(self, run: tuple[int, int]) -> bool:
        return self._length(run) < SHORTEST

    def _length(self, run: tuple[int, int]) -> int:
        return self._starts[run[1]] - self._starts[run[0]]
