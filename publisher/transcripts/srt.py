"""Transcript as SubRip: numbered cues, `Name: ` where another speaker begins."""

from __future__ import annotations

from publisher import timecode
from publisher.formats import About
from publisher.model import Cue
from publisher.text import one_line
from publisher.transcripts.writer import lines


class Writer:
    """Writes `transcript.srt`."""

    name = "srt"
    filename = "transcript.srt"
    mime = "application/x-subrip"
    captions = True

    def write(self, cues: tuple[Cue, ...], about: About) -> str:  # noqa: ARG002
        """The file as text; empty when there are no cues."""
        blocks: list[str] = []
        speaker = ""
        for cue in cues:
            if text := "\n".join(lines(cue)).replace("-->", "→"):
                name = one_line(cue.speaker).replace("-->", "→")
                prefix = f"{name}: " if name and name != speaker else ""
                speaker = name
                times = f"{timecode.srt(cue.span.start)} --> {timecode.srt(cue.span.end)}"
                blocks.append(f"{len(blocks) + 1}\n{times}\n{prefix}{text}\n")
        return "\n".join(blocks)
