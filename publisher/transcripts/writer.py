"""The plug-point for transcript formats, and what they share."""

from __future__ import annotations

from typing import Protocol

from publisher.formats import About
from publisher.model import Cue
from publisher.text import one_line


class TranscriptWriter(Protocol):
    """Writes cues in one format.

    Attributes:
        name: What people call the format; the key in the registry.
        filename: What the file is called in the episode's folder.
        mime: As a server should say it.
    """

    name: str
    filename: str
    mime: str

    def write(self, cues: tuple[Cue, ...], about: About) -> str:
        """The file as text.

        Args:
            cues: Strictly ascending and disjoint, as `cues` gives them; speakers and text may be anything.
            about: The episode.
        """
        ...


def lines(cue: Cue) -> list[str]:
    """The lines of a cue's text that have something on them, without control characters."""
    return [line for line in map(one_line, cue.text.split("\n")) if line]
