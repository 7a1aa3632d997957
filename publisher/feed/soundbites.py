"""Soundbites: what a person chose, or the passages of the episode's own cold open, where they are said in full."""

from __future__ import annotations

import re
from dataclasses import dataclass

from publisher import timecode
from publisher.feed.item import Soundbite
from publisher.feed.moments import Moments
from publisher.model import Episode, Span, Timeline, Transcript, TypedSoundbite
from publisher.text import one_line

SHORTEST, LONGEST = 15 * timecode.SECOND, 120 * timecode.SECOND
"""As `podcast:soundbite` recommends."""

MOST = 4
"""Passages of a cold open."""

LONGEST_TITLE = 80
"""Characters; the namespace allows 128."""

_SENTENCE = re.compile(rf".{{8,{LONGEST_TITLE - 1}}}?(?:[。！？!?]|\.(?= |$))")


@dataclass(frozen=True, slots=True)
class Chosen:
    """The soundbites of an episode, and a sentence for each that a person asked for and that is left out."""

    soundbites: tuple[Soundbite, ...] = ()
    doubts: tuple[str, ...] = ()


def soundbites(episode: Episode, timeline: Timeline | None, *, threshold: float, duration: int) -> Chosen:
    """Choose passages that apps may play first: those that a person typed, else those of the cold open.

    Passages of a cold open begin where their turn does and last as long; those that a person typed by their words
    last as long as these are said. Neither lasts less than 15 s or more than 120 s. Where the time is not sure, or
    the audio ends before, there is none.

    Args:
        episode: For what a person typed, and its transcript.
        timeline: When the turns are spoken; None when nobody knows.
        threshold: A time is sure from this confidence on.
        duration: Milliseconds of the published audio.
    """
    if episode.soundbites:
        moments = Moments(episode.transcript, timeline, threshold=threshold)
        return _typed(episode.soundbites, moments, duration)
    return Chosen(_of_cold_open(timeline, episode.transcript, threshold, duration) if timeline else ())


def _typed(asked: tuple[TypedSoundbite, ...], moments: Moments, duration: int) -> Chosen:
    found, doubts = [], []
    for bite in asked:
        title = one_line(bite.title) or _title(bite.quote)
        passage = bite.span or moments.passage(bite.quote)
        if passage is None:
            doubts.append(f"Soundbite “{title}” is left out: it is not sure when these words are said.")
            continue
        span = passage if bite.span else _bounded(passage, duration)
        if span is None or span.end > duration:
            doubts.append(f"Soundbite “{title}” is left out: the audio ends before it does.")
        else:
            found.append(Soundbite(span, title))
    return Chosen(tuple(found), tuple(doubts))


def _of_cold_open(
    timeline: Timeline, transcript: Transcript, threshold: float, duration: int
) -> tuple[Soundbite, ...]:
    opening = {cold.turn for cold in timeline.cold_open}
    repeated = {turn for cold in timeline.cold_open for turn in cold.repeats} - opening
    texts = {turn.index: turn.text for turn in transcript.turns}
    found = (
        Soundbite(span, _title(texts[turn.index]))
        for turn in timeline.turns
        if turn.index in repeated
        and turn.confidence >= threshold
        and turn.span
        and (span := _bounded(turn.span, duration))
    )
    return tuple(found)[:MOST]


def _bounded(passage: Span, duration: int) -> Span | None:
    length = min(max(passage.length, SHORTEST), LONGEST, duration - passage.start)
    return Span(passage.start, passage.start + length) if length >= SHORTEST else None


def _title(text: str) -> str:
    """The first sentence, if it is short enough, else as much of it as fits."""
    line = one_line(text)
    sentence = _SENTENCE.match(line)
    if sentence:
        return sentence[0]
    return line if len(line) <= LONGEST_TITLE else line[: LONGEST_TITLE - 1].rstrip() + "…"
