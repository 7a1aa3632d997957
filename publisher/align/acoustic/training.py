"""The episode trains its own acoustic model: from synthetic speech to a path, from the path to models, and again.

All rounds search the whole recording for the whole text. Only when the path holds still may sound without text and text
without sound part it; asked earlier, they swallow speech.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from publisher.align.acoustic.chain import Band, Chain, around, chain_of, everywhere
from publisher.align.acoustic.coarse import Glance
from publisher.align.acoustic.features import FRAMES, POOL, Sound, observed, pooled
from publisher.align.acoustic.hubs import Hubs
from publisher.align.acoustic.models import Voices, fitted, trained
from publisher.align.acoustic.phones import SILENCE, Labelled, Script
from publisher.align.acoustic.search import Path, best_path

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    Integers = npt.NDArray[np.int64]
    Floats = npt.NDArray[np.float32]
    Flags = npt.NDArray[np.bool_]

STRETCH = 5 * FRAMES
"""Frames over which the sound of a voice and a microphone is taken to be the same."""

BACKGROUND, FRAMES_A_GAUSSIAN = 32, 1_000
"""Most Gaussians for all the sound together, and how many frames there are for each at least."""

STRAY = 0.1
"""How likely a frame is not what the text says: a noise, a slip, another word."""

QUIET, LOUD = 0.15, 0.5
"""Silence is below the first to begin with, later below the second: shares of the way from silent to loud."""

GAUSSIANS = (1, 2, 4, 8)
"""Most Gaussians of a phone after each round."""

LONGEST = 15
"""Frames; a phone that seems to last longer stands for something else and teaches nothing."""

STILL, MOVED = 0.005, 4
"""The path holds still when fewer phones than this share move by more than so many frames."""

GLANCES, SETTLED, STEADY = 5, 50, 0.05
"""How often the whole is looked at from afar at most; enough when fewer frames than a share move by so many states."""

MOST_ROUNDS, MOST_FREE_ROUNDS = 7, 4

SMALL = 100_000_000
"""So many frames times states are searched as a whole."""

ENTER, JUMP, JUMP_TURN = 20.0, 25.0, 5.0
"""What it costs to leave the text, to leave turns out, and for each such turn."""

FAR, NEAR, WIDE = (seconds * FRAMES // POOL for seconds in (40, 20, 150))
"""Frames around a path in which a better one is sought: around a glance, a path, and one that may leave the text."""

REST = 1.0
"""By how much silence is likelier than its sound says, since it lasts longer than phones do."""

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


def settled(
    script: Script, speech: Sequence[Labelled], sound: Sound, tell: Tell, within: Band | None = None
) -> Settled:
    """Find the path of a recording through a script.

    Args:
        script: The phones of the text.
        speech: Synthetic speech to begin with.
        sound: The recording.
        tell: Told how much is done, 0 to 1.
        within: Where the path is known to be; all the text is there and nothing else. None knows nothing.
    """
    rounds = _Rounds(script, speech, sound)
    before = _trained(rounds, rounds.search(within) if within else _first_path(rounds), tell, within)
    gain = rounds.gain(before)
    if within or float(gain.mean()) <= 0:
        return Settled(rounds.chain, before, gain, free=False)
    number, moved, reach = 0, 1.0, WIDE
    while number < MOST_FREE_ROUNDS and moved >= STILL:
        path = rounds.search(rounds.near(before, reach), free=True)
        rounds.learn(path, GAUSSIANS[-1])
        number, reach = number + 1, FAR
        tell((MOST_ROUNDS + number) / (MOST_ROUNDS + MOST_FREE_ROUNDS))
        before, moved = path, _moved(before, path, rounds.chain)
    return Settled(rounds.chain, before, rounds.gain(before), free=True)


def _first_path(rounds: _Rounds) -> Path:
    """Look from afar, search near what is seen, learn from it, and look again until the picture holds still."""
    import numpy as np

    seen = rounds.glance()
    for _ in range(GLANCES):
        path = rounds.search(rounds.near(seen, FAR))
        rounds.learn(path, 1)
        before, seen = seen, rounds.glance()
        if float(np.mean(np.abs(before.state - seen.state) > SETTLED)) < STEADY:
            break
    return rounds.search(rounds.near(seen, FAR))


def _trained(rounds: _Rounds, path: Path, tell: Tell, within: Band | None) -> Path:
    """Learn and search in turn, with more Gaussians each time, until the path holds still."""
    moved = 1.0
    for number in range(MOST_ROUNDS):
        if number >= len(GAUSSIANS) and moved < STILL:
            break
        rounds.learn(path, GAUSSIANS[min(number, len(GAUSSIANS) - 1)])
        tell((number + 1) / (MOST_ROUNDS + MOST_FREE_ROUNDS))
        before, path = path, rounds.search(within or rounds.near(path, NEAR))
        moved = _moved(before, path, rounds.chain)
    rounds.learn(path, GAUSSIANS[-1])
    return path


class _Rounds:
    """The recording, and what is believed about it so far."""

    def __init__(self, script: Script, speech: Sequence[Labelled], sound: Sound) -> None:
        import numpy as np

        self.chain = chain_of(script)
        self.frames = observed(sound.cepstra, STRETCH)
        self._count = len(script.names)
        level = pooled(sound.decibels)
        silent, loud = (float(one) for one in np.percentile(level, (5, 90)))
        self._aloud = level > silent + LOUD * (loud - silent)
        self._may_be_silence = level < silent + LOUD * (loud - silent)
        quiet = self.frames[level <= silent + QUIET * (loud - silent)]
        first = _from_speech(speech, self._count)
        self._voices = Voices((fitted(quiet, 2), *first.mixtures[1:]))
        size = min(BACKGROUND, len(self.frames) // FRAMES_A_GAUSSIAN)
        background = fitted(self.frames[:: max(1, len(self.frames) // 20_000)], size)
        self._background = background.log_likelihood(self.frames)
        self._glance = Glance(self.chain, self._aloud)

    def near(self, path: Path, frames: int) -> Band:
        """The states around a path; all states where they are few."""
        import numpy as np

        if self.chain.size * len(self.frames) <= SMALL:
            return everywhere(self.chain.size, len(self.frames))
        hubs = self.chain.first[np.maximum(-1 - path.state, 0)]
        return around(np.where(path.state >= 0, path.state, hubs), self.chain.size, frames)

    def glance(self) -> Path:
        return self._glance.path(self._voices.scores(self.frames), self._background)

    def search(self, band: Band, *, free: bool = False) -> Path:
        import numpy as np

        scores = self._voices.scores(self.frames)
        scores += np.float32(np.log(1 - STRAY))
        np.logaddexp(scores, (self._background + np.float32(np.log(STRAY)))[:, None], out=scores)
        scores[:, SILENCE] += np.float32(REST)
        hubs = None
        if free:
            costs = np.full(len(self.chain.turn), JUMP_TURN, dtype=np.float32)
            hubs = Hubs(self._background, ENTER, JUMP, costs)
        return best_path(scores, self.chain, band, hubs)

    def learn(self, path: Path, most: int) -> None:
        """Fit the phones anew to the frames in which the path has them."""
        import numpy as np

        phone = self.chain.column[np.maximum(path.state, 0)]
        short = _lengths(path.state) <= LONGEST
        good = (path.state >= 0) & np.where(phone == SILENCE, self._may_be_silence, short)
        self._voices = trained(self.frames[good], phone[good], self._count, most, self._voices)

    def gain(self, path: Path) -> Floats:
        import numpy as np

        own = self._voices.scores(self.frames)
        phone = self.chain.column[np.maximum(path.state, 0)]
        there = own[np.arange(len(own)), phone] - self._background
        return np.where(path.state >= 0, there, 0).astype(np.float32)


def _moved(before: Path, path: Path, chain: Chain) -> float:
    """The share of phones that begin more than a few frames from where they did."""
    import numpy as np

    old, new = (first_frames(one.state, chain) for one in (before, path))
    return float(np.mean(np.abs(old - new) > MOVED))


def first_frames(state: Integers, chain: Chain) -> Integers:
    """The first frame of each phone of the script on a path; -1 for those that it leaves out."""
    import numpy as np

    sounds = np.flatnonzero((state >= 0) & (chain.column[np.maximum(state, 0)] != SILENCE))
    found = np.full(int(chain.phone[-1]), -1, dtype=np.int64)
    phones, places = np.unique(chain.phone[state[sounds]], return_index=True)
    found[phones] = sounds[places]
    return found


def _from_speech(speech: Sequence[Labelled], count: int) -> Voices:
    import numpy as np

    frames, labels = [], []
    for one in speech:
        rows = observed(one.cepstra, STRETCH)
        names = one.phone[POOL // 2 :: POOL]
        frames.append(rows[: len(names)])
        labels.append(names)
    return trained(np.concatenate(frames), np.concatenate(labels), count, 1)


def _lengths(state: Integers) -> Integers:
    """For each frame how many frames its state lasts."""
    import numpy as np

    edges = np.flatnonzero(np.diff(state, prepend=state[0] - 1))
    lengths = np.diff(np.append(edges, len(state)))
    return np.repeat(lengths, lengths)
