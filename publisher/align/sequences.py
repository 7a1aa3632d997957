"""The two sides of an alignment as flat sequences of folded characters."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from publisher.model import Captions, Transcript
from publisher.text import fold

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    Integers = npt.NDArray[np.int64]

LONGEST_PIECE = 1_000
"""Milliseconds; in a longer piece of captions only the first letter has a time."""


@dataclass(frozen=True, slots=True)
class AuthorText:
    """The transcript as one folded text.

    Attributes:
        text: Folded characters of all turns, one after the other.
        offset: For each of them, its offset in its turn's text.
        bounds: Turn `t` is `text[bounds[t]:bounds[t + 1]]`.
    """

    text: str
    offset: Integers
    bounds: Integers


@dataclass(frozen=True, slots=True)
class HeardText:
    """Captions as one folded text with a time for each character.

    Attributes:
        text: Folded characters.
        start: Milliseconds at which each begins; never going back.
        end: Milliseconds at which each ends.
        next_piece: Milliseconds at which the next piece of the captions begins; times inside a piece are guesses.
        is_known: Whether its start is no such guess: it begins a piece, or the piece is short.
    """

    text: str
    start: Integers
    end: Integers
    next_piece: Integers
    is_known: npt.NDArray[np.bool_]


def author_text(transcript: Transcript) -> AuthorText:
    """Fold a transcript."""
    import numpy as np

    folded = [fold(turn.text) for turn in transcript.turns]
    bounds = np.cumsum([0, *(len(turn.text) for turn in folded)], dtype=np.int64)
    offsets = [np.asarray(turn.offsets, dtype=np.int64) for turn in folded]
    text = "".join(turn.text for turn in folded)
    return AuthorText(text, np.concatenate([*offsets, np.empty(0, dtype=np.int64)]), bounds)


def heard_text(captions: Captions) -> HeardText:
    """Fold captions; the characters of a piece share its time evenly."""
    import numpy as np

    words = captions.words
    folded = fold("".join(word.text for word in words))
    lengths = np.array([len(word.text) for word in words], dtype=np.int64)
    begins = np.cumsum(lengths) - lengths
    offsets = np.asarray(folded.offsets, dtype=np.int64)
    piece = np.searchsorted(begins, offsets, side="right") - 1
    starts = np.array([word.span.start for word in words], dtype=np.int64)
    spans = np.array([word.span.length for word in words], dtype=np.int64)
    inside = (offsets - begins[piece]) / np.maximum(lengths[piece], 1)
    start = np.maximum.accumulate(starts[piece] + (spans[piece] * inside).astype(np.int64))
    end = starts[piece] + spans[piece]
    same_piece = np.append(piece[1:] == piece[:-1], False) if len(piece) else np.empty(0, dtype=bool)
    end = np.where(same_piece, np.append(start[1:], 0)[: len(start)], end)
    following = np.append(starts[1:], starts[-1:])
    is_known = (np.diff(piece, prepend=-1) > 0) | (spans[piece] <= LONGEST_PIECE)
    return HeardText(
        folded.text, start, np.maximum(end, start), np.maximum(following[piece], start), is_known
    )
