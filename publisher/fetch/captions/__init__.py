"""Caption tracks → timed words. One small file a format; the format is found from the content."""

from __future__ import annotations

import codecs
import re
from collections.abc import Callable, Sequence

from publisher.errors import ContentError, Place
from publisher.fetch.captions import json3, srt, webvtt
from publisher.fetch.captions.lines import Line, Unreadable, words_of
from publisher.model import CaptionFile, Captions

__all__ = ["read_captions"]

_MOST_BYTES = 50_000_000
_SRT_START = re.compile(r"\d+[ \t]*\n[ \t]*\d+:\d+:\d+[,.]\d+[ \t]*-->")

_Parser = Callable[[str], tuple[Sequence[Line], bool]]


def read_captions(file: CaptionFile) -> Captions:
    """Read json3, WebVTT or SRT, in UTF-8 or UTF-16.

    Music tags, `>>`, voices and markup are dropped; white space is single blanks. A word ends where the
    next begins, or where its line ends or the next line begins.

    Raises:
        ContentError: The file cannot be read, is none of these formats, has times that go back, are
            negative or beyond all reason, or has no words.
    """
    try:
        text = _decoded(_bytes(file))
        lines, exact = _parser(text)(text)
        words = words_of(lines)
    except Unreadable as fault:
        raise ContentError(
            f"The captions {fault}.",
            place=Place(str(file.path)),
            remedy="Fetch them again, or give json3, WebVTT or SRT with `captions:` in the front matter.",
        ) from fault
    return Captions(words=words, kind=file.kind, language=file.language, exact=exact)


def _bytes(file: CaptionFile) -> bytes:
    try:
        if file.path.stat().st_size > _MOST_BYTES:
            raise Unreadable(f"are larger than {_MOST_BYTES // 1_000_000} MB")
        return file.path.read_bytes()
    except OSError as error:
        raise Unreadable(f"cannot be read ({error.strerror or error})") from error


def _decoded(data: bytes) -> str:
    wide = data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    try:
        text = data.decode("utf-16" if wide else "utf-8-sig")
    except UnicodeDecodeError as error:
        raise Unreadable("are neither UTF-8 nor UTF-16 text") from error
    return text.replace("\r\n", "\n").replace("\r", "\n").strip()


def _parser(text: str) -> _Parser:
    if text.startswith("{"):
        return json3.parse
    if text.startswith("WEBVTT"):
        return webvtt.parse
    if _SRT_START.match(text):
        return srt.parse
    if not text:
        raise Unreadable("have no words")
    raise Unreadable("are neither json3, WebVTT nor SRT")
