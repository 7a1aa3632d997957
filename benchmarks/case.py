"""What is measured: a talk with known times, and what a method says about it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from publisher.model import Captions, Transcript


@dataclass(frozen=True, slots=True)
class Case:
    """A talk with known times.

    Attributes:
        name: Of the row in the tables.
        material: Where its text comes from: `example`, `sample`, `pool`, `bench` or `packages`.
        transcript: What the author wrote.
        captions: What was heard.
        starts: When each turn really begins, in milliseconds; None where it is not in the audio.
        duration: Milliseconds of the audio.
        audio: The sound, where there is any.
        language: BCP 47.
    """

    name: str
    material: str
    transcript: Transcript
    captions: Captions
    starts: tuple[int | None, ...]
    duration: int
    audio: Path | None = None
    language: str = "zh"

    def __post_init__(self) -> None:
        if len(self.starts) != len(self.transcript.turns):
            raise ValueError(f"{self.name}: the truth covers every turn")

    @property
    def section_starts(self) -> tuple[int | None, ...]:
        """When each section really begins: at its first turn that is in the audio."""
        return tuple(
            next((start for turn in section.turns if (start := self.starts[turn.index]) is not None), None)
            for section in self.transcript.sections
        )


@dataclass(frozen=True, slots=True)
class Planned:
    """A case that is made only when it is wanted.

    Attributes:
        label: Its material and name, `material: name`.
        make: Makes it.
    """

    label: str
    make: Callable[[], Case]


@dataclass(frozen=True, slots=True)
class Guess:
    """What a method says about a case.

    Attributes:
        starts: When each turn begins, in milliseconds; None where it is said to be absent.
        sections: Likewise, each section.
        confidences: 0 to 1 for each turn; None for a method that has none.
        refused: Why the method gave nothing; empty otherwise.
    """

    starts: tuple[int | None, ...]
    sections: tuple[int | None, ...]
    confidences: tuple[float, ...] | None = None
    refused: str = ""
