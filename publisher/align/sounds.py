"""What characters sound like, as numbers that arrays can compare.

Recognisers confuse characters that sound alike. A Han character is its Mandarin syllable without tone; any other
character is only itself.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from publisher.text import is_cjk

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    Integers = npt.NDArray[np.int32]

_INITIALS = (
    "zh",
    "ch",
    "sh",
    "b",
    "p",
    "m",
    "f",
    "d",
    "t",
    "n",
    "l",
    "g",
    "k",
    "h",
    "j",
    "q",
    "x",
    "r",
    "z",
    "c",
    "s",
)
_NEAR_INITIALS = {"zh": "z", "ch": "c", "sh": "s", "l": "n", "h": "f"}
_NEAR_FINALS = {"ang": "an", "eng": "en", "ing": "in", "iang": "ian", "uang": "uan"}


@dataclass(frozen=True, slots=True)
class Sounds:
    """A folded text, letter by letter, at four grades of likeness; equal numbers are alike.

    Attributes:
        letter: The character itself.
        syllable: Its syllable.
        near: Its syllable with the confusable sounds made one (zh/z, n/l, an/ang, ...).
        initial: The beginning of `near`; unique where a character has no syllable.
        final: The end of `near`; likewise.
    """

    letter: Integers
    syllable: Integers
    near: Integers
    initial: Integers
    final: Integers

    def slice(self, start: int, end: int) -> Sounds:
        """The sounds of `text[start:end]`."""
        return Sounds(
            self.letter[start:end],
            self.syllable[start:end],
            self.near[start:end],
            self.initial[start:end],
            self.final[start:end],
        )

    def as_text(self) -> str:
        """One character a syllable, for searching with string tools."""
        return self.syllable.astype("<u4").tobytes().decode("utf-32-le")


def sounds(text: str) -> Sounds:
    """The sounds of a folded text."""
    import numpy as np

    letters = sorted(set(text))
    code = np.frombuffer(text.encode("utf-32-le"), dtype="<u4").astype(np.int32)
    rows = np.array([_codes(letter) for letter in letters], dtype=np.int32).reshape(-1, 4)
    place = np.searchsorted(np.array([ord(letter) for letter in letters], dtype=np.int32), code)
    found = rows[place] if letters else rows
    return Sounds(code, found[:, 0], found[:, 1], found[:, 2], found[:, 3])


@cache
def _codes(letter: str) -> tuple[int, int, int, int]:
    syllable = _syllable(letter)
    if not syllable:
        code = ord(letter)
        return code, code, -code, -code
    initial, final = _split(syllable)
    near_initial, near_final = _NEAR_INITIALS.get(initial, initial), _NEAR_FINALS.get(final, final)
    return (
        _number("syllable", syllable),
        _number("near", near_initial + near_final),
        _number("initial", near_initial),
        _number("final", near_final),
    )


def _syllable(letter: str) -> str:
    if not is_cjk(letter):
        return ""
    os.environ.setdefault("PYPINYIN_NO_PHRASES", "true")  # single characters need none, and they are large
    from pypinyin import lazy_pinyin

    found = str(lazy_pinyin(letter)[0])
    return found if found.isascii() else ""


def _split(syllable: str) -> tuple[str, str]:
    initial = next((start for start in _INITIALS if syllable.startswith(start)), "")
    return initial, syllable[len(initial) :]


_NUMBERS: dict[tuple[str, str], int] = {}
_FIRST_NUMBER = 0x20000
"""Above every character that stands for itself in a folded text that is not Han, and outside the surrogates."""


def _number(kind: str, name: str) -> int:
    return _NUMBERS.setdefault((kind, name), _FIRST_NUMBER + len(_NUMBERS))
