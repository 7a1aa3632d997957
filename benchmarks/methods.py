"""The methods that are compared: ours, and what plain tools give without it."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import accumulate

from rapidfuzz.distance import Levenshtein

from benchmarks.case import Case, Guess
from publisher.align import Evidence, align
from publisher.errors import AlignmentError
from publisher.text import fold

Block = tuple[int, int, int]
"""Start in the author's text, start in the heard text, length: a stretch that is the same in both."""

DIFFLIB_LIMIT = 60_000
"""Characters, about four hours; its time grows with the square, and at ten hours it takes minutes."""


def ours(case: Case) -> Guess:
    """`publisher.align.align`, as `publish align` calls it."""
    evidence = Evidence(case.duration, case.captions, audio=case.audio, language=case.language)
    try:
        timeline = align(case.transcript, evidence)
    except AlignmentError as error:
        nothing = (None,) * len(case.starts)
        return Guess(nothing, (None,) * len(case.transcript.sections), refused=str(error).splitlines()[0])
    return Guess(
        tuple(turn.span.start if turn.span else None for turn in timeline.turns),
        tuple(section.span.start if section.span else None for section in timeline.sections),
        tuple(turn.confidence if turn.present else 0.0 for turn in timeline.turns),
    )


def plain_rapidfuzz(case: Case) -> Guess:
    """Levenshtein's edit operations on folded characters, over the whole talk, without anchors."""

    def blocks(author: str, heard: str) -> Iterable[Block]:
        for step in Levenshtein.opcodes(author, heard):
            if step.tag == "equal":
                yield step.src_start, step.dest_start, step.src_end - step.src_start

    return _by_blocks(case, blocks)


def plain_difflib(case: Case) -> Guess | None:
    """`difflib.SequenceMatcher` on folded characters; None above the size that it can bear."""
    if sum(len(turn.text) for turn in case.transcript.turns) > DIFFLIB_LIMIT:
        return None

    def blocks(author: str, heard: str) -> Iterable[Block]:
        for block in SequenceMatcher(None, author, heard, autojunk=False).get_matching_blocks():
            yield block.a, block.b, block.size

    return _by_blocks(case, blocks)


METHODS: dict[str, Callable[[Case], Guess | None]] = {
    "ours": ours,
    "rapidfuzz": plain_rapidfuzz,
    "difflib": plain_difflib,
}


def _by_blocks(case: Case, blocks: Callable[[str, str], Iterable[Block]]) -> Guess:
    """Each turn at its first character: matched, or between its matched neighbours; none is ever absent."""
    turns = [fold(turn.text).text for turn in case.transcript.turns]
    bounds = [0, *accumulate(len(turn) for turn in turns)]
    heard, times = _heard(case)
    pairs = [(a + k, h + k) for a, h, size in blocks("".join(turns), heard) for k in range(size)]
    clock = _Clock([author for author, _ in pairs], [times[there] for _, there in pairs])
    starts = tuple(min(case.duration, max(0, round(clock.time(bound)))) for bound in bounds[:-1])
    sections = tuple(
        starts[section.turns[0].index] if section.turns else None for section in case.transcript.sections
    )
    return Guess(starts, sections)


@dataclass(frozen=True, slots=True)
class _Clock:
    """Times of some characters; between them time runs evenly, outside them at the mean pace."""

    places: Sequence[int]
    times: Sequence[float]

    def time(self, place: int) -> float:
        after = bisect_left(self.places, place)
        if after == len(self.places) or after == 0:
            if len(self.places) < 2:  # noqa: PLR2004 - a pace needs two
                return 0
            pace = (self.times[-1] - self.times[0]) / (self.places[-1] - self.places[0])
            edge = 0 if after == 0 else -1
            return self.times[edge] + (place - self.places[edge]) * pace
        before = after - 1
        share = (place - self.places[before]) / (self.places[after] - self.places[before])
        return self.times[before] + share * (self.times[after] - self.times[before])


def _heard(case: Case) -> tuple[str, list[float]]:
    """The heard characters and when each begins; those of a piece share its time."""
    letters: list[str] = []
    times: list[float] = []
    for word in case.captions.words:
        text = fold(word.text).text
        letters.append(text)
        times.extend(word.span.start + word.span.length * k / len(text) for k in range(len(text)))
    return "".join(letters), times
