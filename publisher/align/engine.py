"""The plug-point: what an aligner is given and what it must do."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from publisher.model import Captions, Timeline, Transcript


@dataclass(frozen=True, slots=True)
class Evidence:
    """What an aligner may look at.

    Attributes:
        duration: Milliseconds of the audio.
        captions: Timed words that were heard, if there are any.
        audio: The sound itself, if it is at hand.
    """

    duration: int
    captions: Captions | None = None
    audio: Path | None = None


class Aligner(Protocol):
    """An engine that finds times."""

    @property
    def name(self) -> str:
        """The word for it on the command line and in the timeline."""

    def can_use(self, evidence: Evidence) -> bool:
        """Whether the evidence holds what this engine needs."""

    def align(self, transcript: Transcript, evidence: Evidence) -> Timeline:
        """Find the times.

        Raises:
            AlignmentError: Text and evidence do not belong together.
        """
