"""Transcript as WebVTT, the speaker as a voice: `<v Name>text` (W3C WebVTT, cue text)."""

from __future__ import annotations

import html

from publisher import timecode
from publisher.formats import About
from publisher.model import Cue
from publisher.text import one_line
from publisher.transcripts.writer import lines

_ANNOTATION = str.maketrans({"&": "＆", "<": "＜", ">": "＞"})
"""Players read the name up to the first `>`, and some stop at `&`: full-width forms say the same."""


class Writer:
    """Writes `transcript.vtt`."""

    name = "vtt"
    filename = "transcript.vtt"
    mime = "text/vtt"
    captions = True

    def write(self, cues: tuple[Cue, ...], about: About) -> str:  # noqa: ARG002
        """The file as text; nothing but `WEBVTT` when there are no cues."""
        return "WEBVTT\n" + "".join(_block(cue) for cue in cues if lines(cue))


def _block(cue: Cue) -> str:
    speaker = one_line(cue.speaker).translate(_ANNOTATION)
    voice = f"<v {speaker}>" if speaker else ""
    text = html.escape("\n".join(lines(cue)), quote=False)
    return f"\n{timecode.webvtt(cue.span.start)} --> {timecode.webvtt(cue.span.end)}\n{voice}{text}\n"
