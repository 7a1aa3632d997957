"""A recording, its text, and what is believed about the sounds of its phones, from round to round."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from publisher.align.acoustic.chain import Band, Chain, around, chain_of, everywhere, pinned_band
from publisher.align.acoustic.coarse import Glance
from publisher.align.acoustic.features import FRAMES, POOL, Sound, observed, pooled, running_mean
from publisher.align.acoustic.hubs import Hubs
from publisher.align.acoustic.models import Voices, fitted, trained
from publisher.align.acoustic.phones import SILENCE, Labelled, Script
from publisher.align.acoustic.processors import in_blocks
from publisher.align.acoustic.search import Path, best_path
from publisher.errors import AlignmentError
from publisher.model import Pin

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    Integers = npt.NDArray[np.int64]
    Floats = npt.NDArray[np.float32]
    Flags = npt.NDArray[np.bool_]

STRETCH = 5 * FRAMES
"""Frames over which the sound of a voice and a microphone is taken to be the same."""

BACKGROUND, FRAMES_A_GAUSSIAN, MOST_HEARD = 32, 1_000, 10_000
"""Most Gaussians for all the sound together, of how many frames there is one, and to how many they are fitted."""

STRAY = 0.1
"""How likely a frame is not what the text says: a noise, a slip, another word."""

QUIET, LOUD = 0.15, 0.5
"""Silence is below the first to begin with, later below the second: shares of the way from silent to loud."""

RICH, KNOWN = 8, 2.0
"""Phones of so many Gaussians are known well when half of the text gains so much over any sound."""

SPOKEN, MOST_GAIN = 75, 10.0
"""What then gains nothing over so many frames is something else, such as an advertisement, and teaches nothing; a frame
counts for so much at most."""

LONGEST = 15
"""Frames; a phone that seems to last longer stands for something else and teaches nothing."""

APART, HALF_GAUSSIANS = 10 * FRAMES // POOL, 4
"""Frames of the parts of a recording of which every other one teaches, and most Gaussians of a phone then."""

MOVED = 4
"""A phone has moved when it begins more than so many frames from where it did."""

MORE_TEXT = 1.5
"""Times as much text as an even pace says is looked for in the beginning of a recording."""

SMALL = 100_000_000
"""So many frames times states are searched as a whole."""

ENTER, JUMP, JUMP_TURN = 20.0, 25.0, 5.0
"""What it costs to leave the text, to leave turns out, and for each such turn."""

REST = 1.0
"""By how much silence is likelier than its sound says, since it lasts longer than phones do."""


class Rounds:
    """The recording, and what is believed about it so far.

    Args:
        script: The phones of the text.
        speech: Synthetic speech to begin with.
        sound: The recording.
        pins: Starts that persons have set, in order.
        open_end: Whether the recording may end before the text does.
    """

    def __init__(
        self,
        script: Script,
        speech: Sequence[Labelled],
        sound: Sound,
        pins: Sequence[Pin] = (),
        *,
        open_end: bool = False,
    ) -> None:
        import numpy as np

        self._script, self._speech, self._sound, self._open_end = script, speech, sound, open_end

        self.chain = chain_of(script)
        self.frames = observed(sound.cepstra, STRETCH)
        self._limits = pinned_band(self.chain, pins, len(self.frames), FRAMES // POOL)
        self._count = len(script.names)
        level = pooled(sound.decibels)
        silent, loud = (float(one) for one in np.percentile(level, (5, 90)))
        self._may_be_silence = level < silent + LOUD * (loud - silent)
        quiet = self.frames[level <= silent + QUIET * (loud - silent)]
        first = _from_speech(speech, self._count)
        self._voices = Voices((fitted(quiet, 2), *first.mixtures[1:]))
        size = min(BACKGROUND, len(self.frames) // FRAMES_A_GAUSSIAN)
        background = fitted(self.frames[:: -(-len(self.frames) // MOST_HEARD)], size)
        self._background = background.log_likelihood(self.frames)
        self._glance = Glance(
            self.chain, level > silent + LOUD * (loud - silent), self._limits, open_end=open_end
        )

    def opening(self, seconds: int) -> Rounds:
        """The beginning of the recording, with more than the text that is likely to be in it."""
        import numpy as np

        script, sound, frames = self._script, self._sound, seconds * FRAMES
        phones = len(script.phone) * min(1.0, MORE_TEXT * frames / len(sound.decibels))
        turns = int(np.searchsorted(script.bounds, phones))
        end = int(script.bounds[turns])
        part = Script(
            script.names,
            script.phone[:end],
            script.offset[:end],
            script.opens[:end],
            script.bounds[: turns + 1],
        )
        return Rounds(
            part, self._speech, Sound(sound.cepstra[:frames], sound.decibels[:frames]), open_end=True
        )

    def believe(self, other: Rounds) -> None:
        """Take over what another recording of the same phones has taught."""
        self._voices = other._voices

    def near(self, path: Path, frames: int) -> Band:
        """The states around a path; all states where they are few."""
        import numpy as np

        if self.chain.size * len(self.frames) <= SMALL:
            return everywhere(self.chain.size, len(self.frames))
        hubs = self.chain.first[np.maximum(-1 - path.state, 0)]
        return around(np.where(path.state >= 0, path.state, hubs), self.chain.size, frames)

    def glance(self) -> Path:
        """The path as it looks from afar."""
        return self._glance.path(self._voices.scores(self.frames), self._background)

    def search(self, band: Band, *, free: bool = False) -> Path:
        """Find the best path inside a band.

        Args:
            band: Where to look.
            free: Whether the path may leave the text, and leave out turns.

        Raises:
            AlignmentError: The text does not fit into the audio.
        """
        import numpy as np

        scores = self._voices.scores(self.frames)
        in_blocks(len(scores), lambda part: _with_strays(scores[part], self._background[part]))
        scores[:, SILENCE] += np.float32(REST)
        hubs = None
        if free:
            costs = np.full(len(self.chain.turn), JUMP_TURN, dtype=np.float32)
            hubs = Hubs(self._background, ENTER, JUMP, costs)
        path = best_path(scores, self.chain, band, hubs, limits=self._limits, open_end=self._open_end)
        if not path.is_possible and self._limits:
            path = best_path(scores, self.chain, band, hubs, open_end=self._open_end)
        if not path.is_possible:
            raise AlignmentError(
                "The text is too long for the audio: however fast it is said, it does not fit.",
                remedy="Give the audio of this transcript, or write the transcript of this audio.",
            )
        return path

    def learn(self, path: Path, most: int) -> None:
        """Fit the phones anew to the frames in which the path has them."""
        import numpy as np

        phone = self.chain.column[np.maximum(path.state, 0)]
        short = _lengths(path.state) <= LONGEST
        good = (path.state >= 0) & np.where(
            phone == SILENCE, self._may_be_silence, short & self._is_text(path, most)
        )
        self._voices = trained(self.frames[good], phone[good], self._count, most, self._voices)

    def gain(self, path: Path) -> Floats:
        """For each frame by how much likelier it is as what the path says than as any sound; 0 outside the text."""
        import numpy as np

        phone = self.chain.column[np.maximum(path.state, 0)]
        there = self._voices.scores_as(self.frames, phone) - self._background
        return np.where(path.state >= 0, there, 0).astype(np.float32)

    def unlearned_gain(self, path: Path) -> Floats:
        """As `gain`, by models that learned from other parts of the recording: what is known by heart gains nothing."""
        import numpy as np

        phone = self.chain.column[np.maximum(path.state, 0)]
        half = np.arange(len(phone)) // APART % 2
        found = np.zeros(len(phone), dtype=np.float32)
        for number in (0, 1):
            taught, asked = (path.state >= 0) & (half != number), (path.state >= 0) & (half == number)
            voices = trained(self.frames[taught], phone[taught], self._count, HALF_GAUSSIANS)
            scores = voices.scores(self.frames[asked])
            found[asked] = scores[np.arange(len(scores)), phone[asked]] - self._background[asked]
        return found

    def _is_text(self, path: Path, most: int) -> Flags:
        """Where the sound can be what the path says; anywhere, as long as little is known of how that sounds."""
        import numpy as np

        if most < RICH:
            return np.ones(len(path.state), dtype=bool)
        aloud = (path.state >= 0) & (self.chain.column[np.maximum(path.state, 0)] != SILENCE)
        gain = np.where(aloud, np.clip(self.gain(path), -MOST_GAIN, MOST_GAIN), 0)
        mean = running_mean(np.stack((gain, aloud), axis=1), SPOKEN)
        usual = float(np.median(mean[aloud, 0] / mean[aloud, 1]))
        return (mean[:, 0] >= 0) | np.bool_(usual < KNOWN)


def moved(before: Path, path: Path, chain: Chain) -> float:
    """The share of phones that begin more than a few frames from where they did."""
    import numpy as np

    old, new = (_first_frames(one.state, chain) for one in (before, path))
    return float(np.mean(np.abs(old - new) > MOVED))


def _first_frames(state: Integers, chain: Chain) -> Integers:
    """The first frame of each phone of the script on a path; -1 for those that it leaves out."""
    import numpy as np

    sounds = np.flatnonzero((state >= 0) & (chain.column[np.maximum(state, 0)] != SILENCE))
    found = np.full(int(chain.phone[-1]), -1, dtype=np.int64)
    phones, places = np.unique(chain.phone[state[sounds]], return_index=True)
    found[phones] = sounds[places]
    return found


def _with_strays(scores: Floats, background: Floats) -> None:
    import numpy as np

    scores += np.float32(np.log(1 - STRAY))
    np.logaddexp(scores, (background + np.float32(np.log(STRAY)))[:, None], out=scores)


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
