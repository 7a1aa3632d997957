"""Chapters as Podcasting 2.0 JSON, version 1.2 (podcast namespace, jsonChapters)."""

from __future__ import annotations

import json

from publisher import timecode
from publisher.chapters import reading
from publisher.formats import About
from publisher.model import Chapter
from publisher.text import one_line


class Format:
    """Podcasting 2.0; hidden chapters (`toc: false`) are not read."""

    name = "json"
    filename = "chapters.json"
    mime = "application/json+chapters"
    resolution = 1
    ends = False

    def write(self, chapters: tuple[Chapter, ...], about: About) -> str:
        """The file as text; `chapters` is an empty list when there are none."""
        lines = ",".join(f"\n    {_chapter(chapter)}" for chapter in chapters)
        listed = f"[{lines}\n  ]" if lines else "[]"
        return (
            "{\n"
            '  "version": "1.2.0",\n'
            f'  "title": {_string(about.title)},\n'
            f'  "podcastName": {_string(about.show)},\n'
            f'  "chapters": {listed}\n'
            "}\n"
        )

    def claims(self, text: str) -> bool:
        """Whether it is a JSON object with chapters of its own."""
        return text.lstrip().startswith("{") and '"chapters"' in text and '"episode"' not in text

    def read(self, text: str) -> tuple[Chapter, ...]:
        """Chapters that are not hidden (`toc: false`)."""
        data = reading.json_of(text)
        return reading.from_rows(reading.rows_of(data.get("chapters") if isinstance(data, dict) else None))


def _chapter(chapter: Chapter) -> str:
    start = json.dumps(timecode.seconds(chapter.start))
    return f'{{"startTime": {start}, "title": {_string(chapter.title)}}}'


def _string(text: str) -> str:
    return json.dumps(one_line(text), ensure_ascii=False)
