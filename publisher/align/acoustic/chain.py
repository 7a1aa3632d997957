"""The text as a row of states, and the bands of states in which a path through a recording is sought.

Before each word stands a silence that may be left out, then come its phones.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

from publisher.align.acoustic.phones import SILENCE, Script
from publisher.model import Pin
from publisher.timecode import SECOND

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    Integers = npt.NDArray[np.int64]
    Floats = npt.NDArray[np.float32]
    Flags = npt.NDArray[np.bool_]

NEVER = -1e30
"""The score of what cannot be."""

PIN_SLACK = 300
"""Milliseconds by which a person's time may be wrong."""

PACE = 0.35
"""States a frame, about, in running speech."""


@dataclass(frozen=True, slots=True)
class Chain:
    """The states of a talk.

    Attributes:
        column: For each state its column among the scores.
        bypass: For each what it costs to come to it past the state before it.
        phone: For each state the phone of the script that it stands for, or before which it is silent.
        first: The first state, a silence, of each turn that can be spoken; then the silence at the very end.
        turn: The index of each such turn.
    """

    column: Integers
    bypass: Floats
    phone: Integers
    first: Integers
    turn: Integers

    @property
    def size(self) -> int:
        """How many states there are."""
        return len(self.column)


def chain_of(script: Script) -> Chain:
    """The states of a script."""
    import numpy as np

    column: list[int] = []
    phone: list[int] = []
    first: list[int] = []
    turns = [turn for turn, (low, high) in enumerate(pairwise(script.bounds.tolist())) if high > low]
    opening = {int(script.bounds[turn]) for turn in turns}
    for place, (number, opens) in enumerate(zip(script.phone.tolist(), script.opens.tolist(), strict=True)):
        if place in opening:
            first.append(len(column))
        if opens or place in opening:
            column.append(SILENCE)
            phone.append(place)
        column.append(number)
        phone.append(place)
    first.append(len(column))
    columns = np.array([*column, SILENCE], dtype=np.int64)
    after_silence = np.concatenate(([False], columns[:-1] == SILENCE))
    bypass = np.where(after_silence, 0.0, NEVER).astype(np.float32)
    phones = np.array([*phone, len(script.phone)], dtype=np.int64)
    return Chain(columns, bypass, phones, np.array(first, dtype=np.int64), np.array(turns, dtype=np.int64))


@dataclass(frozen=True, slots=True)
class Band:
    """For each frame the first state that it may be in, and the one after the last; neither goes back."""

    low: Integers
    high: Integers

    def within(self, other: Band) -> Band:
        """What both allow; at least one state for each frame."""
        import numpy as np

        low = np.maximum(self.low, other.low)
        high = np.maximum(np.minimum(self.high, other.high), low + 1)
        return Band(np.minimum(low, high - 1), np.maximum.accumulate(high))


def everywhere(size: int, frames: int) -> Band:
    """No limits."""
    import numpy as np

    return Band(np.zeros(frames, dtype=np.int64), np.full(frames, size, dtype=np.int64))


def diagonal(size: int, aloud: Flags, width: int) -> Band:
    """So many states around an even pace of what is not silence."""
    import numpy as np

    if width >= size:
        return everywhere(size, len(aloud))
    share = np.cumsum(aloud) / max(1, int(aloud.sum()))
    low = np.clip((share * size).astype(np.int64) - width // 2, 0, size - width)
    return Band(low, low + width)


def around(state: Integers, size: int, frames: int) -> Band:
    """The states that a path visits within so many frames before and after each, and those next to them.

    Args:
        state: Of each frame; never going back.
        size: How many states there are. The first stays possible at the start and the last one at the end.
        frames: How far to look.
    """
    import numpy as np

    beside = max(8, round(PACE * frames))
    wide = np.pad(state, frames, mode="edge")
    low = np.maximum(0, wide[: len(state)] - beside)
    high = np.minimum(size, wide[2 * frames :] + beside)
    low[:1], high[-1:] = 0, size
    return Band(low, high)


def pinned_band(chain: Chain, pins: Sequence[Pin], frames: int, rate: int) -> Band | None:
    """Where a path is when persons have set when turns begin; None when they have not.

    Args:
        chain: The states.
        pins: In order.
        frames: Of the recording.
        rate: Frames a second.
    """
    import numpy as np

    if not pins:
        return None
    band = everywhere(chain.size, frames)
    for pin in pins:
        state = int(chain.first[np.searchsorted(chain.turn, pin.turn)])
        soonest, latest = ((pin.start + slack) * rate // SECOND for slack in (-PIN_SLACK, PIN_SLACK))
        band.high[: max(0, soonest)] = np.minimum(band.high[: max(0, soonest)], state + 1)
        band.low[latest:] = np.maximum(band.low[latest:], state)
    return band
