"""Sharpening a timeline that is right to a second or two, such as one from captions, by the sound around its starts."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from publisher.align.acoustic.chain import Band, Chain, chain_of
from publisher.align.acoustic.confidence import sure
from publisher.align.acoustic.features import FRAMES, POOL, RATE, listen
from publisher.align.acoustic.onsets import places_of, words_of
from publisher.align.acoustic.phones import Script, spoken_script
from publisher.align.acoustic.training import settled
from publisher.align.placing import Place
from publisher.align.timing import time_sections
from publisher.media import decode
from publisher.model import Method, Progress, Span, TimedTurn, Timeline, Transcript, silent
from publisher.timecode import SECOND

FARTHEST = 2_000
"""Milliseconds by which a start may be moved."""

AROUND = 4_000
"""Milliseconds around a known time in which the path may be."""

SURE = 0.8
"""Only a start that is found with so much confidence replaces the one that is there."""

REFINING = "Sharpening the times"


def refine(
    timeline: Timeline, transcript: Transcript, audio: Path, *, language: str, progress: Progress = silent
) -> Timeline:
    """Sharpen the starts of a timeline by the sound.

    Args:
        timeline: Right to a second or two.
        transcript: What is spoken.
        audio: The sound.
        language: BCP 47 of the talk.
        progress: Told what is being done.

    Returns:
        The same timeline; starts that the sound tells surely and that are near are moved to where it tells. Pinned
        turns and absent ones stay as they are.

    Raises:
        MissingExtraError: espeak-ng is not installed.
        MediaError: The audio cannot be decoded.
    """
    texts = [turn.text if timeline.turns[turn.index].span else "" for turn in transcript.turns]
    script, speech = spoken_script(texts, language)
    sound = listen(decode(audio, RATE))
    chain = chain_of(script)
    frames = -(-len(sound.decibels) // POOL)
    if not len(chain.turn) or frames <= chain.size:
        return timeline
    band = _band(timeline, script, chain, frames)
    found = settled(script, speech, sound, lambda share: progress(REFINING, share), band)
    words = words_of(script, found)
    turns = tuple(_moved(timeline.turns, sure(places_of(words, sound), words)))
    return replace(timeline, turns=turns, sections=time_sections(transcript, turns))


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
    import numpy as np

    starts = [turn.span.start if turn.span else -1 for turn in turns]
    better = list(starts)
    for index, place in places.items():
        near = abs(place.start - starts[index]) <= FARTHEST
        if near and place.confidence >= SURE and turns[index].method is not Method.PINNED:
            better[index] = place.start
    latest = np.maximum.accumulate(better).tolist()
    for turn, start, old in zip(turns, latest, starts, strict=True):
        if turn.span is None or start == old:
            yield turn
            continue
        is_found = start == better[turn.index]
        following = min((one for one in latest[turn.index + 1 :] if one > start), default=turn.span.end)
        span = Span(start, max(start, min(turn.span.end, following)))
        marks = tuple(mark for mark in turn.marks if mark.offset == 0 or start < mark.start <= span.end)
        marks = tuple(replace(mark, start=start) if mark.offset == 0 else mark for mark in marks)
        confidence = places[turn.index].confidence if is_found else 0.0
        yield replace(turn, span=span, confidence=confidence, method=Method.ACOUSTIC, marks=marks)
