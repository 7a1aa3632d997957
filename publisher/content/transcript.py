"""The transcript grammar: headings, speakers, turns.

A heading begins a section. `**Name**: text` begins a turn (`**Name:** text` and, in files without bold names,
plain `Name: text` too); the paragraphs after it continue it. Markup is removed from what is said; tables,
pictures and rules are not speech.
"""

from __future__ import annotations

import html
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

from publisher import timecode
from publisher.model import Section, Span, Transcript, Turn

_COLON = "[:：]"
_TIME = r"\d{1,3}:\d{2}(?::\d{2})?(?:[.,]\d{1,3})?"
_STAMP = rf"[\[(（【]\s*(?P<from>{_TIME})(?:\s*(?:-|–|—|~|～|-->|至|到)\s*(?P<to>{_TIME}))?\s*[\])）】]"
_HEADING = re.compile(r" {0,3}(#{1,6})(?:\s+(.*?))?(?:\s+#+)?\s*$")
_BOLD_SPEAKER = re.compile(
    rf"\s{{0,3}}(?:{_STAMP.replace('from', 'f1').replace('to', 't1')}\s*)?"
    rf"(?:\*\*|__)\s*(?P<name>[^*_\n]{{1,60}}?)\s*(?:(?P<inside>{_COLON})\s*(?:\*\*|__)\s*{_COLON}?|(?:\*\*|__)\s*"
    rf"(?:{_STAMP.replace('from', 'f2').replace('to', 't2')}\s*)?{_COLON})\s*"
    rf"(?:{_STAMP.replace('from', 'f3').replace('to', 't3')}\s*)?(?P<text>.*)$",
    re.DOTALL,
)
_PLAIN_SPEAKER = re.compile(
    rf"\s{{0,3}}(?:{_STAMP.replace('from', 'f1').replace('to', 't1')}\s*)?"
    rf"(?P<name>[^\s:：，。！？；、,.!?;\"“”‘’<>|\[\]()（）/][^:：，。！？；、,!?;\"“”<>|\[\]\n/]{{0,23}}?)\s*"
    rf"(?:{_STAMP.replace('from', 'f2').replace('to', 't2')}\s*)?{_COLON}(?!//)\s*"
    rf"(?:{_STAMP.replace('from', 'f3').replace('to', 't3')}\s*)?(?P<text>.*)$",
    re.DOTALL,
)
_LEADING_STAMP = re.compile(rf"\s{{0,3}}{_STAMP}\s*(?P<text>.*)$", re.DOTALL)
_TABLE_ROW = re.compile(r"^\s*\|.*\|\s*$")
_RULE = re.compile(r"^\s{0,3}(?:([-*_])\s*)(?:\1\s*){2,}$")
_FENCE = re.compile(r"^\s{0,3}(?:```|~~~)")
_COMMENT = re.compile(r"(?<!\\)<!--.*?(?:-->|\Z)", re.DOTALL)
_HIDDEN = re.compile(r"(?<!\\)<(script|style)\b.*?(?:</\1\s*>|\Z)", re.DOTALL | re.IGNORECASE)
_TAG = re.compile(r"</?[A-Za-z][^<>\n]{0,400}>")
_IMAGE = re.compile(r"!\[[^\]\n]{0,500}\]\([^)\n]{0,2000}\)")
_LINK = re.compile(r"\[([^\]\n]{1,500})\]\((?:[^)\n]{0,2000})\)")
_AUTOLINK = re.compile(r"<(https?://[^<>\s]+)>")
_EMPHASIS = re.compile(r"(\*{1,3})(?=\S)(.{1,500}?)(?<=\S)\1", re.DOTALL)
_CODE = re.compile(r"`{1,8}([^`\n]{1,2000})`{1,8}")
_BLOCK_MARK = re.compile(r"^\s{0,3}(?:>\s?|[-+*]\s+|\d{1,3}[.)]\s+)+", re.MULTILINE)
_ESCAPE = re.compile(r"\\([!-/:-@\[-`{-~])")
_PRIVATE = 0xF700
_SET_ASIDE = re.compile("[\uf721-\uf77e]")

MIN_REPEATS = 2
"""A plain `Name:` is a speaker only if it opens at least so many paragraphs."""


def parse(body: str, first_line: int = 1) -> Transcript:
    """Read the body of an episode file.

    Args:
        body: Markdown with plain newlines.
        first_line: Line number of its first line in the file.

    Returns:
        The transcript; empty sections are kept, text before the first heading is a section without a title.
        A body without words gives a transcript without turns.
    """
    blocks = list(_blocks(_blanked(body), first_line))
    level = _section_level(blocks)
    speakers = _Speakers(blocks)
    builder = _Builder(one_turn_a_paragraph=not speakers.any)
    for block in blocks:
        if block.level:
            if block.level <= level:
                builder.open_section(plain(block.text), block.line)
            else:
                builder.end_turn()
        else:
            for piece in speakers.pieces(block):
                builder.add(piece)
    return Transcript(builder.sections())


def plain(markdown: str) -> str:
    """The words of a piece of Markdown, without its marks."""
    text = _AUTOLINK.sub(r"\1", _ESCAPE.sub(_set_aside, markdown))
    text = _LINK.sub(r"\1", _IMAGE.sub("", text))
    text = _CODE.sub(r"\1", _TAG.sub("", text))
    text = _BLOCK_MARK.sub("", text)
    text = _EMPHASIS.sub(r"\2", text)
    text = _EMPHASIS.sub(r"\2", text).replace("**", "")
    text = _SET_ASIDE.sub(_bring_back, html.unescape(text))
    return "\n".join(line for line in (" ".join(part.split()) for part in text.split("\n")) if line)


def _set_aside(escaped: re.Match[str]) -> str:
    """An escaped sign as a private character, so that it is not taken for markup."""
    return chr(_PRIVATE + ord(escaped[1]))


def _bring_back(private: re.Match[str]) -> str:
    return chr(ord(private[0]) - _PRIVATE)


# -- blocks -------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Block:
    """A heading (`level` 1 to 6) or a paragraph (`level` 0)."""

    level: int
    text: str
    line: int


def _blanked(body: str) -> str:
    """The body with comments, scripts and styles gone; the line count stays."""

    def newlines(found: re.Match[str]) -> str:
        return "\n" * found[0].count("\n")

    return _HIDDEN.sub(newlines, _COMMENT.sub(newlines, body))


def _blocks(body: str, first_line: int) -> Iterator[_Block]:
    paragraph: list[str] = []
    start = first_line

    def flush() -> Iterator[_Block]:
        if paragraph:
            yield _Block(0, "\n".join(paragraph), start)
            paragraph.clear()

    for number, line in enumerate(body.split("\n"), first_line):
        heading = _HEADING.match(line)
        if heading:
            yield from flush()
            yield _Block(len(heading[1]), heading[2] or "", number)
        elif not line.strip() or _RULE.match(line) or _FENCE.match(line) or _TABLE_ROW.match(line):
            yield from flush()
        else:
            if not paragraph:
                start = number
            paragraph.append(line)
    yield from flush()


def _section_level(blocks: list[_Block]) -> int:
    """The heading level that cuts the talk into sections: the highest one that is there more than once.

    A single heading above it that stands before any text is the title of the page and no section.
    """
    counts = Counter(block.level for block in blocks if block.level)
    if not counts:
        return 0
    repeated = [level for level, count in counts.items() if count > 1]
    return min(repeated) if repeated else max(counts)


# -- speakers -----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Piece:
    """A paragraph: its speaker ("" when it names none), its own times, its words, and where it stands."""

    speaker: str
    hint: Span | None
    text: str
    line: int


class _Speakers:
    """Knows how this file writes its speakers."""

    def __init__(self, blocks: list[_Block]) -> None:
        lines = [line for block in blocks if not block.level for line in block.text.split("\n")]
        self._bold = any(_BOLD_SPEAKER.match(line) for line in lines)
        self._plain = set() if self._bold else _plain_names(lines)
        self.any = self._bold or bool(self._plain)

    def pieces(self, block: _Block) -> Iterator[_Piece]:
        """Cut a paragraph where a line names a speaker; take names and times off."""
        waiting: list[str] = []
        start = block.line
        for number, line in enumerate(block.text.split("\n"), block.line):
            if waiting and self._opening(line):
                yield self._piece("\n".join(waiting), start)
                waiting, start = [], number
            waiting.append(line)
        yield self._piece("\n".join(waiting), start)

    def _opening(self, text: str) -> re.Match[str] | None:
        if bold := _BOLD_SPEAKER.match(text):
            return bold
        named = _PLAIN_SPEAKER.match(text) if self._plain else None
        return named if named and named["name"].strip() in self._plain else None

    def _piece(self, text: str, line: int) -> _Piece:
        if opening := self._opening(text):
            stamps = ((opening[f"f{n}"], opening[f"t{n}"]) for n in (1, 2, 3))
            hint = next((_span(start, end) for start, end in stamps if start), None)
            return _Piece(plain(opening["name"]), hint, opening["text"], line)
        if stamped := _LEADING_STAMP.match(text):
            return _Piece("", _span(stamped["from"], stamped["to"]), stamped["text"], line)
        return _Piece("", None, text, line)


def _plain_names(lines: list[str]) -> set[str]:
    """Names before a colon that are speakers: they come again, or most lines begin with one."""
    found = [match["name"].strip() for line in lines if (match := _PLAIN_SPEAKER.match(line))]
    names = {name for name, count in Counter(found).items() if count >= MIN_REPEATS}
    return set(found) if names and len(found) > len(lines) / 2 else names


def _span(start: str, end: str | None) -> Span | None:
    try:
        first = timecode.parse(start)
        last = timecode.parse(end) if end else first
    except ValueError:
        return None
    return Span(first, last) if last >= first else None


# -- sections -----------------------------------------------------------------------------------------


@dataclass(slots=True)
class _OpenTurn:
    speaker: str
    hint: Span | None
    line: int
    paragraphs: list[str]


@dataclass(slots=True)
class _OpenSection:
    title: str
    line: int
    turns: list[_OpenTurn] = field(default_factory=list)


class _Builder:
    """Collects turns into sections as the blocks come by."""

    def __init__(self, *, one_turn_a_paragraph: bool) -> None:
        self._sections: list[_OpenSection] = []
        self._one_turn_a_paragraph = one_turn_a_paragraph
        self._turn_is_open = False

    def open_section(self, title: str, line: int) -> None:
        self._sections.append(_OpenSection(title, line))
        self._turn_is_open = False

    def end_turn(self) -> None:
        """A heading inside a section: what follows without a speaker is a turn of its own."""
        self._turn_is_open = False

    def add(self, piece: _Piece) -> None:
        if not self._sections:
            self._sections.append(_OpenSection("", piece.line))
        turns = self._sections[-1].turns
        continues = self._turn_is_open and not piece.speaker and piece.hint is None
        if continues and not self._one_turn_a_paragraph:
            turns[-1].paragraphs.append(piece.text)
            return
        turns.append(_OpenTurn(piece.speaker, piece.hint, piece.line, [piece.text]))
        self._turn_is_open = True

    def sections(self) -> tuple[Section, ...]:
        """The sections, without wordless paragraphs and without a page title that has no text under it."""
        done: list[Section] = []
        index = 0
        for position, section in enumerate(self._sections):
            turns: list[Turn] = []
            for turn in section.turns:
                words = plain("\n".join(turn.paragraphs))
                if not turn.speaker and not any(letter.isalnum() for letter in words):
                    continue
                markdown = "\n\n".join(turn.paragraphs).strip()
                turns.append(Turn(index + len(turns), turn.speaker, words, markdown, turn.line, turn.hint))
            index += len(turns)
            page_title = not turns and position == 0 and len(self._sections) > 1
            if turns or (section.title and not page_title):
                done.append(Section(section.title, section.line, tuple(turns)))
        return tuple(done)
