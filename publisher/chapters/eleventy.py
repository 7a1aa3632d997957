"""Chapters as Eleventy data, with the key names that eleventy-plugin-podcaster reads from an episode's front matter.

Laid beside the episode's template as `NAME.11tydata.json`, it gives the site's own feed the chapters, the
transcript, the size and the length.
"""

from __future__ import annotations

import json

from publisher import timecode
from publisher.chapters import reading
from publisher.formats import About
from publisher.model import Chapter
from publisher.text import one_line
from publisher.timecode import SECOND


class Format:
    """Data with the key names of eleventy-plugin-podcaster; what is not known yet (size, GUID) is left out."""

    name = "eleventy"
    filename = "chapters.11tydata.json"
    mime = "application/json"
    resolution = 1
    ends = False

    def write(self, chapters: tuple[Chapter, ...], about: About) -> str:
        """The file as text; `episode.chapters` is an empty list when there are none."""
        known = {
            "url": about.audio,
            "size": about.size,
            "duration": (about.duration + SECOND // 2) // SECOND,
            "transcript": about.transcript,
        }
        rows = [
            {"startTime": timecode.seconds(chapter.start), "title": one_line(chapter.title)}
            for chapter in chapters
        ]
        data: dict[str, object] = {"guid": one_line(about.guid)} if about.guid else {}
        data["episode"] = {**{key: value for key, value in known.items() if value}, "chapters": rows}
        return json.dumps(data, ensure_ascii=False, indent=1) + "\n"

    def claims(self, text: str) -> bool:
        """Whether it is a JSON object about an episode."""
        return text.lstrip().startswith("{") and '"episode"' in text

    def read(self, text: str) -> tuple[Chapter, ...]:
        """The list `episode.chapters`."""
        data = reading.json_of(text)
        episode = data.get("episode") if isinstance(data, dict) else None
        return reading.from_rows(
            reading.rows_of(episode.get("chapters") if isinstance(episode, dict) else None)
        )
