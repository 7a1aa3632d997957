"""Synced transcripts: turns with times become cues, written in every format that a reader asks for.

To add a format: a file beside this one with a class that has the members of `TranscriptWriter`, and its
line in `WRITERS`. The contract test then runs over it.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from publisher.formats import About
from publisher.transcripts import plain, podcast_json, srt, webpage, webvtt
from publisher.transcripts.cues import cues
from publisher.transcripts.writer import TranscriptWriter

__all__ = ["VIDEO_CAPTIONS", "WRITERS", "About", "TranscriptWriter", "cues"]

_ALL: tuple[TranscriptWriter, ...] = (
    webvtt.Writer(),
    srt.Writer(),
    podcast_json.Writer(),
    webpage.Writer(),
    plain.Writer(),
)

WRITERS: Mapping[str, TranscriptWriter] = MappingProxyType({writer.name: writer for writer in _ALL})
"""Every transcript format by its name."""

VIDEO_CAPTIONS = "video.srt"
"""The captions for the video of an episode that is cut or has an intro, in the video's own time."""
