"""The transcript as a row of phones, and synthetic speech that says it, labelled frame by frame."""

from __future__ import annotations

import unicodedata
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from publisher.align.acoustic.features import CEPSTRA, FRAMES, RATE, listen
from publisher.speech import Spoken, SpokenPhone, Utterance, speak_all
from publisher.text import is_cjk
from publisher.timecode import SECOND
from publisher.tongues import Part, parts

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    Integers = npt.NDArray[np.int64]
    Floats = npt.NDArray[np.float32]

SILENCE = 0
"""The number of the silence among the phones of a script."""

FILLER = "?"
"""The phone of words that cannot be spoken: it comes to sound like all that is said in their place."""

SOUNDS_A_LETTER = 2
"""Sounds of a Chinese character or a Japanese syllable, at least."""

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
        phone: For each phone of the text its place in `names`; words that cannot be spoken are of FILLER.
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


def spoken_script(
    texts: Sequence[str], languages: Sequence[str], voices: Sequence[Voice] = VOICES
) -> tuple[Script, tuple[Labelled, ...]]:
    """Speak texts.

    Args:
        texts: One for each turn.
        languages: BCP 47, the main one first. A word that none of their voices can speak becomes FILLER.
        voices: Who speaks; the first one says everything.

    Returns:
        The phones of all texts, and the speech of several voices with its labels.

    Raises:
        MissingExtraError: espeak-ng is not installed.
        PublisherError: espeak-ng broke down.
    """
    numbers: dict[str, int] = {"_": SILENCE}
    turns = [parts(text, languages) for text in texts]
    chosen = list(_spread(texts))
    script, own = _script(turns, _said(turns, voices[0]), set(chosen), numbers)
    some = [turns[index] for index in chosen]
    others = (_labelled(_said(some, voice), numbers) for voice in voices[1:])
    return script, (_labelled(own, numbers), *others)


def _said(turns: Sequence[Sequence[Part]], voice: Voice) -> Iterator[Spoken]:
    """Each part of each turn that can be spoken."""
    variant, pitch = voice
    return speak_all(
        [
            Utterance(_without_tones(part), part.language, pitch, variant=variant)
            for turn in turns
            for part in turn
            if part.language
        ]
    )


def _without_tones(part: Part) -> str:
    """The text without accents where it is Chinese: in Latin words its voice takes them for tones."""
    if part.text.isascii() or not part.language.lower().startswith(("zh", "cmn")):
        return part.text
    return "".join(
        unicodedata.normalize("NFD", letter)[0]
        if unicodedata.name(letter, "").startswith("LATIN")
        else letter
        for letter in part.text
    )


def _spread(texts: Sequence[str]) -> Iterator[int]:
    """Texts from all over the talk, so many that together they are long enough."""
    total = sum(len(text) for text in texts)
    taken = 0.0
    for index, text in enumerate(texts):
        before, taken = taken, taken + len(text) * min(1.0, SYNTHETIC_CHARACTERS / max(1, total))
        if int(before / 500) != int(taken / 500) or total <= SYNTHETIC_CHARACTERS or not index:
            yield index


def _script(
    turns: Sequence[Sequence[Part]], said: Iterator[Spoken], chosen: Collection[int], numbers: dict[str, int]
) -> tuple[Script, list[Spoken]]:
    """The phones of all that is said, and those utterances that are of chosen turns."""
    import numpy as np

    phone: list[int] = []
    offset: list[int] = []
    opens: list[bool] = []
    bounds = [0]
    kept: list[Spoken] = []
    for index, turn in enumerate(turns):
        is_new = True
        for part in turn:
            phones = _filler(part)
            if part.language:
                spoken = next(said)
                phones = spoken.phones
                if index in chosen:
                    kept.append(spoken)
            for sound in phones:
                if sound.name.startswith("_"):
                    is_new = True
                    continue
                phone.append(numbers.setdefault(sound.name, len(numbers)))
                offset.append(part.offset + sound.offset)
                opens.append(is_new)
                is_new = False
            is_new = is_new or not part.language
        bounds.append(len(phone))
    script = Script(
        tuple(numbers),
        np.array(phone, dtype=np.int64),
        np.array(offset, dtype=np.int64),
        np.array(opens, dtype=bool),
        np.array(bounds, dtype=np.int64),
    )
    return script, kept


def _filler(part: Part) -> tuple[SpokenPhone, ...]:
    """Sounds of any kind for a word that nobody can speak, about as many as it has."""
    count = sum(SOUNDS_A_LETTER if is_cjk(letter) else 1 for letter in part.text)
    return (SpokenPhone("_", 0, 0), *(SpokenPhone(FILLER, 0, 0) for _ in range(count)))


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
