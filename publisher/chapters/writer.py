"""The plug-point for chapter formats."""

from __future__ import annotations

from typing import Protocol

from publisher.formats import About
from publisher.model import Chapter


class ChapterWriter(Protocol):
    """Writes a list of chapters in one format.

    Attributes:
        name: What people call the format; the key in the registry.
        filename: What the file is called in the episode's folder.
        mime: As a server should say it.
    """

    name: str
    filename: str
    mime: str

    def write(self, chapters: tuple[Chapter, ...], about: About) -> str:
        """The file as text.

        Args:
            chapters: With strictly ascending starts, as `derive` gives them; their titles may be anything.
            about: The episode.
        """
        ...
