"""The plug-point for transcript formats, and what they share."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Protocol

from publisher.formats import About
from publisher.model import Cue
from publisher.text import is_cjk, one_line

PASSAGE = 30_000
"""Milliseconds after which a passage ends with the sentence, so that a long turn is several paragraphs."""

_FULL_WIDTH = ("\u3000", "\u303f"), ("\uff00", "\uffef")
_SENTENCE_ENDS = tuple('。！？.!?…”"')


class TranscriptWriter(Protocol):
    """Writes cues in one format.

    Attributes:
        name: What people call the format; the key in the registry.
        filename: What the file is called in the episode's folder.
        mime: As a server should say it.
        captions: Whether it is made to be shown while the audio plays.
    """

    name: str
    filename: str
    mime: str
    captions: bool

    def write(self, cues: tuple[Cue, ...], about: About) -> str:
        """The file as text.

        Args:
            cues: Strictly ascending and disjoint, as `cues` gives them; speakers and text may be anything.
            about: The episode.
        """
        ...


def lines(cue: Cue) -> list[str]:
    """The lines of a cue's text that have something on them, without control characters."""
    return [line for line in map(one_line, cue.text.split("\n")) if line]


def line_of(cue: Cue) -> str:
    """A cue's text on one line; where Chinese was broken there is no blank."""
    return _joined(lines(cue))


@dataclass(frozen=True, slots=True)
class Passage:
    """What one speaker says without a break, at most about half a minute of it."""

    speaker: str
    start: int
    text: str


def passages(cues: Iterable[Cue]) -> list[Passage]:
    """Cues joined to paragraphs: a new one where another speaks, or where a sentence ends after half a minute."""
    found: list[Passage] = []
    for cue in cues:
        text, speaker = line_of(cue), one_line(cue.speaker)
        if not text:
            continue
        last = found[-1] if found else None
        if last and last.speaker == speaker and not _is_long(last, cue):
            found[-1] = replace(last, text=_joined([last.text, text]))
        else:
            found.append(Passage(speaker, cue.span.start, text))
    return found


def _is_long(passage: Passage, following: Cue) -> bool:
    return following.span.start - passage.start >= PASSAGE and passage.text.endswith(_SENTENCE_ENDS)


def _joined(parts: list[str]) -> str:
    whole = ""
    for part in parts:
        tight = not whole or _is_wide(whole[-1]) or _is_wide(part[0])
        whole += part if tight else f" {part}"
    return whole


def _is_wide(letter: str) -> bool:
    return is_cjk(letter) or any(first <= letter <= last for first, last in _FULL_WIDTH)
