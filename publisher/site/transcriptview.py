"""The transcript as the page shows it: sections of turns of paragraphs of sentences."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby

from publisher.model import Section, Transcript
from publisher.site.sentences import Sentence
from publisher.site.speakers import colours
from publisher.text import one_line
from publisher.timecode import clock, seconds


@dataclass(frozen=True, slots=True)
class Shown:
    """A sentence: `start` in seconds, None when it cannot be clicked; `offset` in its turn; `soft` in a sure turn."""

    start: float | None
    offset: int
    soft: bool
    text: str


@dataclass(frozen=True, slots=True)
class ShownTurn:
    """A turn.

    Attributes:
        index: In the transcript.
        speaker: One line; empty when nobody is named.
        colour: Number of the speaker's colour.
        start: Seconds; None when unknown.
        clock: The same as people read it; empty when unknown.
        approximate: Whether the start is not sure.
        absent: Whether it is known not to be in the audio.
        paragraphs: Its sentences.
    """

    index: int
    speaker: str
    colour: int
    start: float | None
    clock: str
    approximate: bool
    absent: bool
    paragraphs: tuple[tuple[Shown, ...], ...]


@dataclass(frozen=True, slots=True)
class ShownSection:
    """A heading and its turns."""

    title: str
    turns: tuple[ShownTurn, ...]


def sections(
    transcript: Transcript, sentences: tuple[Sentence, ...], duration: int, *, timed: bool
) -> tuple[ShownSection, ...]:
    """The transcript for the template.

    Args:
        transcript: What is spoken.
        sentences: Its sentences, in order.
        duration: Milliseconds; decides how times look.
        timed: Whether times are known at all.
    """
    of_turn = {turn: tuple(own) for turn, own in groupby(sentences, lambda sentence: sentence.turn)}
    colour = colours(transcript.speakers)

    def shown(section: Section) -> ShownSection:
        turns = tuple(
            _turn(of_turn[turn.index], colour.get(turn.speaker, 0), duration, timed=timed)
            for turn in section.turns
            if turn.index in of_turn
        )
        return ShownSection(one_line(section.title), turns)

    return tuple(map(shown, transcript.sections))


def _turn(own: tuple[Sentence, ...], colour: int, duration: int, *, timed: bool) -> ShownTurn:
    first = own[0]
    start = first.start
    paragraphs: list[list[Shown]] = [[]]
    for sentence in own:
        soft = first.sure and not sentence.sure
        begin = None if sentence.start is None else seconds(sentence.start)
        paragraphs[-1].append(Shown(begin, sentence.offset, soft, sentence.text.rstrip("\n")))
        if sentence.text.endswith("\n"):
            paragraphs.append([])
    return ShownTurn(
        index=first.turn,
        speaker=one_line(first.speaker),
        colour=colour,
        start=None if start is None else seconds(start),
        clock="" if start is None else clock(start, longest=duration),
        approximate=start is not None and not first.sure,
        absent=timed and start is None,
        paragraphs=tuple(tuple(paragraph) for paragraph in paragraphs if paragraph),
    )
