"""What the captions heard against what the author wrote: a glossary for the next recording and its captions."""

from __future__ import annotations

import csv
import io
import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import accumulate
from typing import TYPE_CHECKING

from publisher.align.comparing import Comparison
from publisher.model import Transcript, Turn
from publisher.segmentation import words
from publisher.text import display_width, fold, is_cjk, one_line, simplify
from publisher.timecode import clock

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    Integers = npt.NDArray[np.int64]

LONGEST = 40
"""Columns of a term; what is longer was cut, added or said otherwise."""

SPARE = 6
"""Columns by which one side may be longer than twice the other."""

LONGEST_NAME = 40
"""Characters of bold text that may be a name; what is longer is emphasis."""

_BOLD = re.compile(r"(\*\*|__)(?=\S)([^*_\n]+?)(?<=\S)\1")
_AFTER = re.compile(r"[^\w%％]+$")
_CLAUSE = re.compile(r"[，。！？；：、,!?;:]")
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")


@dataclass(frozen=True, slots=True)
class Mishearing:
    """A term of the author's and what was heard instead.

    Attributes:
        written: As the author wrote it where it was first misheard.
        heard: As the captions have it there.
        count: How often.
        at: Milliseconds of the first time.
        name: Whether there is a name in it.
    """

    written: str
    heard: str
    count: int
    at: int
    name: bool


def mishearings(
    transcript: Transcript, comparison: Comparison, names: tuple[str, ...] = ()
) -> tuple[Mishearing, ...]:
    """List what was misheard, word by word.

    Script, width, case, punctuation and the form of numbers make no difference. Passages that one side lacks
    are none: they were cut or added. Single Chinese characters and letters are left out.

    Args:
        transcript: What the author wrote.
        comparison: The same beside the captions.
        names: People, companies, products and other names to look for, besides the speakers and what is bold
            in the transcript.

    Returns:
        Names first, then the most frequent first, then by text.
    """
    found: dict[tuple[str, str], Mishearing] = {}
    for one in _Ledger(transcript, comparison, _folded_names(transcript, names)).entries():
        key = fold(one.written).text, fold(one.heard).text
        known = found.setdefault(key, replace(one, count=0))
        found[key] = replace(known, count=known.count + 1)
    return tuple(sorted(found.values(), key=lambda one: (not one.name, -one.count, one.written, one.heard)))


def to_csv(rows: Iterable[Mishearing]) -> str:
    """The list as comma-separated values (RFC 4180).

    A cell that a spreadsheet would take for a formula has an apostrophe before it.
    """
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(("written", "heard", "count", "first", "name"))
    for row in rows:
        name = "yes" if row.name else ""
        writer.writerow((_cell(row.written), _cell(row.heard), row.count, clock(row.at), name))
    return text.getvalue()


def _cell(text: str) -> str:
    line = one_line(text)
    return f"'{line}" if line.startswith(_FORMULA) else line


def _folded_names(transcript: Transcript, names: tuple[str, ...]) -> list[str]:
    """Everything that is a name, the longest first, so that a name inside another does not cut it."""
    bold = (match[2] for turn in transcript.turns for match in _BOLD.finditer(turn.markdown))
    emphasised = (text for text in bold if len(text) <= LONGEST_NAME and not _CLAUSE.search(text))
    folded = {fold(name).text for name in (*names, *transcript.speakers, *emphasised)}
    return sorted((name for name in folded if len(name) > 1), key=lambda name: (-len(name), name))


class _Ledger:
    def __init__(self, transcript: Transcript, comparison: Comparison, names: list[str]) -> None:
        import numpy as np

        self._transcript = transcript
        self._author = comparison.author
        self._heard = comparison.heard
        self._captions = _Spoken(comparison)
        self._names = names
        self._at = np.full(len(self._author.text) + 1, -1, dtype=np.int64)
        self._at[comparison.matches.author] = comparison.matches.heard

    def entries(self) -> Iterator[Mishearing]:
        """Each place at which something else was heard, in order."""
        for turn in self._transcript.turns:
            borders, named = self._terms(turn)
            for start, end in self._groups(borders):
                if (heard := self._instead(start, end)) is not None:
                    name = any(start <= first and last <= end for first, last in named)
                    entry = self._entry(turn, (start, end), heard, name=name)
                    if _bare(entry.written) != _bare(entry.heard):
                        yield entry

    def _terms(self, turn: Turn) -> tuple[list[int], list[tuple[int, int]]]:
        """The borders of a turn's terms in the folded text, and which stretches are names."""
        import numpy as np

        low, high = (int(bound) for bound in self._author.bounds[turn.index : turn.index + 2])
        text = self._author.text[low:high]
        starts = [start for start, _ in words(turn.text)]
        edges = {0, len(text), *np.searchsorted(self._author.offset[low:high], starts).tolist()}
        names: list[tuple[int, int]] = []
        for name in self._names:
            for match in re.finditer(re.escape(name), text):
                start, end = match.span()
                if _is_whole(text, edges, start, end) and not any(s < end and start < e for s, e in names):
                    names.append((start, end))
        for start, end in names:
            edges = {edge for edge in edges if not start < edge < end} | {start, end}
        return [low + edge for edge in sorted(edges)], [(low + start, low + end) for start, end in names]

    def _groups(self, borders: list[int]) -> Iterator[tuple[int, int]]:
        """Terms; neighbours of which nobody can tell what was heard for which are taken together."""
        start = borders[0]
        for end in borders[1:]:
            if end == borders[-1] or not self._is_lost(end):
                yield start, end
                start = end

    def _is_lost(self, border: int) -> bool:
        """Whether the letters on both sides of a border are without a match."""
        return border > 0 and bool(self._at[border - 1] < 0) and bool(self._at[border] < 0)

    def _instead(self, start: int, end: int) -> tuple[int, int] | None:
        """The stretch that was heard for one that was written; None when it was heard right, or not at all."""
        if start == end or self._is_lost(start) or self._is_lost(end):
            return None
        if start == 0 and self._at[start] < 0:
            return None
        first = int(self._at[start]) if self._at[start] >= 0 else int(self._at[start - 1]) + 1
        last = int(self._at[end - 1]) + 1 if self._at[end - 1] >= 0 else int(self._at[end])
        written, heard = self._author.text[start:end], self._heard.text[first:last]
        if len(written) == 1 or not heard or not _are_of_a_size(written, heard):
            return None
        return None if written == heard or self._is_whole_with_fillers(start, end) else (first, last)

    def _is_whole_with_fillers(self, start: int, end: int) -> bool:
        """Whether a Chinese term was heard letter by letter, with something like 嗯 or 那个 between."""
        text, heard = self._author.text, self._heard.text
        return all(
            is_cjk(text[place]) and self._at[place] >= 0 and text[place] == heard[int(self._at[place])]
            for place in range(start, end)
        )

    def _entry(
        self, turn: Turn, written: tuple[int, int], heard: tuple[int, int], *, name: bool
    ) -> Mishearing:
        start, end = written
        first = int(self._author.offset[start])
        ends_turn = end == int(self._author.bounds[turn.index + 1])
        last = len(turn.text) if ends_turn else int(self._author.offset[end])
        return Mishearing(
            written=_trimmed(turn.text[first:last]),
            heard=self._captions.text(*heard),
            count=1,
            at=int(self._heard.start[heard[0]]),
            name=name,
        )


def _is_whole(text: str, edges: set[int], start: int, end: int) -> bool:
    """Whether a name does not begin or end inside a word of letters."""
    return (start in edges or is_cjk(text[start])) and (end in edges or is_cjk(text[end - 1]))


def _are_of_a_size(written: str, heard: str) -> bool:
    shorter, longer = sorted((display_width(written), display_width(heard)))
    return longer <= min(LONGEST, 2 * shorter + SPARE)


def _bare(text: str) -> str:
    """Letters and digits only: captions that drop a point or a per cent sign misheard nothing."""
    return "".join(letter for letter in simplify(text).casefold() if letter.isalnum())


def _trimmed(text: str) -> str:
    """A term without the punctuation after it; a per cent sign is part of a number."""
    return _AFTER.sub("", one_line(text))


class _Spoken:
    """The way from folded letters back to the captions as they were read."""

    def __init__(self, comparison: Comparison) -> None:
        self._pieces = [word.text for word in comparison.captions.words]
        self._begins = list(accumulate(map(len, self._pieces), initial=0))
        self._offsets = [*fold("".join(self._pieces)).offsets, self._begins[-1]]

    def text(self, first: int, last: int) -> str:
        """What the folded letters from `first` to before `last` were, words with blanks between them."""
        start, end = self._offsets[first], self._offsets[last]
        said = ""
        for piece in range(bisect_right(self._begins, start) - 1, bisect_left(self._begins, end)):
            begin = self._begins[piece]
            part = self._pieces[piece][max(0, start - begin) : end - begin]
            apart = said and part and not is_cjk(said[-1]) and not is_cjk(part[0])
            said += f" {part}" if apart else part
        return _trimmed(said)
