"""The episode trains its own acoustic model: from synthetic speech to a path, from the path to models, and again.

All rounds search the whole recording for the whole text. Only when the path holds still may sound without text and text
without sound part it; asked earlier, they swallow speech.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from publisher.align.acoustic.chain import Band, Chain
from publisher.align.acoustic.features import FRAMES, POOL
from publisher.align.acoustic.rounds import Rounds, moved
from publisher.align.acoustic.search import Path

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    Floats = npt.NDArray[np.float32]

GAUSSIANS = (1, 2, 4, 8)
"""Most Gaussians of a phone after each round."""

FEWER = (1, 4, 8)
"""Likewise where the path is known nearly."""

GLANCES, SETTLED, STEADY = 5, 50, 0.05
"""How often the whole is looked at from afar at most; enough when fewer frames than a share move by so many states."""

STILL = 0.005
"""The path holds still when fewer phones than this share move."""

LONG, OPENING = 90 * 60, 40 * 60
"""Seconds of recordings of which the beginning is learned from first, and of that beginning."""

MOST_ROUNDS, MOST_FREE_ROUNDS = 7, 4

OPENING_STEPS = GLANCES + len(GAUSSIANS) - 1
"""Of learning from that beginning."""

FAR, NEAR, WIDE = (seconds * FRAMES // POOL for seconds in (40, 20, 150))
"""Frames around a path in which a better one is sought: around a glance, a path, and one that may leave the text."""

Tell = Callable[[float], None]


@dataclass(frozen=True, slots=True)
class Settled:
    """What training ends with.

    Attributes:
        chain: The states.
        path: The path through the recording.
        gain: For each frame by how much likelier it is as what the path says than as any sound.
        free: Whether the path may leave the text; otherwise it never beat the background.
    """

    chain: Chain
    path: Path
    gain: Floats
    free: bool


def settled(rounds: Rounds, tell: Tell) -> Settled:
    """Find the path of a recording of which nothing is known.

    Args:
        rounds: The recording and its text.
        tell: Told how much is done, 0 to 1.

    Raises:
        AlignmentError: The text does not fit into the audio.
    """
    import numpy as np

    steps = GLANCES + MOST_ROUNDS + MOST_FREE_ROUNDS
    if len(rounds.frames) > LONG * FRAMES // POOL:
        opening = rounds.opening(OPENING)
        share = _opening_share(opening, rounds, steps)
        _learn_opening(opening, lambda done: tell(share * done))
        rounds.believe(opening)
        tell = _rest(tell, share)
    path = _first_path(rounds, lambda done: tell(done / steps))
    change = 1.0
    for number in range(MOST_ROUNDS):
        if number >= len(GAUSSIANS) and change < STILL:
            break
        rounds.learn(path, GAUSSIANS[min(number, len(GAUSSIANS) - 1)])
        before, path = path, rounds.search(rounds.near(path, NEAR))
        change = moved(before, path, rounds.chain)
        tell((GLANCES + number + 1) / steps)
    rounds.learn(path, GAUSSIANS[-1])
    gain = rounds.gain(path)
    if float(np.median(gain[gain != 0])) <= 0:
        return Settled(rounds.chain, path, gain, free=False)
    change, reach = 1.0, WIDE
    for number in range(MOST_FREE_ROUNDS):
        if change < STILL:
            break
        before, path = path, rounds.search(rounds.near(path, reach), free=True)
        rounds.learn(path, GAUSSIANS[-1])
        change, reach = moved(before, path, rounds.chain), FAR
        tell((GLANCES + MOST_ROUNDS + number + 1) / steps)
    return Settled(rounds.chain, path, rounds.gain(path), free=True)


def _learn_opening(opening: Rounds, tell: Tell) -> None:
    path = _first_path(opening, lambda done: tell(done / OPENING_STEPS))
    for number, most in enumerate(GAUSSIANS[1:], GLANCES + 1):
        opening.learn(path, most)
        path = opening.search(opening.near(path, NEAR))
        tell(number / OPENING_STEPS)


def _opening_share(opening: Rounds, rounds: Rounds, steps: int) -> float:
    """The share of all work that learning from the beginning is: as its steps are, and as it is long."""
    own = OPENING_STEPS * len(opening.frames)
    return own / (own + steps * len(rounds.frames))


def _rest(tell: Tell, done: float) -> Tell:
    """Tells of the work that is left when so much of it is done."""
    return lambda share: tell(done + (1 - done) * share)


def sharpened(rounds: Rounds, band: Band, tell: Tell) -> Settled:
    """Find the path of a recording that is known nearly.

    Args:
        rounds: The recording and its text.
        band: Where the path is.
        tell: Told how much is done, 0 to 1.

    Raises:
        AlignmentError: The text does not fit into the band.
    """
    path = rounds.search(band)
    for number, most in enumerate(FEWER):
        rounds.learn(path, most)
        tell((number + 1) / (len(FEWER) + 1))
        path = rounds.search(band, free=most == FEWER[-1])
    return Settled(rounds.chain, path, rounds.gain(path), free=True)


def _first_path(rounds: Rounds, tell: Tell) -> Path:
    """Look from afar, search near what is seen, learn from it, and look again until the picture holds still."""
    import numpy as np

    seen = rounds.glance()
    for number in range(GLANCES):
        rounds.learn(rounds.search(rounds.near(seen, FAR)), 1)
        before, seen = seen, rounds.glance()
        tell(number + 1)
        if float(np.mean(np.abs(before.state - seen.state) > SETTLED)) < STEADY:
            break
    return rounds.search(rounds.near(seen, FAR))
