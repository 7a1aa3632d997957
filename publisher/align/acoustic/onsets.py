"""From a path to the places of turns: each begins where the sound sets in before the first word that is heard."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import TYPE_CHECKING

from publisher.align.acoustic.features import FRAMES, POOL, Sound
from publisher.align.acoustic.phones import SILENCE, Script
from publisher.align.acoustic.training import Settled
from publisher.align.placing import Place
from publisher.align.snapping import AROUND, snapped_to
from publisher.media import STEP, Levels
from publisher.model import Method
from publisher.timecode import SECOND

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    Integers = npt.NDArray[np.int64]
    Floats = npt.NDArray[np.float32]

FRAME = SECOND * POOL // FRAMES
"""Milliseconds of a frame of the path."""

UNHEARD = -5.0
"""A word that gains less a frame was not said; those that are gain 5 to 8, and one in fifty less than this."""

ENOUGH_WORDS = 6
"""A turn of so many words, none of which gains anything, is not in the audio; a shorter one may have been mumbled."""

REACH = 1_000
"""Milliseconds before and after a start on the path within which the sound may set in."""

NEAR = 300
"""Milliseconds by which a start on the path is easily wrong."""


@dataclass(frozen=True, slots=True)
class Words:
    """The words of a script on a path.

    Attributes:
        phone: The first phone of each, in the script.
        start: Milliseconds at which each begins; -1 where the path leaves it out.
        end: Milliseconds at which each ends; likewise.
        gain: By how much a frame is likelier as this word than as any sound.
        frames: How many frames of its phones there are.
        phones: How many phones it has.
        bounds: Turn `t` has the words `bounds[t]` to `bounds[t + 1]`.
    """

    phone: Integers
    start: Integers
    end: Integers
    gain: Floats
    frames: Integers
    phones: Integers
    bounds: Integers


def words_of(script: Script, found: Settled) -> Words:
    """The words of a script on a path."""
    import numpy as np

    opens = script.opens.copy()
    opens[script.bounds[:-1][script.bounds[:-1] < len(opens)]] = True
    phone = np.flatnonzero(opens)
    word_of = np.cumsum(opens) - 1
    state = found.path.state
    sounds = np.flatnonzero((state >= 0) & (found.chain.column[np.maximum(state, 0)] != SILENCE))
    phones = found.chain.phone[state[sounds]]
    count = np.bincount(word_of[phones], minlength=len(phone))
    gain = np.bincount(word_of[phones], found.gain[sounds], minlength=len(phone)) / np.maximum(count, 1)
    start, end = np.full(len(phone), -1, dtype=np.int64), np.full(len(phone), -1, dtype=np.int64)
    there, first = np.unique(word_of[phones], return_index=True)
    start[there] = sounds[first] * FRAME
    end[there] = (sounds[np.append(first[1:], len(sounds)) - 1] + 1) * FRAME
    phones_of = np.diff(phone, append=len(script.phone))
    bounds = np.searchsorted(phone, script.bounds)
    return Words(phone, start, end, gain.astype(np.float32), count, phones_of, bounds)


def places_of(words: Words, sound: Sound) -> dict[int, Place]:
    """The places of the turns that are heard, by index; none is sure yet."""
    import numpy as np

    places = dict(_on_path(words))
    padding = np.full((2 * AROUND + REACH) // STEP, -90.0, dtype=np.float32)
    return {
        index: replace(place, confidence=0.0)
        for index, place in snapped_to([Levels(0, np.concatenate((sound.decibels, padding)))], places).items()
    }


def _on_path(words: Words) -> Iterator[tuple[int, Place]]:
    import numpy as np

    before = 0
    for turn in _said(words):
        low, high = int(words.bounds[turn]), int(words.bounds[turn + 1])
        heard = np.flatnonzero(words.gain[low:high] >= UNHEARD) + low
        first, last = (int(heard[0]), int(heard[-1])) if len(heard) else (low, high - 1)
        start, end = int(words.start[first]), int(words.end[last])
        earliest = max(min(before, start), start - REACH)
        following = int(words.start[first + 1]) if first + 1 < high else end
        latest = max(start, min(following, start + REACH))
        yield turn, Place(start, end, max(earliest, start - NEAR), earliest, latest, 0.0, Method.ACOUSTIC)
        before = (int(words.start[last]) + end) // 2


def _said(words: Words) -> list[int]:
    """The turns on the path but those of which nothing is heard and that are long or stand beside an absent one."""
    spoken = [turn for turn, (low, high) in enumerate(pairwise(words.bounds.tolist())) if low < high]
    gains = {turn: words.gain[words.bounds[turn] : words.bounds[turn + 1]] for turn in spoken}
    unheard = {turn for turn in spoken if gains[turn].max() <= 0}
    missing = {turn for turn in spoken if words.start[words.bounds[turn]] < 0}
    missing |= {turn for turn in unheard if len(gains[turn]) >= ENOUGH_WORDS}
    for one, two in (*pairwise(spoken), *pairwise(reversed(spoken))):
        if one in missing and two in unheard:
            missing.add(two)
    return [turn for turn in spoken if turn not in missing]
