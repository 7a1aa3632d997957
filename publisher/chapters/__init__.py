"""Chapters: one for each section whose time is sure, written in every format that a reader asks for.

To add a format: a file beside this one with a class that has the members of `ChapterFormat`, and its line in
`FORMATS`. The contract tests then run over it.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import PurePath
from types import MappingProxyType

from publisher.chapters import (
    audacity,
    cue,
    daw_csv,
    description,
    eleventy,
    ffmetadata,
    matroska,
    ogm,
    podcast_json,
    psc,
    webvtt,
)
from publisher.chapters.chapterformat import ChapterFormat
from publisher.chapters.derive import derive
from publisher.errors import ContentError, Place
from publisher.formats import About
from publisher.model import Chapter

__all__ = ["FORMATS", "PUBLISHED", "About", "ChapterFormat", "derive", "read_chapters"]

_ALL: tuple[ChapterFormat, ...] = (
    webvtt.Format(),
    podcast_json.Format(),
    psc.Format(),
    ffmetadata.Format(),
    matroska.Format(),
    ogm.Format(),
    cue.Format(),
    audacity.Format(),
    daw_csv.Format(),
    eleventy.Format(),
    description.YOUTUBE,
    description.SPOTIFY,
    description.APPLE,
)

FORMATS: Mapping[str, ChapterFormat] = MappingProxyType({each.name: each for each in _ALL})
"""Every chapter format by its name; the first that claims a text reads it."""

MOST_BYTES = 8_000_000
"""Bytes of a chapter file; a list of a thousand chapters has a hundredth of that."""

PUBLISHED = ("vtt", "json", "psc", "youtube", "ffmetadata", "matroska", "eleventy")
"""The formats that lie in every episode's folder; the others are made when they are asked for."""


def read_chapters(content: bytes, name: str) -> tuple[Chapter, ...]:
    """Read a chapter file of any format and origin.

    What is in it decides the format; where no format claims it, the name's ending does.

    Args:
        content: The file.
        name: What the person calls it.

    Raises:
        ContentError: It is no chapter file, or a faulty one.
    """
    if len(content) > MOST_BYTES:
        raise ContentError("The file is over 8 MB; that is no list of chapters.", place=Place(name))
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise ContentError("The file is not UTF-8.", place=Place(name), remedy="Save it as UTF-8.") from None
    ending = "".join(PurePath(name).suffixes).lower()
    by_name = (each for each in _ALL if ending and each.filename.endswith(ending))
    reader = next((each for each in _ALL if each.claims(text)), None) or next(by_name, None)
    if reader is None:
        raise ContentError(
            "The file is in no chapter format that publish knows.",
            place=Place(name),
            remedy=f"It reads {', '.join(FORMATS)}.",
        )
    try:
        return reader.read(text)
    except ContentError as error:
        error.place = Place(name, error.place.line if error.place else None)
        raise
