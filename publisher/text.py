"""Text as it is compared: folded for matching, with a map back to the author's own characters.

Nothing that is published goes through here; published text is the author's.
"""

from __future__ import annotations

import re
import unicodedata
from array import array
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import TYPE_CHECKING

from publisher.numerals import digit_reading, spoken_numbers

if TYPE_CHECKING:
    from opencc import OpenCC

_CONTROL = re.compile(
    r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff\u202a-\u202e\u2066-\u2069]"
)
_SAME_NUMBER = str.maketrans("两〇", "二零")
_WIDE = {"W", "F"}


@dataclass(frozen=True, slots=True)
class Folded:
    """Letters and digits of a text in normal form.

    Attributes:
        text: The folded characters.
        offsets: For each of them, the offset in the original text of the character that it comes from.
    """

    text: str
    offsets: array[int]

    def __post_init__(self) -> None:
        if len(self.text) != len(self.offsets):
            raise ValueError("one offset for each folded character")


@cache
def _to_simplified() -> OpenCC:
    from opencc import OpenCC

    return OpenCC("t2s")


@lru_cache(1)
def fold(text: str) -> Folded:
    """Fold for comparing: letters only; width, case, accents, script variants and ways to write numbers gone.

    Compatibility decomposition (Unicode NFKD), marks dropped, case folded, traditional Chinese characters
    made simplified (OpenCC `t2s`), digits as Chinese says them. The last text is remembered.
    """
    letters: list[str] = []
    offsets = array("l")
    done = 0
    for start, end, said in spoken_numbers(text):
        _fold_plain(text, done, start, letters, offsets)
        letters.extend(said)
        offsets.extend(start + (end - start) * k // len(said) for k in range(len(said)))
        done = end
    _fold_plain(text, done, len(text), letters, offsets)
    return Folded(simplify("".join(letters)).translate(_SAME_NUMBER), offsets)


def _fold_plain(text: str, start: int, end: int, letters: list[str], offsets: array[int]) -> None:
    found = [*map(_folded_letters, text[start:end])]
    letters.extend("".join(found))
    offsets.extend(offset for offset, own in enumerate(found, start) for _ in own)


@cache
def _folded_letters(original: str) -> str:
    decomposed = unicodedata.normalize("NFKD", original).casefold()
    letters = (digit_reading(letter) if letter.isdecimal() else letter for letter in decomposed)
    return "".join(letter for letter in letters if letter.isalnum())


def simplify(text: str) -> str:
    """Traditional Chinese made simplified, at the same length."""
    if text.isascii():
        return text
    simplified = str(_to_simplified().convert(text))
    if len(simplified) == len(text):
        return simplified
    return "".join(_simple_letter(letter) for letter in text)


@cache
def _simple_letter(letter: str) -> str:
    simple = str(_to_simplified().convert(letter))
    return simple if len(simple) == 1 else letter


def is_cjk(letter: str) -> bool:
    """Whether a character belongs to a script written without spaces between words (Han, kana)."""
    code = ord(letter)
    return 0x3040 <= code <= 0x30FF or 0x3400 <= code <= 0x9FFF or 0xF900 <= code <= 0xFAFF or code >= 0x20000  # noqa: PLR2004


def display_width(text: str) -> int:
    """Columns that a terminal or a caption line needs: wide characters count two, marks none."""
    return sum(map(column, text))


@cache
def column(letter: str) -> int:
    """Columns of one character."""
    if unicodedata.combining(letter) or unicodedata.category(letter) in {"Cf", "Mn", "Me"}:
        return 0
    return 2 if unicodedata.east_asian_width(letter) in _WIDE else 1


def clean(text: str) -> str:
    """The text without control characters and direction overrides; tabs and newlines stay."""
    return _CONTROL.sub("", text)


def one_line(text: str) -> str:
    """The text on one line: cleaned, every run of white space a single blank."""
    if text.isprintable() and "  " not in text and text == text.strip():
        return text  # neither a control character nor white space but single blanks
    return " ".join(clean(text).split())
