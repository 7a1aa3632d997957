"""Chapters as WebVTT: one cue a chapter, disjoint, its title as plain text (W3C WebVTT, chapter title text)."""

from __future__ import annotations

import html
import re

from publisher import timecode
from publisher.chapters import reading
from publisher.chapters.reading import Found
from publisher.formats import About
from publisher.model import Chapter
from publisher.text import one_line

_TAG = re.compile(r"<[^<>]*>")


class Format:
    """WebVTT, one cue a chapter."""

    name = "vtt"
    filename = "chapters.vtt"
    mime = "text/vtt"
    resolution = 1
    ends = True

    def write(self, chapters: tuple[Chapter, ...], about: About) -> str:  # noqa: ARG002
        """The file as text; nothing but `WEBVTT` when there are no chapters."""
        cues = (
            f"\n{timecode.webvtt(chapter.start)} --> {timecode.webvtt(chapter.end)}\n{_text(chapter.title)}\n"
            for chapter in chapters
        )
        return "WEBVTT\n" + "".join(cues)

    def claims(self, text: str) -> bool:
        """Whether it begins with the format's own word."""
        return text.startswith("WEBVTT")

    def read(self, text: str) -> tuple[Chapter, ...]:
        """Every cue is a chapter, nested or not; tags in titles are dropped."""
        if not self.claims(text):
            raise reading.unreadable("The file does not begin with WEBVTT.", 1)
        found: list[Found] = []
        timed: tuple[int, int] | None = None
        title: list[str] = []
        for number, line in enumerate([*reading.lines(text), ""], 1):
            if "-->" in line:
                start, _, rest = line.partition("-->")
                end = (rest.split() or [""])[0]
                timed, title = (reading.time(start, number), reading.time(end, number)), []
            elif timed and line.strip():
                title.append(line)
            elif timed:
                found.append((*timed, html.unescape(_TAG.sub("", " ".join(title)))))
                timed = None
        return reading.listed(found)


def _text(title: str) -> str:
    return html.escape(one_line(title), quote=False)
