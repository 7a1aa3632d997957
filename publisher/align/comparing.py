"""What the author wrote beside what was heard: the two texts and their matches, with the way back to the captions."""

from __future__ import annotations

from dataclasses import dataclass

from publisher.align.matching import Matches, match
from publisher.align.sequences import AuthorText, HeardText, author_text, heard_text
from publisher.model import Captions, Pin, Transcript


@dataclass(frozen=True, slots=True)
class Comparison:
    """A transcript and captions, matched letter by letter.

    Attributes:
        author: The transcript, folded.
        heard: The captions, folded.
        matches: Which letters are the same or sound the same.
        captions: As they were read.
    """

    author: AuthorText
    heard: HeardText
    matches: Matches
    captions: Captions


def compare(transcript: Transcript, captions: Captions, pins: tuple[Pin, ...] = ()) -> Comparison:
    """Match a transcript with captions; nothing matches across a pin.

    Returns:
        The comparison; without matches when the two have nothing in common.
    """
    author, heard = author_text(transcript), heard_text(captions)
    return Comparison(author, heard, match(author, heard, pins), captions)
