"""What is found: when each turn and section is spoken, how that is known, and how sure it is."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from publisher.model.span import Span


class Method(StrEnum):
    """How a time was found."""

    CAPTIONS = "captions"
    RECOGNISED = "recognised"
    ACOUSTIC = "acoustic"
    INTERPOLATED = "interpolated"
    PINNED = "pinned"


@dataclass(frozen=True, slots=True)
class Mark:
    """The time at which the character at `offset` of a turn's text begins."""

    offset: int
    start: int


@dataclass(frozen=True, slots=True)
class TimedTurn:
    """When a turn is spoken.

    Attributes:
        index: The turn's index in the transcript.
        speaker: Its speaker.
        span: Start to end; None when `present` is False.
        confidence: 0 to 1, that the start is right.
        method: How the start was found.
        present: False when the text is not in the audio.
        marks: Times inside the turn, at the starts of its clauses; offsets and times ascend.
    """

    index: int
    speaker: str
    span: Span | None
    confidence: float
    method: Method
    present: bool = True
    marks: tuple[Mark, ...] = ()

    def __post_init__(self) -> None:
        if self.present == (self.span is None):
            raise ValueError(f"turn {self.index}: a turn has a span exactly when it is present")
        if not 0 <= self.confidence <= 1:
            raise ValueError(f"turn {self.index}: confidence {self.confidence} is not between 0 and 1")


@dataclass(frozen=True, slots=True)
class TimedWord:
    """When a word is spoken.

    Attributes:
        turn: Index of its turn in the transcript.
        offset: Of its first character in the turn's text.
        length: Characters.
        span: Start to end, inside its turn's.
        sure: Whether it was heard, or lies close between words that were; if not, its time is worked out and is not
            published.
    """

    turn: int
    offset: int
    length: int
    span: Span
    sure: bool


@dataclass(frozen=True, slots=True)
class TimedSection:
    """When a section begins and ends; `span` is None when none of its turns is in the audio."""

    title: str
    span: Span | None
    confidence: float
    method: Method


@dataclass(frozen=True, slots=True)
class Pin:
    """A start that a person set: turn `turn` begins at `start`, whatever an aligner finds."""

    turn: int
    start: int


@dataclass(frozen=True, slots=True)
class ColdOpen:
    """A turn at the start of an episode that is a montage of passages said again in later turns."""

    turn: int
    repeats: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Timeline:
    """A transcript with times.

    Attributes:
        engine: Which aligner made it.
        duration: Milliseconds of the audio.
        sections: One for each section of the transcript.
        turns: One for each turn; starts of present turns never go back.
        cold_open: Turns at the start that come again later.
        words: When the words of its turns are spoken, in order; empty where an engine does not tell.
    """

    engine: str
    duration: int
    sections: tuple[TimedSection, ...]
    turns: tuple[TimedTurn, ...]
    cold_open: tuple[ColdOpen, ...] = ()
    words: tuple[TimedWord, ...] = ()

    def __post_init__(self) -> None:
        starts = [turn.span.start for turn in self.turns if turn.span]
        if starts != sorted(starts):
            raise ValueError("turns of a timeline never go back in time")
