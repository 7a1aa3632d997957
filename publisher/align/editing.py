"""Exact weighted alignment of two short texts (Needleman-Wunsch with Gotoh's affine gaps).

Letters that sound alike count as matches at a discount. Leaving out author's text is cheap where the heard text
has a hole in time: there the recogniser said nothing for a while.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from publisher.align.sounds import Sounds

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    Floats = npt.NDArray[np.float32]
    Flags = npt.NDArray[np.uint8]

SAME_LETTER = 2.0
SAME_SYLLABLE = 1.7
NEAR_SYLLABLE = 1.2
HALF_SYLLABLE = 0.0
UNLIKE = -1.2
GAP_OPEN = 1.5
GAP_STEP = 0.25
HOLE_DISCOUNT = 1.3

BLOCK = 1_000_000
"""Cells whose likeness is worked out at once."""

_DIAGONAL, _UP, _LEFT = 0, 1, 2
_UP_EXTENDS, _LEFT_EXTENDS = 4, 8


def aligned(author: Sounds, heard: Sounds, holes: Floats) -> Iterator[tuple[int, int]]:
    """Align two texts.

    Args:
        author: n letters.
        heard: m letters.
        holes: For each place before, between and after the heard letters (m + 1), from 0 (the letters follow each
            other at once) to 1 (a long silence).

    Yields:
        Ascending pairs of indices that are alike: the same letter, the same or nearly the same syllable.
    """
    steps = _fill(author, heard, holes)
    path = list(_walk_back(steps))
    for i, j in reversed(path):
        if author.near[i] == heard.near[j]:
            yield i, j


def _likeness(author: Sounds, heard: Sounds) -> Iterator[Floats]:
    """How alike each letter of the author's is to all heard letters, row by row."""
    import numpy as np

    rows = max(1, BLOCK // max(1, len(heard.letter)))
    for start in range(0, len(author.letter), rows):
        ours = author.slice(start, start + rows)
        half = (heard.initial == ours.initial[:, None]) | (heard.final == ours.final[:, None])
        score = np.where(half, np.float32(HALF_SYLLABLE), np.float32(UNLIKE))
        score[heard.near == ours.near[:, None]] = NEAR_SYLLABLE
        score[heard.syllable == ours.syllable[:, None]] = SAME_SYLLABLE
        score[heard.letter == ours.letter[:, None]] = SAME_LETTER
        yield from score


def _fill(author: Sounds, heard: Sounds, holes: Floats) -> Flags:
    """The best last step into each cell, with the flags of gaps that go on."""
    import numpy as np

    n, m = len(author.letter), len(heard.letter)
    columns = np.arange(m + 1, dtype=np.float32) * np.float32(GAP_STEP)
    skip_open = np.float32(GAP_OPEN) - np.float32(HOLE_DISCOUNT) * holes
    steps = np.zeros((n + 1, m + 1), dtype=np.uint8)
    best = -(np.float32(GAP_OPEN) + columns)
    best[0] = 0
    steps[0, 1:] = _LEFT | _LEFT_EXTENDS
    steps[0, 1:2] = _LEFT
    up = np.full(m + 1, np.float32(-1e9), dtype=np.float32)
    left = up.copy()
    for i, likeness in enumerate(_likeness(author, heard), 1):
        opened, extended = best - skip_open, up
        up = np.maximum(opened, extended) - np.float32(GAP_STEP)
        row = steps[i]
        row[extended > opened] = _UP_EXTENDS
        diagonal = best[:-1] + likeness
        through = up.copy()
        np.maximum(up[1:], diagonal, out=through[1:])
        row[1:][up[1:] > diagonal] |= _UP
        row[0] |= _UP
        reach = np.maximum.accumulate(through + columns)
        np.subtract(reach[:-1], columns[1:] + np.float32(GAP_OPEN), out=left[1:])
        leftward = left > through
        if leftward.any():
            row[leftward] = (row[leftward] & _UP_EXTENDS) | _LEFT
        row[2:][reach[1:-1] == reach[:-2]] |= _LEFT_EXTENDS
        best = np.maximum(left, through)
    return steps


def _walk_back(steps: Flags) -> Iterator[tuple[int, int]]:
    """The diagonal steps of the best path, from its end."""
    i, j = steps.shape[0] - 1, steps.shape[1] - 1
    while i > 0 and j > 0:
        step = int(steps[i, j])
        kind = step & 3
        if kind == _DIAGONAL:
            i, j = i - 1, j - 1
            yield i, j
        elif kind == _UP:
            while i > 0 and int(steps[i, j]) & _UP_EXTENDS:
                i -= 1
            i -= 1
        else:
            while j > 1 and int(steps[i, j]) & _LEFT_EXTENDS:
                j -= 1
            j -= 1
