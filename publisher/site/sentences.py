"""The sentences of an episode, each with the time at which it begins: what is clicked, found and linked."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from publisher.model import Method, TimedTurn, TimedWord, Timeline, Transcript, Turn
from publisher.transcripts.units import Break, Unit, units_of


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence of a turn, with the white space after it.

    Attributes:
        turn: Index of its turn.
        speaker: The turn's.
        offset: Of its first character in the turn's text; the sentences of a turn hold all of it.
        text: As written.
        start: Milliseconds; None when it is not in the audio, or nothing is known.
        sure: Whether the start was heard, not worked out.
    """

    turn: int
    speaker: str
    offset: int
    text: str
    start: int | None
    sure: bool


def sentences(
    transcript: Transcript,
    timeline: Timeline | None,
    words: Iterable[TimedWord],
    threshold: float,
) -> tuple[Sentence, ...]:
    """Cut an episode into sentences.

    Args:
        transcript: What is spoken.
        timeline: When; None when no times are known.
        words: The words of its turns, in order.
        threshold: The start of a turn is sure from this confidence on.
    """
    timed = {turn.index: turn for turn in timeline.turns} if timeline else {}
    by_turn = {turn: list(own) for turn, own in groupby(words, lambda word: word.turn)}
    heard = any(word.sure for own in by_turn.values() for word in own)
    units = units_of(transcript)
    found: list[Sentence] = []
    for turn in transcript.turns:
        own = by_turn.get(turn.index, [])
        pieces = _pieces(turn.text, units[turn.index])
        found += _of_turn(turn, pieces, timed.get(turn.index), own, threshold, heard=heard)
    return tuple(found)


def _of_turn(
    turn: Turn,
    pieces: Iterable[tuple[int, int]],
    timed: TimedTurn | None,
    words: list[TimedWord],
    threshold: float,
    *,
    heard: bool,
) -> Iterator[Sentence]:
    span = timed.span if timed else None
    turn_is_sure = bool(
        timed and span and timed.confidence >= threshold and timed.method is not Method.INTERPOLATED
    )
    start = span.start if span else None
    for begin, end in pieces:
        own = [word for word in words if begin <= word.offset < end]
        if own and begin and start is not None:
            start = own[0].span.start
        known = not heard or begin == 0 or any(word.sure for word in own)
        yield Sentence(turn.index, turn.speaker, begin, turn.text[begin:end], start, turn_is_sure and known)


def _pieces(text: str, found: Sequence[Unit]) -> Iterator[tuple[int, int]]:
    """Where sentences begin and end; together they hold the whole text, and none goes over a line's end."""
    begin = 0
    for place, unit in enumerate(found):
        if unit.after is Break.SENTENCE and place + 1 < len(found):
            yield begin, found[place + 1].start
            begin = found[place + 1].start
    if text:
        yield begin, len(text)
