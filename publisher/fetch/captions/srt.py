"""SubRip, read by webvtt-py."""

from __future__ import annotations

import io
import re
from collections.abc import Sequence

from publisher.fetch.captions.lines import Line
from publisher.fetch.captions.webvtt import plain_line, read_cues

_POSITION = re.compile(r"\{\\[^{}\n]*\}")


def parse(text: str) -> tuple[Sequence[Line], bool]:
    """The lines; their pieces never carry their own times.

    Raises:
        Unreadable: Not SRT.
    """
    import webvtt

    plain = _POSITION.sub("", text)
    cues = read_cues(lambda: webvtt.from_buffer(io.StringIO(plain), format="srt"), "SRT")
    return [plain_line(cue) for cue in cues], False
