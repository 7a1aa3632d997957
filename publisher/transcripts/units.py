"""A turn's text as the units that a line break never divides, and the two lines that they fill.

A unit is a word, Chinese or not, or a number with its measure word, together with the punctuation that clings
to it: opening marks before, closing marks after.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from enum import IntEnum
from functools import lru_cache
from itertools import accumulate, pairwise, zip_longest
from typing import NamedTuple

from publisher.model import Transcript
from publisher.segmentation import words
from publisher.text import display_width

LINE = 32
"""Columns of a line, as the podcast namespace asks of SRT; a wide character takes two."""

MID_CLAUSE = 16
"""Columns by which the wider line may grow if the break then follows punctuation."""

_OPEN = "“‘「『（《〈【［｛〔([{"
_CLOSE = "。！？；，、：．…—～·）」』》〉】〕］｝％”’.,;:!?)\\]}%"
_WIDE = "\u2e80-\u9fff\uf900-\ufaff\uff00-\uffef\U00020000-\U0003ffff"
_LETTERS = rf"[^\s{_WIDE}{re.escape(_OPEN)}{_CLOSE}]+"
_WORD = rf"{_LETTERS}(?:[’.,:;!?%()\[\]{{}}]+{_LETTERS})*"
_NUMERAL = "零〇一二两兩三四五六七八九十百千万萬亿億0-9０-９"
_MEASURE = (
    r"(?:个小时|個小時|小时|小時|分钟|分鐘|秒钟|秒鐘|个月|個月|公里|公斤|美元|美金|欧元|歐元|日元|"
    r"[个個只隻条條张張本件位名年月日号號天分秒岁歲次块塊元角倍种種家台臺部集期页頁章节節米吨噸度句"
    r"段首篇代款层層点點届屆轮輪波批群对對双雙套片颗顆辆輛架艘场場项項样樣步遍周週辈輩世人])"
)
_COUNTED = rf"第?[{_NUMERAL}]{{1,12}}[多余餘来來几幾]?{_MEASURE}"
_AFTER_DIGIT = (
    rf"(?<=[0-9])(?:\s?[{_NUMERAL}多余餘来來几幾]{{0,4}}{_MEASURE}|\s?[百千万萬亿億]{{1,3}}|[ ]{_LETTERS})"
)
_UNIT = re.compile(
    rf"[{re.escape(_OPEN)}]*(?:{_COUNTED}|{_WORD}(?:{_AFTER_DIGIT})?|\S)[{_CLOSE}]*",
)
_SENTENCE_END = re.compile(r"[。！？；.!?;][。！？；.!?;”’」』）)\]】》]*$")
_CLAUSE_END = re.compile(r"[，、：,:…—][”’」』）)\]】》]*$")


class Break(IntEnum):
    """How good a place after a unit is for a break."""

    WORD = 0
    CLAUSE = 1
    SENTENCE = 2


class Unit(NamedTuple):
    """Text that stays on one line.

    Attributes:
        start: Offset of its first character in the turn's text.
        end: Offset after its last; white space around it is not part of it.
        after: The break that may follow it.
    """

    start: int
    end: int
    after: Break


def units(text: str) -> list[Unit]:
    """All units of a text, in order; together they hold everything but the white space.

    A word wider than a line (an address, say) is cut where the line ends.
    """
    found: list[Unit] = []
    for start, end in _whole_words(text):
        *heads, last = _line_wide(text, start, end)
        found += [Unit(*head, Break.WORD) for head in heads]
        found.append(Unit(*last, _break_after(text, last)))
    return found


@lru_cache(1)
def units_of(transcript: Transcript) -> Mapping[int, Sequence[Unit]]:
    """The units of each turn, by its index; those of the last transcript are remembered, for cues and sentences."""
    return {turn.index: units(turn.text) for turn in transcript.turns}


def _whole_words(text: str) -> list[tuple[int, int]]:
    """Stretches of text that end where no word goes on."""
    inside = {offset for start, end in words(text) for offset in range(start + 1, end)}
    found: list[tuple[int, int]] = []
    for match in _UNIT.finditer(text):
        start, end = match.span()
        if found and start in inside and found[-1][1] == start:
            found[-1] = (found[-1][0], end)
        else:
            found.append((start, end))
    return found


def _line_wide(text: str, start: int, end: int) -> list[tuple[int, int]]:
    if 2 * (end - start) <= LINE:
        return [(start, end)]
    pieces = []
    width = 0
    for offset in range(start, end):
        column = display_width(text[offset])
        if width + column > LINE:
            pieces.append((start, offset))
            start, width = offset, 0
        width += column
    return [*pieces, (start, end)]


def _break_after(text: str, unit: tuple[int, int]) -> Break:
    start, end = unit
    if text[end - 1].isalnum() and text[end : end + 1] != "\n":
        return Break.WORD
    if text[end : end + 1] == "\n" or _SENTENCE_END.search(text[start:end]):
        return Break.SENTENCE
    return Break.CLAUSE if _CLAUSE_END.search(text[start:end]) else Break.WORD


class Ruler:
    """Measures runs of a text's units, `units[first:last]`, in columns."""

    def __init__(self, text: str, found: Sequence[Unit], lead: int = 0) -> None:
        """Measure a text; `lead` columns stand in front of its first unit."""
        self._text = text
        self._units = found
        self._gaps = [int(unit.end != following.start) for unit, following in pairwise(found)]
        widths = (display_width(text[unit.start : unit.end]) for unit in found)
        stretched = (width + gap for width, gap in zip_longest(widths, self._gaps, fillvalue=0))
        self._edges = [-lead, *accumulate(stretched)]
        self._lines: dict[tuple[int, int], list[tuple[int, int]]] = {}

    def width(self, first: int, last: int) -> int:
        """Columns of a run on one line, a single blank where it has white space."""
        gap = self._gaps[last - 1] if last <= len(self._gaps) else 0
        return self._edges[last] - self._edges[first] - gap

    def middle(self, first: int, last: int) -> int:
        """Where to break a run of two units or more: lines that fit, near the middle, after punctuation."""
        edges, begin = self._edges, self._edges[first]
        end = begin + self.width(first, last)

        def cost(cut: int) -> tuple[bool, int]:
            wider = max(edges[cut] - self._gaps[cut - 1] - begin, end - edges[cut])
            return wider > LINE, wider + (MID_CLAUSE if self._units[cut - 1].after is Break.WORD else 0)

        return min(range(first + 1, last), key=cost)

    def lines(self, first: int, last: int) -> list[tuple[int, int]]:
        """A run as one line or two balanced ones."""
        if self.width(first, last) <= LINE or last - first == 1:
            return [(first, last)]
        if (first, last) not in self._lines:
            cut = self.middle(first, last)
            self._lines[first, last] = [(first, cut), (cut, last)]
        return self._lines[first, last]

    def text(self, first: int, last: int) -> str:
        """A run's text, white space as single blanks."""
        return " ".join(self._text[self._units[first].start : self._units[last - 1].end].split())
