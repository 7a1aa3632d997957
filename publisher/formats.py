"""What the writers of all formats are told besides the list that they write."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class About:
    """The episode that a file of chapters or of transcript belongs to.

    Attributes:
        title: The episode's.
        show: The show's name.
        duration: Milliseconds of the published audio.
    """

    title: str
    show: str
    duration: int
