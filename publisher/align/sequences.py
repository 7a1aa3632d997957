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
    """

    text: str
    start: Integers
    end: Integers
    next_piece: Integers


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

    pieces: list[str] = []
    starts: list[int] = []
    ends: list[int] = []
    following: list[int] = []
    later = [*captions.words[1:], *captions.words[-1:]]
    for word, after in zip(captions.words, later, strict=True):
        letters = fold(word.text).text
        count = len(letters)
        for k in range(count):
            starts.append(word.span.start + word.span.length * k // count)
            ends.append(word.span.start + word.span.length * (k + 1) // count)
        following.extend([max(after.span.start, word.span.start)] * count)
        pieces.append(letters)
    start = np.maximum.accumulate(np.array(starts, dtype=np.int64)) if starts else np.empty(0, dtype=np.int64)
    end = np.maximum(np.array(ends, dtype=np.int64), start)
    return HeardText("".join(pieces), start, end, np.array(following, dtype=np.int64))
