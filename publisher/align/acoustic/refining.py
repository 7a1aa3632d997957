"""Sharpening a timeline that is right to a second or two, such as one from captions, by the sound around its starts."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from importlib.util import find_spec
from itertools import pairwise
from pathlib import Path

from publisher.align.acoustic.chain import Band, Chain
from publisher.align.acoustic.confidence import sure
from publisher.align.acoustic.evidence import MOST_UNSPOKEN
from publisher.align.acoustic.features import FRAMES, POOL, listen, told
from publisher.align.acoustic.letters import heard_letters
from publisher.align.acoustic.onsets import places_of, words_of
from publisher.align.acoustic.phones import VOICES, Script, spoken_script
from publisher.align.acoustic.processors import plain_products
from publisher.align.acoustic.rounds import Rounds
from publisher.align.acoustic.speakers import told_apart
from publisher.align.acoustic.training import sharpened
from publisher.align.placing import Place
from publisher.align.timing import time_sections
from publisher.align.words import timed_words, with_better
from publisher.errors import AlignmentError
from publisher.model import Method, Progress, Span, TimedTurn, Timeline, Transcript, silent
from publisher.timecode import SECOND
from publisher.tongues import language_of, share_unspoken

FARTHEST = 2_000
"""Milliseconds by which a start may be moved that is not unsure."""

AROUND = 12_000
"""Milliseconds around a known time in which the path may be."""

SURE, UNSURE = 0.75, 0.5
"""Only a start that is found with so much confidence replaces the one that is there."""

REFINING = "Sharpening the times"


def can_refine() -> bool:
    """Whether espeak-ng is installed."""
    return find_spec("espeakng_loader") is not None


@plain_products
def refine(
    timeline: Timeline,
    transcript: Transcript,
    audio: Path,
    *,
    languages: Sequence[str],
    progress: Progress = silent,
) -> Timeline:
    """Sharpen the starts of a timeline by the sound.

    Args:
        timeline: Right to a second or two.
        transcript: What is spoken.
        audio: The sound.
        languages: BCP 47 of the talk, the main one first; empty when unknown.
        progress: Told what is being done.

    Returns:
        The same timeline; starts that the sound tells surely and that are near are moved to where it tells. Pinned
        turns and absent ones stay as they are. Words are timed by the sound in the turns in which most of them are
        heard.

    Raises:
        MissingExtraError: espeak-ng is not installed.
        MediaError: The audio cannot be decoded.
    """
    languages = languages or (language_of("".join(turn.text for turn in transcript.turns)),)
    texts = [turn.text if timeline.turns[turn.index].span else "" for turn in transcript.turns]
    if share_unspoken(texts, languages) > MOST_UNSPOKEN:
        return timeline
    with ThreadPoolExecutor(1) as beside:
        said = beside.submit(spoken_script, texts, languages, VOICES[:1])
        sound = listen(told(audio, timeline.duration, progress))
        script, speech = said.result()
    rounds = Rounds(script, speech, sound)
    if not len(rounds.chain.turn):
        return timeline
    band = _band(timeline, script, rounds.chain, len(rounds.frames))
    try:
        found = sharpened(rounds, band, lambda share: progress(REFINING, share))
    except AlignmentError:
        return timeline
    words = words_of(script, found)
    speakers = [turn.speaker for turn in transcript.turns]
    places = sure(told_apart(places_of(words, sound), words, sound, speakers), words)
    turns = tuple(_moved(timeline.turns, places))
    spoken = timed_words(transcript, turns, heard_letters(transcript, script, words))
    return replace(
        timeline,
        turns=turns,
        sections=time_sections(transcript, turns),
        words=with_better(timeline.words, spoken, turns),
    )


def _band(timeline: Timeline, script: Script, chain: Chain, frames: int) -> Band:
    """The states that are spoken, by the timeline, around each moment."""
    import numpy as np

    times, states = [0], [0]
    for number, index in enumerate(chain.turn.tolist()):
        turn = timeline.turns[index]
        low, high = int(script.bounds[index]), int(script.bounds[index + 1])
        span = turn.span or Span(times[-1], times[-1])
        knots = [(span.start, int(chain.first[number])), (span.end, int(chain.first[number + 1]) - 1)]
        for mark in turn.marks:
            phone = low + int(np.searchsorted(script.offset[low:high], mark.offset))
            if low < phone < high:
                knots.append((mark.start, int(np.searchsorted(chain.phone, phone))))
        for time, state in sorted(knots):
            times.append(max(times[-1], time))
            states.append(max(states[-1], state))
    middles = np.arange(frames) * SECOND * POOL // FRAMES
    low_states = np.interp(middles - AROUND, times, states).astype(np.int64)
    high_states = np.interp(middles + AROUND, times, states).astype(np.int64) + 2
    low_states[middles < AROUND] = 0
    high_states[middles > middles[-1] - AROUND] = chain.size
    return Band(low_states, np.minimum(high_states, chain.size))


def _moved(turns: tuple[TimedTurn, ...], places: dict[int, Place]) -> Iterator[TimedTurn]:
    """The turns with their new starts, in order, each ending before the next begins."""
    found = _better(turns, places)
    starts = {turn.index: turn.span.start for turn in turns if turn.span} | found
    following: dict[int, int] = {}
    after = max((turn.span.end for turn in turns if turn.span), default=0)
    for index in sorted(starts, reverse=True):
        following[index], after = after, starts[index]
    for turn in turns:
        if turn.span is None or (turn.index not in found and turn.span.end <= following[turn.index]):
            yield turn
            continue
        start = starts[turn.index]
        span = Span(start, max(start, min(turn.span.end, following[turn.index])))
        if turn.index not in found:
            yield replace(turn, span=span)
            continue
        marks = tuple(mark for mark in turn.marks if mark.offset == 0 or start < mark.start <= span.end)
        marks = tuple(replace(mark, start=start) if mark.offset == 0 else mark for mark in marks)
        confidence = round(places[turn.index].confidence, 3)
        yield replace(turn, span=span, confidence=confidence, method=Method.ACOUSTIC, marks=marks)


def _better(turns: tuple[TimedTurn, ...], places: dict[int, Place]) -> dict[int, int]:
    """The starts that the sound tells surely; none of them passes another start, found or old."""
    old = {turn.index: turn.span.start for turn in turns if turn.span}
    found = {
        index: place.start
        for index, place in places.items()
        if place.start != old[index] and _is_better(place, turns[index])
    }
    while True:
        starts = sorted((old | found).items())
        crossing = {
            index
            for (one, sooner), (two, later) in pairwise(starts)
            if sooner > later
            for index in (one, two)
        } & found.keys()
        if not crossing:
            return found
        found = {index: start for index, start in found.items() if index not in crossing}


def _is_better(place: Place, turn: TimedTurn) -> bool:
    if turn.span is None or turn.method is Method.PINNED or place.confidence < SURE:
        return False
    return turn.confidence < UNSURE or abs(place.start - turn.span.start) <= FARTHEST
