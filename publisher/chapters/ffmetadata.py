"""Chapters as ffmpeg's metadata file: `ffmpeg -i audio -i chapters.ffmetadata -map_chapters 1 …`."""

from __future__ import annotations

import re

from publisher.chapters import reading
from publisher.chapters.reading import Found
from publisher.formats import About
from publisher.model import Chapter
from publisher.text import one_line
from publisher.timecode import SECOND

_SPECIAL = re.compile(r"([=;#\\\n])")
_ESCAPED = re.compile(r"\\(.)")
_PAIR = re.compile(r"((?:[^=\\]|\\.)*)=(.*)")
_NANOSECONDS = ("1", "1000000000")


class Format:
    """`ffmpeg -i AUDIO -i chapters.ffmetadata -map_chapters 1 -c copy OUT`."""

    name = "ffmetadata"
    filename = "chapters.ffmetadata"
    mime = "text/plain"
    resolution = 1
    ends = True

    def write(self, chapters: tuple[Chapter, ...], about: About) -> str:
        """The file as text; the episode's title even when there are no chapters."""
        blocks = (
            f"[CHAPTER]\nTIMEBASE=1/{SECOND}\nSTART={chapter.start}\nEND={chapter.end}\ntitle={_text(chapter.title)}\n"
            for chapter in chapters
        )
        return f";FFMETADATA1\ntitle={_text(about.title)}\n{''.join(blocks)}"

    def claims(self, text: str) -> bool:
        """Whether it begins with the format's own word."""
        return text.startswith(";FFMETADATA")

    def read(self, text: str) -> tuple[Chapter, ...]:
        """All `[CHAPTER]` blocks, in their own time base."""
        if not self.claims(text):
            raise reading.unreadable("The file does not begin with ;FFMETADATA.", 1)
        found: list[Found] = []
        block: dict[str, str] | None = None
        for number, line in enumerate([*reading.lines(text), "[END]"], 1):
            if line.startswith("["):
                if block is not None:
                    found.append(_chapter(block, number - 1))
                block = {} if line.strip() == "[CHAPTER]" else None
            elif block is not None and (pair := _PAIR.fullmatch(line)) and line[0] not in ";#":
                block[pair[1]] = _ESCAPED.sub(r"\1", pair[2])
        return reading.listed(found)


def _chapter(block: dict[str, str], line: int) -> Found:
    parts = block["TIMEBASE"].partition("/")[::2] if "TIMEBASE" in block else _NANOSECONDS
    numerator, denominator = (reading.whole(part, line) for part in parts)
    if not denominator:
        raise reading.unreadable("A time base divides by zero.", line)

    def time(key: str) -> int:
        units = reading.whole(block.get(key, ""), line)
        return reading.bounded(units * numerator * SECOND // denominator, line)

    return time("START"), time("END") if "END" in block else None, block.get("title", "")


def _text(title: str) -> str:
    return _SPECIAL.sub(r"\\\1", one_line(title))
