"""Transcript as plain text: a passage a paragraph, the speaker's name before it."""

from __future__ import annotations

from publisher.formats import About
from publisher.model import Cue
from publisher.transcripts.writer import Passage, passages


class Writer:
    """Writes `transcript.txt`."""

    name = "txt"
    filename = "transcript.txt"
    mime = "text/plain"
    captions = False

    def write(self, cues: tuple[Cue, ...], about: About) -> str:  # noqa: ARG002
        """The file as text; empty when there are no cues."""
        return "\n".join(map(_block, passages(cues)))


def _block(passage: Passage) -> str:
    speaker = f"{passage.speaker}: " if passage.speaker else ""
    return f"{speaker}{passage.text}\n"
