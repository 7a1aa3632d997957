"""Soundbites: the passages that an episode's own cold open is made of, where they are said in full."""

from __future__ import annotations

import re

from publisher import timecode
from publisher.feed.item import Soundbite
from publisher.model import Span, TimedTurn, Timeline, Transcript
from publisher.text import one_line

SHORTEST, LONGEST = 15 * timecode.SECOND, 120 * timecode.SECOND
"""As `podcast:soundbite` recommends."""

MOST = 4

LONGEST_TITLE = 80
"""Characters; the namespace allows 128."""

_SENTENCE = re.compile(rf".{{8,{LONGEST_TITLE - 1}}}?(?:[。！？!?]|\.(?= |$))")


def soundbites(
    timeline: Timeline, transcript: Transcript, *, threshold: float, duration: int
) -> tuple[Soundbite, ...]:
    """The turns that the cold open repeats, in order.

    Each begins where its turn does and lasts as long, but not less than 15 s and not more than 120 s. A turn whose
    start is not sure, or that begins too late for 15 s, gives none.

    Args:
        timeline: When the turns are spoken.
        transcript: Their text; a soundbite is called by the beginning of its turn.
        threshold: A start is sure from this confidence on.
        duration: Milliseconds of the published audio.
    """
    opening = {cold.turn for cold in timeline.cold_open}
    repeated = {turn for cold in timeline.cold_open for turn in cold.repeats} - opening
    texts = {turn.index: turn.text for turn in transcript.turns}
    found = (
        Soundbite(span, _title(texts[turn.index]))
        for turn in timeline.turns
        if turn.index in repeated and turn.confidence >= threshold and (span := _span(turn, duration))
    )
    return tuple(found)[:MOST]


def _span(turn: TimedTurn, duration: int) -> Span | None:
    if turn.span is None:
        return None
    length = min(max(turn.span.length, SHORTEST), LONGEST, duration - turn.span.start)
    return Span(turn.span.start, turn.span.start + length) if length >= SHORTEST else None


def _title(text: str) -> str:
    """The first sentence, if it is short enough, else as much of it as fits."""
    line = one_line(text)
    sentence = _SENTENCE.match(line)
    if sentence:
        return sentence[0]
    return line if len(line) <= LONGEST_TITLE else line[: LONGEST_TITLE - 1].rstrip() + "…"
