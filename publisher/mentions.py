"""Where words stand in a transcript, however they are written there: case, width, script and digits aside."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from publisher.model import Transcript, Turn
from publisher.text import Folded, fold, is_cjk

_SHORTEST = 2
"""Letters; a single one is found everywhere."""


@dataclass(frozen=True, slots=True)
class Mention:
    """Words in the text of a turn: the offset of the first character, and the one after the last."""

    turn: int
    start: int
    end: int


class Mentions:
    """Finds words in one transcript."""

    def __init__(self, transcript: Transcript) -> None:
        self._transcript = transcript

    @cached_property
    def _turns(self) -> list[tuple[Turn, Folded]]:
        return [(turn, fold(turn.text)) for turn in self._transcript.turns]

    def of(self, words: str) -> Iterator[Mention]:
        """Each place where words stand, in order; words of scripts with spaces only as whole words."""
        wanted = fold(words).text
        if len(wanted) < _SHORTEST:
            return
        for turn, folded in self._turns:
            at = folded.text.find(wanted)
            while at >= 0:
                start, end = folded.offsets[at], folded.offsets[at + len(wanted) - 1] + 1
                if not (_joined(turn.text, start) or _joined(turn.text, end)):
                    yield Mention(turn.index, start, end)
                at = folded.text.find(wanted, at + 1)


def _joined(text: str, at: int) -> bool:
    """Whether a word of a script with spaces goes on across an offset."""
    return 0 < at < len(text) and all(
        letter.isalnum() and not is_cjk(letter) for letter in text[at - 1 : at + 1]
    )
