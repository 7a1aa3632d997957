"""Which characters of the author's text are which characters of what was heard.

Monotone and global: anchors are stretches that occur exactly once on both sides, the longest chain of them that
runs forward on both sides is kept (Moreno et al. 1998 for the idea of anchors), and the gaps between them are aligned
exactly, by sound. A match that stands alone among mismatches is chance and is dropped.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from publisher.align.editing import aligned
from publisher.align.sequences import AuthorText, HeardText
from publisher.align.sounds import sounds
from publisher.model import Pin

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    from publisher.align.sounds import Sounds

    Integers = npt.NDArray[np.int64]
    Floats = npt.NDArray[np.float32]

Gap = tuple[int, int, int, int]
"""Start and end in the author's text, start and end in the heard text."""

EARLY = 400
"""Milliseconds before a pin in which a heard word may belong to the pinned turn."""

ANCHOR_LENGTHS = (12, 8, 6, 5)
"""Long stretches first; a shorter one only has to be unique between its neighbours."""

LARGEST_GAP = 25_000_000
"""Cells; a gap that is larger (nothing in common for half an hour) is aligned by plain edit distance."""

WINDOW = 12
MIN_DENSITY = 0.3
"""A match is kept if, on both sides, so large a share of the characters around it is matched too."""

USUAL_PACE = 250.0
"""Milliseconds a character takes where nothing can be measured."""

PAUSE = 1_500
HOLE = 5_000
"""Milliseconds between two heard characters: up to PAUSE is talk, beyond PAUSE + HOLE surely something is missing."""


@dataclass(frozen=True, slots=True)
class Matches:
    """Pairs of characters that are the same or sound the same, ascending on both sides.

    Attributes:
        author: Indices into the author's folded text.
        heard: Indices into the heard folded text, of the same length.
    """

    author: Integers
    heard: Integers


def match(author: AuthorText, heard: HeardText, pins: tuple[Pin, ...] = ()) -> Matches:
    """Match two folded texts.

    Args:
        author: The transcript.
        heard: What was heard.
        pins: Nothing matches across them; in order on both sides.

    Returns:
        The pairs; empty when the texts have nothing in common.
    """
    import numpy as np

    pieces = _between_pins(author, heard, pins)
    pairs = np.array(list(_pairs(author.text, heard, pieces)), dtype=np.int64).reshape(-1, 2)
    kept = _dense(pairs[:, 0], len(author.text)) & _dense(pairs[:, 1], len(heard.text))
    return Matches(pairs[kept, 0], pairs[kept, 1])


def pace_of(matches: Matches, heard: HeardText) -> float:
    """Milliseconds a character takes in running speech: the median between matches that are neighbours."""
    import numpy as np

    steps = np.diff(matches.author)
    times = np.diff(heard.start[matches.heard])
    running = (steps == 1) & (times > 0)
    return float(np.median(times[running])) if running.any() else USUAL_PACE


def _between_pins(author: AuthorText, heard: HeardText, pins: tuple[Pin, ...]) -> list[Gap]:
    """Both texts cut where a pinned turn begins; words heard shortly before a pin may be stamped early."""
    import numpy as np

    cuts = [
        (int(author.bounds[pin.turn]), int(np.searchsorted(heard.start, pin.start - EARLY))) for pin in pins
    ]
    begins, ends = [(0, 0), *cuts], [*cuts, (len(author.text), len(heard.text))]
    return [(a, b, h, k) for (a, h), (b, k) in zip(begins, ends, strict=True)]


def _pairs(author: str, heard: HeardText, pieces: list[Gap]) -> Iterator[tuple[int, int]]:
    ours, theirs = sounds(author), sounds(heard.text)
    spoken, understood = ours.as_text(), theirs.as_text()
    holes = _holes(heard)
    for a_start, a_end, h_start, h_end in _gaps(spoken, understood, pieces):
        if spoken[a_start:a_end] == understood[h_start:h_end]:
            yield from zip(range(a_start, a_end), range(h_start, h_end), strict=True)
            continue
        if a_start == a_end or h_start == h_end:
            continue
        a, h = ours.slice(a_start, a_end), theirs.slice(h_start, h_end)
        if (a_end - a_start) * (h_end - h_start) > LARGEST_GAP:
            found = _plainly_aligned(a, h)
        else:
            found = aligned(a, h, holes[h_start : h_end + 1])
        yield from ((a_start + i, h_start + j) for i, j in found)


def _holes(heard: HeardText) -> Floats:
    """How likely something is missing before each heard character, and after the last: 0 to 1."""
    import numpy as np

    waits = np.diff(heard.start, prepend=0, append=heard.end[-1:] if len(heard.end) else 0)
    holes: Floats = np.clip((waits - PAUSE) / HOLE, 0, 1).astype(np.float32)
    return holes


def _plainly_aligned(author: Sounds, heard: Sounds) -> Iterator[tuple[int, int]]:
    from rapidfuzz.distance import Levenshtein

    for step in Levenshtein.opcodes(author.as_text(), heard.as_text()):
        if step.tag == "equal":
            yield from zip(
                range(step.src_start, step.src_end), range(step.dest_start, step.dest_end), strict=True
            )


def _gaps(author: str, heard: str, gaps: list[Gap]) -> list[Gap]:
    """Cut both texts at the middle of each anchor; what lies between two cuts belongs together."""
    for length in ANCHOR_LENGTHS:
        gaps = [piece for gap in gaps for piece in _cut(author, heard, gap, length)]
    return gaps


def _cut(author: str, heard: str, gap: Gap, length: int) -> list[Gap]:
    a_start, a_end, h_start, h_end = gap
    in_author = _unique(author, a_start, a_end, length)
    in_heard = _unique(heard, h_start, h_end, length)
    found = sorted((in_author[gram], in_heard[gram]) for gram in in_author.keys() & in_heard.keys())
    pieces: list[Gap] = []
    for a, h in _ends_of_runs(_longest_chain(found)):
        a_cut, h_cut = a + length // 2, h + length // 2
        pieces.append((a_start, a_cut, h_start, h_cut))
        a_start, h_start = a_cut, h_cut
    return [*pieces, (a_start, a_end, h_start, h_end)]


def _ends_of_runs(chain: list[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """The first and the last pair of each run in which both sides go on by one."""
    for index, (a, h) in enumerate(chain):
        goes_on = index + 1 < len(chain) and chain[index + 1] == (a + 1, h + 1)
        went_on = index > 0 and chain[index - 1] == (a - 1, h - 1)
        if not (goes_on and went_on):
            yield a, h


def _unique(text: str, start: int, end: int, length: int) -> dict[str, int]:
    """Where each stretch of a length stands that occurs only once in `text[start:end]`."""
    places: dict[str, int] = {}
    for place in range(start, end - length + 1):
        gram = text[place : place + length]
        places[gram] = -1 if gram in places else place
    return {gram: place for gram, place in places.items() if place >= 0}


def _longest_chain(pairs: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """The longest run of pairs that ascends on both sides; `pairs` ascend on the first (patience sorting)."""
    tails: list[int] = []
    tail_index: list[int] = []
    before: list[int] = []
    for index, (_, heard) in enumerate(pairs):
        place = bisect_left(tails, heard)
        before.append(tail_index[place - 1] if place else -1)
        if place == len(tails):
            tails.append(heard)
            tail_index.append(index)
        else:
            tails[place] = heard
            tail_index[place] = index
    chain: list[tuple[int, int]] = []
    index = tail_index[-1] if tail_index else -1
    while index >= 0:
        chain.append(pairs[index])
        index = before[index]
    return chain[::-1]


def _dense(matched: Integers, length: int) -> npt.NDArray[np.bool_]:
    """Which matches stand in matched surroundings."""
    import numpy as np

    flags = np.zeros(length, dtype=np.int64)
    flags[matched] = 1
    sums = np.concatenate(([0], np.cumsum(flags)))
    low = np.maximum(matched - WINDOW, 0)
    high = np.minimum(matched + WINDOW + 1, length)
    share: npt.NDArray[np.bool_] = (sums[high] - sums[low]) >= MIN_DENSITY * (high - low)
    return share
