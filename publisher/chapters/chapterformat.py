"""The plug-point for chapter formats."""

from __future__ import annotations

from typing import Protocol

from publisher.formats import About
from publisher.model import Chapter


class ChapterFormat(Protocol):
    """Writes a list of chapters in one format and reads it back.

    Attributes:
        name: What people call the format; the key in the registry.
        filename: What the file is called in the episode's folder.
        mime: As a server should say it.
        resolution: Milliseconds to which the format cuts a time, at most.
        ends: Whether the format says when the last chapter ends.
    """

    name: str
    filename: str
    mime: str
    resolution: int
    ends: bool

    def write(self, chapters: tuple[Chapter, ...], about: About) -> str:
        """The file as text.

        Args:
            chapters: With strictly ascending starts, as `derive` gives them; their titles may be anything.
            about: The episode.
        """
        ...

    def claims(self, text: str) -> bool:
        """Whether a text of any origin looks like this format."""
        ...

    def read(self, text: str) -> tuple[Chapter, ...]:
        """The chapters of a text of any origin, in order of time; where no end is known, the last has no length.

        Raises:
            ContentError: It is not this format, or a time in it is none.
        """
        ...
