"""Voices that say a plan: recorded syllables, recorded prompts, and the project's own synthetic speech."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from benchmarks.recorded import RATE, sound
from benchmarks.speaking import Token
from benchmarks.texts import spoken
from publisher.speech import Utterance, speak_all
from publisher.text import is_cjk

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    Samples = npt.NDArray[np.float32]

LEVEL = 0.1
"""Root mean square that every piece of speech is brought to."""

_HOP = RATE // 200
_AUDIBLE = 0.03
_FADE = RATE // 400
_TEMPO = (0.5, 4.0)
_TONES = str.maketrans("˙ˊˇˋ", "1234")
"""Tone marks, and how `gcin-voice` writes them; the first tone has none."""


class Voice(Protocol):
    """Somebody who can say what is planned."""

    def say(self, tokens: Sequence[Token]) -> Iterator[Samples]:
        """Say tokens that follow each other without a pause; each sounds from its first sample on."""


class Syllables:
    """A voice of `gcin-voice`; what it cannot say, such as English words, is said by another.

    Attributes:
        folder: Of the syllables.
        voice: Name of its files.
        pitch: Above 1 is higher, which makes another speaker.
        other: Says the rest.
    """

    def __init__(self, folder: Path, voice: str, pitch: float, other: Voice) -> None:
        self.folder = folder
        self.voice = voice
        self.pitch = pitch
        self.other = other
        self._known: dict[str, Samples] = {}

    def say(self, tokens: Sequence[Token]) -> Iterator[Samples]:
        """Each Han character by its reading in this place."""
        for chinese, group in groupby(tokens, key=lambda token: is_cjk(spoken(token.text)[0])):
            run = list(group)
            yield from self._say_chinese(run) if chinese else self.other.say(run)

    def _say_chinese(self, tokens: Sequence[Token]) -> Iterator[Samples]:
        import numpy as np

        words = [spoken(token.text) for token in tokens]
        readings = iter(zhuyin("".join(words)))
        for token, word in zip(tokens, words, strict=True):
            each = (token.end - token.start) / len(word)
            yield np.concatenate([self._syllable(next(readings), each) for _ in word])

    def _syllable(self, reading: str, milliseconds: float) -> Samples:
        if reading not in self._known:
            self._known[reading] = self._recorded(reading)
        return lasting(self._known[reading], milliseconds)

    def _recorded(self, reading: str) -> Samples:
        """A syllable's recording; where there is none, the same in another tone or, at last, in another voice."""
        plain = reading.rstrip("1234")
        names = (reading, *(f"{plain}{tone}" for tone in ("", *"4321")))
        own = [path for name in names if (path := self.folder / name / f"{self.voice}.ogg").is_file()]
        others = [path for name in names for path in sorted((self.folder / name).glob("*.ogg"))]
        return resampled(voiced(sound([*own, *others][0])), self.pitch)


class Prompts:
    """A voice that says whole prompts, each as it was recorded.

    Attributes:
        known: What was recorded, by what is said.
    """

    def __init__(self, known: Mapping[str, Samples]) -> None:
        self.known = known

    def say(self, tokens: Sequence[Token]) -> Iterator[Samples]:
        """The recordings."""
        return (self.known[token.text] for token in tokens)


class Synthetic:
    """espeak-ng, through the project's own `publisher.speech`.

    Attributes:
        words: All that it will ever say.
        language: BCP 47.
    """

    def __init__(self, words: Iterable[str], language: str) -> None:
        wanted = sorted(set(words))
        said = speak_all([Utterance(word, language) for word in wanted])
        self._known = {
            word: voiced(resampled(_floats(one.samples), one.rate / RATE))
            for word, one in zip(wanted, said, strict=True)
        }

    def say(self, tokens: Sequence[Token]) -> Iterator[Samples]:
        """Each token by itself, as long as it is planned."""
        return (lasting(self._known[token.text], token.end - token.start) for token in tokens)


def zhuyin(text: str) -> list[str]:
    """The readings of Han characters, each in its context, as `gcin-voice` names its folders."""
    from pypinyin import Style, load_phrases_dict, phrases_dict, pinyin

    load_phrases_dict(phrases_dict.phrases_dict)  # who imported pypinyin first may have done without
    return [reading[0].translate(_TONES) for reading in pinyin(text, style=Style.BOPOMOFO)]


def voiced(samples: Samples) -> Samples:
    """Speech alone, at LEVEL: from the first moment that is heard to the last; all of it where nothing is heard."""
    import numpy as np

    power = np.add.reduceat(samples.astype(np.float64) ** 2, np.arange(0, len(samples), _HOP)) / _HOP
    loud = np.flatnonzero(np.sqrt(power) > _AUDIBLE * np.sqrt(power.max()))
    if not len(loud):
        return samples
    kept = samples[loud[0] * _HOP : (loud[-1] + 1) * _HOP]
    return kept * np.float32(LEVEL / np.sqrt(np.mean(kept.astype(np.float64) ** 2)))


def resampled(samples: Samples, step: float) -> Samples:
    """Every `step`th sample, with a straight line between samples: above 1 shorter and higher, below 1 the reverse."""
    import numpy as np

    places = np.arange(0, len(samples) - 1, step)
    found: Samples = np.interp(places, np.arange(len(samples)), samples).astype(np.float32)
    return found


def lasting(samples: Samples, milliseconds: float) -> Samples:
    """The same speech at another pace, to the sample as long as is wanted, with its edges faded."""
    import numpy as np

    length = round(milliseconds * RATE / 1_000)
    tempo = min(max(len(samples) / max(length, 1), _TEMPO[0]), _TEMPO[1])
    found = np.zeros(length, np.float32)
    said = _at_tempo(samples, tempo)[:length]
    found[: len(said)] = said
    slope = np.linspace(0, 1, min(_FADE, len(said) // 2), dtype=np.float32)
    found[: len(slope)] *= slope
    found[len(said) - len(slope) : len(said)] *= slope[::-1]
    return found


def _at_tempo(samples: Samples, tempo: float) -> Samples:
    """Faster or slower at the same pitch: FFmpeg's filter `atempo`."""
    import av
    import numpy as np

    graph = av.filter.Graph()
    graph.link_nodes(
        graph.add_abuffer(sample_rate=RATE, format="flt", layout="mono"),
        graph.add("atempo", f"{tempo:.6f}"),
        graph.add("abuffersink"),
    ).configure()
    frame = av.AudioFrame.from_ndarray(samples[np.newaxis], format="flt", layout="mono")
    frame.sample_rate = RATE
    graph.push(frame)
    graph.push(None)
    pieces: list[Samples] = []
    while True:
        try:
            pieces.append(graph.pull().to_ndarray()[0])
        except (av.BlockingIOError, av.EOFError):
            return np.concatenate(pieces) if pieces else samples


def _floats(samples: npt.NDArray[np.int16]) -> Samples:
    import numpy as np

    return samples.astype(np.float32) / np.float32(32_768)
