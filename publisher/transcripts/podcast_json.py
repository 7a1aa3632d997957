"""Transcript as Podcasting 2.0 JSON, version 1.0.0 (podcast namespace, transcripts): one segment a cue."""

from __future__ import annotations

import json

from publisher import timecode
from publisher.formats import About
from publisher.model import Cue
from publisher.text import one_line
from publisher.transcripts.writer import line_of


class Writer:
    """Writes `transcript.json`."""

    name = "json"
    filename = "transcript.json"
    mime = "application/json"
    captions = False

    def write(self, cues: tuple[Cue, ...], about: About) -> str:  # noqa: ARG002
        """The file as text, one segment a line; `segments` is an empty list when there are no cues."""
        segments = ",\n".join(json.dumps(_segment(cue), ensure_ascii=False) for cue in cues if line_of(cue))
        return f'{{"version": "1.0.0", "segments": [\n{segments}\n]}}\n'


def _segment(cue: Cue) -> dict[str, object]:
    speaker = one_line(cue.speaker)
    return {
        **({"speaker": speaker} if speaker else {}),
        "startTime": timecode.seconds(cue.span.start),
        "endTime": timecode.seconds(cue.span.end),
        "body": line_of(cue),
    }
