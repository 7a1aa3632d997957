"""A draft of a transcript out of captions: paragraphs, under the headings of the chapters."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from itertools import pairwise

from publisher import timecode
from publisher.content import as_markdown
from publisher.errors import ContentError
from publisher.fetch import read_captions
from publisher.model import CaptionFile, TypedChapter
from publisher.text import display_width, is_cjk, one_line

NOTE = (
    "<!-- A draft made of captions. Listen and correct it. "
    "Write **Name**: before each paragraph at which another speaker begins. -->"
)
EMPTY_NOTE = "<!-- Write the talk here: **Name**: what the person says. Headings (###) become chapters. -->"

_NOBODY = "?"
_LONG = 600
"""Columns after which a paragraph ends at the next chance."""

_PAUSE = 1_200
_SHORT_PAUSE = 350
_SENTENCE_END = re.compile(r"[.!?。！？…][\"'”’」』）)]*$")
_VOICE = re.compile(r"^([\d:.]+)[ \t]+-->[^\n]*\n<v(?:\.[^ >\n]*)? ([^>\n]{1,60})>", re.MULTILINE)
_WIDE_SIGNS = re.compile(r"[、-〿＀-￯]")
_UNTITLED = re.compile(r"<Untitled Chapter \d+>")
_MOST_SEGMENTS = 200_000


@dataclass(frozen=True, slots=True)
class Said:
    """A piece of speech.

    Attributes:
        start: Milliseconds.
        end: Likewise.
        text: Words on one line.
        speaker: Who says it; empty when nobody knows.
    """

    start: int
    end: int
    text: str
    speaker: str = ""


def said_in(track: CaptionFile) -> tuple[Said, ...]:
    """What a caption track or a podcast transcript says; speakers only where the file names them.

    Args:
        track: json3, WebVTT, SRT, or the JSON of the podcast namespace.

    Raises:
        ContentError: It is none of these, or has no words.
    """
    if segments := _podcast_segments(track):
        return segments
    words = read_captions(track).words
    voices = _voices(track)
    return tuple(
        Said(word.span.start, word.span.end, word.text, voices.get(word.span.start, "")) for word in words
    )


def draft(pieces: Sequence[Said], chapters: Sequence[TypedChapter]) -> str:
    """The body of an episode file.

    Args:
        pieces: In order of time.
        chapters: Each becomes a heading before the first paragraph that begins in it.
    """
    headings = [chapter for chapter in chapters if not _UNTITLED.fullmatch(chapter.title)]
    if not pieces:
        blocks = [EMPTY_NOTE, *(f"### {as_markdown(chapter.title)}" for chapter in headings)]
        return "\n".join([*blocks, ""])
    blocks = [NOTE]
    waiting = list(headings)
    speaker = ""
    for paragraph in _paragraphs(pieces, [chapter.start for chapter in headings]):
        while waiting and paragraph[0].start >= waiting[0].start:
            blocks.append(f"### {as_markdown(waiting.pop(0).title)}")
            speaker = ""
        text = as_markdown(joined(piece.text for piece in paragraph))
        named = paragraph[0].speaker or (_NOBODY if speaker else "")
        blocks.append(f"**{_name(named)}**: {text}" if named and named != speaker else text)
        speaker = named
    blocks += [f"### {as_markdown(chapter.title)}" for chapter in waiting]
    return "\n\n".join(blocks) + "\n"


def joined(texts: Iterable[str]) -> str:
    """Pieces of text in a row, with a blank between them where the script wants one."""
    whole = ""
    for text in texts:
        tight = not whole or _is_wide(whole[-1]) or _is_wide(text[0])
        whole += text if tight else f" {text}"
    return whole


def _is_wide(letter: str) -> bool:
    return is_cjk(letter) or _WIDE_SIGNS.match(letter) is not None


def _paragraphs(pieces: Sequence[Said], starts: Sequence[int]) -> Iterator[list[Said]]:
    """Pieces that belong together: a chapter, another speaker, or a pause where enough was said ends them."""
    ends = {_first_at(pieces, start) for start in starts}
    paragraph = [pieces[0]]
    width = display_width(pieces[0].text)
    for index, (before, piece) in enumerate(pairwise(pieces), 1):
        if index in ends or piece.speaker != before.speaker or _ends(before, piece, width):
            yield paragraph
            paragraph, width = [], 0
        paragraph.append(piece)
        width += display_width(piece.text) + 1
    yield paragraph


def _first_at(pieces: Sequence[Said], start: int) -> int:
    return next((index for index, piece in enumerate(pieces) if piece.start >= start), len(pieces))


def _ends(before: Said, piece: Said, width: int) -> bool:
    pause = piece.start - before.end
    finished = _SENTENCE_END.search(before.text) is not None
    if width < _LONG // 4:
        return False
    if width < _LONG:
        return pause >= _PAUSE
    return finished or pause >= _SHORT_PAUSE or width >= 2 * _LONG


def _name(speaker: str) -> str:
    """A name as the transcript's grammar takes it."""
    return one_line(re.sub(r"[*_\\:：]", " ", speaker))[:60].strip() or _NOBODY


def _voices(track: CaptionFile) -> dict[int, str]:
    """Who speaks from which time on, as WebVTT's voice tags tell."""
    text = track.path.read_text(encoding="utf-8-sig", errors="replace")
    if not text.startswith("WEBVTT"):
        return {}
    named: dict[int, str] = {}
    for stamp, name in _VOICE.findall(text.replace("\r\n", "\n")):
        with suppress(ValueError):
            named[timecode.parse(stamp)] = one_line(html.unescape(name))
    return named


def _podcast_segments(track: CaptionFile) -> tuple[Said, ...]:
    """The segments of a JSON transcript (podcast namespace); none when the file is another one."""
    try:
        data = json.loads(track.path.read_text(encoding="utf-8-sig"))
    except (OSError, ValueError, RecursionError):
        return ()
    rows = data.get("segments") if isinstance(data, dict) else None
    if not isinstance(rows, list):
        return ()
    try:
        found = [_segment(row) for row in rows[:_MOST_SEGMENTS] if one_line(str(row["body"]))]
    except (KeyError, TypeError, ValueError, OverflowError):
        raise ContentError("The transcript has a segment without a time or a text.") from None
    return tuple(sorted(found, key=lambda piece: piece.start))


def _segment(row: dict[str, object]) -> Said:
    start, end = (timecode.from_seconds(float(str(row[name]))) for name in ("startTime", "endTime"))
    return Said(start, max(start, end), one_line(str(row["body"])), one_line(str(row.get("speaker") or "")))
