"""Whose voice is heard around a start: what a speaker adds before the first word of a turn belongs to that turn.

The transcript names who speaks, so the recording teaches what each of them sounds like. Between two turns of different
speakers the later one begins at the pause that parts the voices best.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from itertools import pairwise
from typing import TYPE_CHECKING

from publisher.align.acoustic.confidence import CERTAIN
from publisher.align.acoustic.features import FRAMES, POOL, Sound, pooled
from publisher.align.acoustic.models import Mixture, fitted
from publisher.align.acoustic.onsets import UNHEARD, Words
from publisher.align.placing import Place
from publisher.align.snapping import AROUND, pauses
from publisher.media import STEP, Levels
from publisher.timecode import SECOND

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    Integers = npt.NDArray[np.int64]
    Floats = npt.NDArray[np.float32]
    Flags = npt.NDArray[np.bool_]

FRAME = SECOND * POOL // FRAMES
"""Milliseconds of a frame."""

GAUSSIANS, MOST_FRAMES, LEAST_FRAMES = 32, 6_000, 10 * FRAMES // POOL
"""Most Gaussians of a voice, and of how many frames it is learned: at most, and at least."""

LOUD = 0.5
"""Voices are heard in what is louder than this share of the way from silent to loud."""

BODY, SHORT, CLEAR = 20 * FRAMES // POOL, FRAMES // POOL, 0.5
"""By so many frames of each turn at most, and so many at least, it is seen whether the voices differ: by so much a
frame, on the mean."""

WORDS, REACH, MOST_BETWEEN = 2, 2_000, 3_000
"""So many words of both turns, and so many milliseconds on both sides of a start, are in question; where the turns are
further apart than the last, there is something else between them, such as an advertisement."""

STRAY = 0.3
"""How likely a frame is of neither voice: a noise, a laugh, music."""

MOST_LEANING, VOICE, TEXT, PAUSE, MARGIN = 3.0, 1.0, 0.2, 5.0, 5.0
"""A frame speaks for a voice by so much at most. What a frame of voice, a frame of a word that is heard and a second of
pause are worth, and by how much another start must be better."""


def told_apart(
    places: Mapping[int, Place], words: Words, sound: Sound, speakers: Sequence[str]
) -> dict[int, Place]:
    """Move starts to where one voice ends and the other begins.

    Args:
        places: The places of the turns that are heard, by index.
        words: The words of all turns.
        sound: The recording.
        speakers: Of each turn, empty where nobody knows.

    Returns:
        The same turns.
    """
    found = dict(places)
    if len({speakers[turn] for turn in places} - {""}) <= 1:
        return found
    known = _Voices.learned(places, sound, speakers)
    turns = sorted(places)
    following = len(sound.decibels) * STEP
    for before, turn in reversed([*pairwise(turns)]):
        who = speakers[before], speakers[turn]
        window = _window(words, before, found, turn, following)
        if window and known.differ(found[before], found[turn], who):
            start = _best(found[turn], window, known, who, partial(_heard, words, (before, turn)))
            found[turn] = replace(found[turn], start=start, end=max(start, found[turn].end))
        following = found[turn].start
    return found


@dataclass(frozen=True, slots=True)
class _Voices:
    """What each speaker sounds like.

    Attributes:
        frames: Cepstra without the loudness, normalised over the whole only: a voice is what stays.
        loud: Which of them are speech.
        levels: How loud it is.
        anybody: All the speech.
        voices: By speaker; only of those who say enough.
    """

    frames: Floats
    loud: Flags
    levels: Levels
    anybody: Mixture
    voices: Mapping[str, Mixture]

    @classmethod
    def learned(cls, places: Mapping[int, Place], sound: Sound, speakers: Sequence[str]) -> _Voices:
        """Learn the voices of those who take turns with others."""
        import numpy as np

        cepstra = pooled(sound.cepstra)[:, 1:]
        spread = np.maximum(cepstra.std(axis=0), np.float32(1e-3))
        frames = (cepstra - cepstra.mean(axis=0)) / spread
        level = pooled(sound.decibels)
        silent, loud = (float(one) for one in np.percentile(level, (5, 90)))
        levels = Levels(0, np.pad(sound.decibels, (0, 2 * (AROUND + REACH) // STEP), constant_values=-90.0))
        is_loud = level >= silent + LOUD * (loud - silent)
        there = cls(frames, is_loud, levels, _voice(frames, np.flatnonzero(is_loud)), {})
        said: dict[str, list[Integers]] = {}
        for turn, place in places.items():
            if speakers[turn]:
                said.setdefault(speakers[turn], []).append(there.aloud(place.start, place.end))
        own = {speaker: np.concatenate(parts) for speaker, parts in said.items()}
        return replace(
            there,
            voices={
                speaker: _voice(frames, some) for speaker, some in own.items() if len(some) >= LEAST_FRAMES
            },
        )

    def aloud(self, start: int, end: int) -> Integers:
        """The frames of speech between two times."""
        import numpy as np

        low, high = max(0, start // FRAME), max(0, end // FRAME)
        found: Integers = low + np.flatnonzero(self.loud[low:high])
        return found

    def leaning(self, some: Integers, who: tuple[str, str]) -> Floats:
        """For each of some frames by how much it is likelier of the second speaker than of the first."""
        import numpy as np

        rows = self.frames[some]
        other = self.anybody.log_likelihood(rows) + np.float32(np.log(STRAY))
        one, two = (np.logaddexp(self.voices[name].log_likelihood(rows), other) for name in who)
        found: Floats = np.clip(two - one, -MOST_LEANING, MOST_LEANING)
        return found

    def differ(self, before: Place, turn: Place, who: tuple[str, str]) -> bool:
        """Whether two turns are said by two voices that are known."""
        if who[0] == who[1] or not set(who) <= self.voices.keys():
            return False
        ends = self.aloud(before.start, before.end)[-BODY:], self.aloud(turn.start, turn.end)[:BODY]
        return all(
            len(some) < SHORT or side * float(self.leaning(some, who).mean()) >= CLEAR
            for some, side in zip(ends, (-1, 1), strict=True)
        )


def _voice(frames: Floats, some: Integers) -> Mixture:
    return fitted(frames[some[:: -(-len(some) // MOST_FRAMES) or 1]], GAUSSIANS)


def _window(
    words: Words, before: int, places: Mapping[int, Place], turn: int, following: int
) -> tuple[int, int] | None:
    """Between which times a turn may begin; None when there is more than speech between it and the one before."""
    last, first = _heard_words(words, before), _heard_words(words, turn)
    if words.start[first[0]] - words.end[last[-1]] > MOST_BETWEEN:
        return None
    low = max(int(words.start[last[-WORDS:][0]]), places[before].start + STEP)
    start, high = places[turn].start, following
    if len(first) > WORDS:
        high = int(words.start[first[WORDS]] + words.end[first[WORDS]]) // 2
    return max(low, start - REACH), min(high, start + REACH, following - STEP)


def _heard_words(words: Words, turn: int) -> Integers:
    """The words of a turn that are heard; all of them where none is."""
    import numpy as np

    low, high = int(words.bounds[turn]), int(words.bounds[turn + 1])
    heard = np.flatnonzero(words.gain[low:high] >= UNHEARD)
    return low + (heard if len(heard) else np.arange(high - low))


def _best(
    place: Place,
    window: tuple[int, int],
    known: _Voices,
    who: tuple[str, str],
    heard: Callable[[int], float],
) -> int:
    """The start that parts the voices best, unless the one that is known does nearly as well."""
    import numpy as np

    low, high = window
    some = known.aloud(low, high)
    leaning = known.leaning(some, who) if len(some) else np.zeros(0, dtype=np.float32)
    times = some * FRAME + FRAME // 2

    def worth(start: int, pause: int) -> float:
        voices = float(leaning[times >= start].sum() - leaning[times < start].sum()) / 2
        return VOICE * voices + TEXT * heard(start) + PAUSE * pause / SECOND

    silences = pauses(known.levels, replace(place, earliest=max(0, low), latest=max(0, low, high)))
    here = next((pause.end - pause.start for pause in silences if pause.end == place.start), 0)
    least = worth(place.start, here) + MARGIN
    best = max(silences, key=lambda pause: worth(pause.end, pause.end - pause.start), default=None)
    if best is None or worth(best.end, best.end - best.start) < least:
        return place.start
    return best.end


def _heard(words: Words, turns: tuple[int, int], start: int) -> float:
    """What the words of two turns gain that lie on their side of the start of the second one."""
    import numpy as np

    found = 0.0
    for index, side in zip(turns, (-1, 1), strict=True):
        part = slice(int(words.bounds[index]), int(words.bounds[index + 1]))
        middle = (words.start[part] + words.end[part]) // 2
        gain = np.clip(words.gain[part], 0, CERTAIN) * words.frames[part]
        found += float(gain[side * (middle - start) > 0].sum())
    return found
