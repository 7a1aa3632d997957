"""The plug-point: what an aligner is given and what it must do."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from publisher.model import Captions, Pin, Progress, Timeline, Transcript, silent


@dataclass(frozen=True, slots=True)
class Recogniser:
    """How speech is recognised, where that is asked for.

    Attributes:
        model: Name or path of a model; empty means that nobody chose one.
        fast: Twice as fast and clearly worse to align with.
        cache: Folder for what was recognised; None keeps nothing.
        offline: Take a model that is on this computer and download none.
    """

    model: str = ""
    fast: bool = False
    cache: Path | None = None
    offline: bool = False


@dataclass(frozen=True, slots=True)
class Evidence:
    """What an aligner may look at.

    Attributes:
        duration: Milliseconds of the audio.
        captions: Timed words that were heard, if there are any.
        audio: The sound itself, if it is at hand.
        pins: Starts that a person set.
        language: BCP 47 of the talk; empty when unknown.
        other_languages: What is spoken in it besides.
        recogniser: How to recognise speech.
        refine: Whether times from words that were heard are sharpened by the sound.
        progress: Told what is being done.
    """

    duration: int
    captions: Captions | None = None
    audio: Path | None = None
    pins: tuple[Pin, ...] = ()
    language: str = ""
    other_languages: tuple[str, ...] = ()
    recogniser: Recogniser = field(default_factory=Recogniser)
    refine: bool = False
    progress: Progress = silent

    @property
    def languages(self) -> tuple[str, ...]:
        """All that are spoken, the main one first; none when unknown."""
        return (self.language, *self.other_languages) if self.language else ()


class Aligner(Protocol):
    """An engine that finds times."""

    @property
    def name(self) -> str:
        """The word for it on the command line and in the timeline."""

    def can_use(self, evidence: Evidence) -> bool:
        """Whether the evidence holds what this engine needs, and whatever it needs is installed."""

    def heard(self, evidence: Evidence) -> Captions | None:
        """The timed words that this engine goes by; None when it goes by the sound alone."""

    def align(self, transcript: Transcript, evidence: Evidence) -> Timeline:
        """Find the times.

        Raises:
            AlignmentError: Text and evidence do not belong together.
        """
