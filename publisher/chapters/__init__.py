"""Chapters: one for each section whose time is sure, written in every format that a reader asks for.

To add a format: a file beside this one with a class that has the four members of `ChapterWriter`, and its
line in `WRITERS`. The contract test then runs over it.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from publisher.chapters import podcast_json, webvtt, youtube
from publisher.chapters.derive import derive
from publisher.chapters.writer import ChapterWriter
from publisher.formats import About

__all__ = ["WRITERS", "About", "ChapterWriter", "derive"]

_ALL: tuple[ChapterWriter, ...] = (
    webvtt.Writer(),
    podcast_json.Writer(),
    youtube.Writer(),
)

WRITERS: Mapping[str, ChapterWriter] = MappingProxyType({writer.name: writer for writer in _ALL})
"""Every chapter format by its name."""
