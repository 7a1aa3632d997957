"""Matches that the clock believes: nobody speaks forty characters in a second, or one in forty.

Each jump in time without text (an advertisement, music) or in text without time (a cut passage) costs something, so
a short match that needs two jumps is chance and goes, and a long one that needs two is real and stays.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from publisher.align.matching import Matches
from publisher.align.sequences import HeardText

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    Integers = npt.NDArray[np.int64]

JUMP = 3.0
"""What a jump costs, in matched characters."""

SLOWEST, PAUSE = 4.0, 3_000
"""Between two matches may pass so many times the usual time, and so many milliseconds."""

FASTEST, HURRY = 0.2, 500
"""At least so large a share of the usual time must pass, less so many milliseconds."""

LOOK_BACK = 12
"""How many runs of matches may be dropped in a row."""


def plausible(matches: Matches, heard: HeardText, pace: float) -> Matches:
    """Keep the matches that fit together in time.

    Args:
        matches: Pairs, ascending on both sides.
        heard: With the times.
        pace: Milliseconds a character usually takes.

    Returns:
        Those of the pairs that make the best chain.
    """
    import numpy as np

    if len(matches.author) == 0:
        return matches
    times = heard.start[matches.heard]
    breaks = (np.diff(matches.author) != 1) | (np.diff(matches.heard) != 1) | (np.diff(times) > PAUSE)
    first = np.concatenate(([0], np.flatnonzero(breaks) + 1))
    last = np.concatenate((first[1:], [len(times)])) - 1
    kept = _best_chain(
        (last - first + 1).tolist(),
        (matches.author[first].tolist(), matches.author[last].tolist()),
        (times[first].tolist(), times[last].tolist()),
        pace,
    )
    chosen = np.concatenate([np.arange(first[run], last[run] + 1) for run in kept])
    return Matches(matches.author[chosen], matches.heard[chosen])


def _best_chain(
    lengths: list[int], places: tuple[list[int], list[int]], times: tuple[list[int], list[int]], pace: float
) -> list[int]:
    """The runs of the chain with the most characters, jumps paid."""
    score: list[float] = []
    before: list[int] = []
    for run, length in enumerate(lengths):
        best, origin = 0.0, -1
        for earlier in range(max(0, run - LOOK_BACK), run):
            usual = (places[0][run] - places[1][earlier]) * pace
            passed = times[0][run] - times[1][earlier]
            jumps = not FASTEST * usual - HURRY <= passed <= SLOWEST * usual + PAUSE
            if (reached := score[earlier] - JUMP * jumps) > best:
                best, origin = reached, earlier
        score.append(best + length)
        before.append(origin)
    chain: list[int] = []
    run = max(range(len(score)), key=score.__getitem__)
    while run >= 0:
        chain.append(run)
        run = before[run]
    return chain[::-1]
