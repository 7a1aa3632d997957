"""Words of a text: what a listener clicks on, what a glossary lists, what a line break does not divide."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

from publisher.text import is_cjk, simplify

_WORD = re.compile(r"(?P<cjk>C+)|[LD]+(?:(?:J|(?<=D)K(?=D))[LD]+)*")
"""Over the kinds of the characters, `_kind`."""

_JOINERS = frozenset("'’.-‐‑_&+")
_JOINERS_OF_DIGITS = frozenset(",:")


def words(text: str) -> Iterator[tuple[int, int]]:
    """The words of a text; punctuation belongs to none.

    Chinese is cut by jieba's dictionary and model (jieba-rs), after making it simplified. In other scripts a
    word is a run of letters and digits, with the points, hyphens and apostrophes inside it: `2.0`, `don’t`.

    Yields:
        Ascending, disjoint pairs: the offset of a word's first character and the one after its last.
    """
    for match in _WORD.finditer(text.translate(_KINDS)):
        if match["cjk"]:
            yield from _chinese_words(text, match.start(), match.end())
        else:
            yield match.span()


def _chinese_words(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    if end - start == 1:
        yield start, end
        return
    import rjieba

    for word in rjieba.cut(simplify(text[start:end])):
        yield start, start + len(word)
        start += len(word)


def _kind(letter: str) -> str:
    if letter.isalnum():
        if is_cjk(letter):
            return "C"
        return "D" if letter.isdigit() else "L"
    if letter in _JOINERS:
        return "J"
    if letter in _JOINERS_OF_DIGITS:
        return "K"
    return "L" if unicodedata.category(letter).startswith("M") else " "


class _Kinds(dict[int, str]):
    """The kinds of the characters that came by so far."""

    def __missing__(self, code: int) -> str:
        return self.setdefault(code, _kind(chr(code)))


_KINDS = _Kinds()
