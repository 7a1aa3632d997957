"""The transcript as a row of phones, and synthetic speech that says it, labelled frame by frame."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from publisher.align.acoustic.features import CEPSTRA, FRAMES, RATE, listen
from publisher.speech import Spoken, Utterance, speak_all
from publisher.text import is_cjk
from publisher.timecode import SECOND

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    Integers = npt.NDArray[np.int64]
    Floats = npt.NDArray[np.float32]

SILENCE = 0
"""The number of the silence among the phones of a script."""

Voice = tuple[str, int]

VOICES: tuple[Voice, ...] = (("", 50), ("f2", 60), ("m3", 35), ("f5", 45))
"""Variants and pitches of the synthetic speakers; the first is the language's own."""

SYNTHETIC_CHARACTERS = 3_000
"""So many characters are spoken by each of the other voices: about ten minutes."""


@dataclass(frozen=True, slots=True)
class Script:
    """What is to be heard, phone by phone.

    Attributes:
        names: Of the phones; the first is the silence.
        phone: For each phone of the text its place in `names`.
        offset: For each where its word begins in the text of its turn.
        opens: For each whether a word begins with it, so that there may be silence before it.
        bounds: Turn `t` is `phone[bounds[t]:bounds[t + 1]]`; a turn that cannot be spoken is empty.
    """

    names: tuple[str, ...]
    phone: Integers
    offset: Integers
    opens: npt.NDArray[np.bool_]
    bounds: Integers


@dataclass(frozen=True, slots=True)
class Labelled:
    """Speech of which each frame is known: cepstra `(frames, 13)` and the phone of each frame."""

    cepstra: Floats
    phone: Integers


def language_of(text: str) -> str:
    """Chinese where there are Chinese characters, else English."""
    return "zh" if any(is_cjk(letter) for letter in text) else "en"


def spoken_script(
    texts: Sequence[str], language: str, voices: Sequence[Voice] = VOICES
) -> tuple[Script, tuple[Labelled, ...]]:
    """Speak texts.

    Args:
        texts: One for each turn.
        language: BCP 47.
        voices: Who speaks; the first one says everything.

    Returns:
        The phones of all texts, and the speech of several voices with its labels.

    Raises:
        MissingExtraError: espeak-ng is not installed.
        PublisherError: espeak-ng broke down.
    """
    numbers: dict[str, int] = {"_": SILENCE}
    chosen = list(_spread(texts))
    said = speak_all([Utterance(text, language) for text in texts])
    script, own = _script(said, set(chosen), numbers)
    speech = [_labelled(own, numbers)]
    for variant, pitch in voices[1:]:
        others = speak_all([Utterance(texts[index], language, pitch, variant=variant) for index in chosen])
        speech.append(_labelled(others, numbers))
    return script, tuple(speech)


def _spread(texts: Sequence[str]) -> Iterator[int]:
    """Texts from all over the talk, so many that together they are long enough."""
    total = sum(len(text) for text in texts)
    taken = 0.0
    for index, text in enumerate(texts):
        before, taken = taken, taken + len(text) * min(1.0, SYNTHETIC_CHARACTERS / max(1, total))
        if int(before / 500) != int(taken / 500) or total <= SYNTHETIC_CHARACTERS or not index:
            yield index


def _script(
    said: Iterable[Spoken], chosen: Collection[int], numbers: dict[str, int]
) -> tuple[Script, list[Spoken]]:
    """The phones of all that is said, and those utterances that are chosen."""
    import numpy as np

    phone: list[int] = []
    offset: list[int] = []
    opens: list[bool] = []
    bounds = [0]
    kept: list[Spoken] = []
    for index, spoken in enumerate(said):
        if index in chosen:
            kept.append(spoken)
        is_new = True
        for sound in spoken.phones:
            if sound.name.startswith("_"):
                is_new = True
                continue
            phone.append(numbers.setdefault(sound.name, len(numbers)))
            offset.append(sound.offset)
            opens.append(is_new)
            is_new = False
        bounds.append(len(phone))
    script = Script(
        tuple(numbers),
        np.array(phone, dtype=np.int64),
        np.array(offset, dtype=np.int64),
        np.array(opens, dtype=bool),
        np.array(bounds, dtype=np.int64),
    )
    return script, kept


def _labelled(said: Iterable[Spoken], numbers: dict[str, int]) -> Labelled:
    import numpy as np

    cepstra: list[Floats] = [np.zeros((0, CEPSTRA), dtype=np.float32)]
    labels: list[Integers] = [np.zeros(0, dtype=np.int64)]
    for spoken in said:
        if not len(spoken.samples):
            continue
        sound = listen([_resampled(spoken)])
        marks = [SILENCE] + [
            SILENCE if one.name.startswith("_") else numbers.get(one.name, SILENCE) for one in spoken.phones
        ]
        starts = np.array([one.start_ms for one in spoken.phones], dtype=np.int64)
        middles = (np.arange(len(sound.cepstra)) * 2 + 1) * SECOND // FRAMES // 2
        cepstra.append(sound.cepstra)
        labels.append(np.array(marks, dtype=np.int64)[np.searchsorted(starts, middles, side="right")])
    return Labelled(np.concatenate(cepstra), np.concatenate(labels))


def _resampled(spoken: Spoken) -> Floats:
    """At 16 kHz from -1 to 1, by straight lines between samples: enough for cepstra."""
    import numpy as np

    samples = spoken.samples.astype(np.float32) / np.float32(32_768)
    wanted = np.arange(len(samples) * RATE // spoken.rate) * (spoken.rate / RATE)
    found: Floats = np.interp(wanted, np.arange(len(samples)), samples).astype(np.float32)
    return found
