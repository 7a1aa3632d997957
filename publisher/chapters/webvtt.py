"""Chapters as WebVTT: one cue a chapter, disjoint, its title as plain text (W3C WebVTT, chapter title text)."""

from __future__ import annotations

import html

from publisher import timecode
from publisher.formats import About
from publisher.model import Chapter
from publisher.text import one_line


class Writer:
    """Writes `chapters.vtt`."""

    name = "vtt"
    filename = "chapters.vtt"
    mime = "text/vtt"

    def write(self, chapters: tuple[Chapter, ...], about: About) -> str:  # noqa: ARG002
        """The file as text; nothing but `WEBVTT` when there are no chapters."""
        cues = (
            f"\n{timecode.webvtt(chapter.start)} --> {timecode.webvtt(chapter.end)}\n{_text(chapter.title)}\n"
            for chapter in chapters
        )
        return "WEBVTT\n" + "".join(cues)


def _text(title: str) -> str:
    return html.escape(one_line(title), quote=False)
