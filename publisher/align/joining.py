"""Joining by text: the author's words at the times at which somebody or something heard them."""

from __future__ import annotations

from publisher.align.coldopen import cold_open
from publisher.align.comparing import compare
from publisher.align.engine import Evidence
from publisher.align.matching import Matches, pace_of
from publisher.align.pins import in_order, pinned
from publisher.align.placing import Placing
from publisher.align.plausible import plausible
from publisher.align.sequences import AuthorText, HeardText
from publisher.align.snapping import snap, unconfirmed
from publisher.align.timing import time_sections, time_turns
from publisher.align.words import matched_letters, timed_words
from publisher.errors import AlignmentError
from publisher.model import Captions, Method, Timeline, Transcript
from publisher.timecode import clock

MIN_COVERAGE = 0.2
"""Of the heard characters that lie inside the talk, so large a share must match; strangers' captions give under 5 %."""

OVERRUN = 1.05
"""Captions may end so much later than the audio; beyond that they belong to something else."""

OVERRUN_MS = 10_000


def join(
    transcript: Transcript, captions: Captions, evidence: Evidence, *, engine: str, method: Method
) -> Timeline:
    """Give the author's words the times at which they were heard.

    Args:
        transcript: The author's words.
        captions: What was heard, with times.
        evidence: Length and sound of the audio.
        engine: Who asks.
        method: What a time that was found in `captions` is called.

    Raises:
        AlignmentError: The captions are not of this talk.
    """
    _check_length(captions, evidence.duration)
    pins = in_order(evidence.pins, evidence.duration)
    compared = compare(transcript, captions, pins)
    author, heard, matches = compared.author, compared.heard, compared.matches
    _check_coverage(author, heard, matches)
    pace = pace_of(matches, heard)
    matches = plausible(matches, heard, pace)
    placing = Placing(author, heard, matches, pace=pace, duration=evidence.duration, method=method)
    places = placing.places()
    places = snap(places, evidence.audio) if evidence.audio else unconfirmed(places)
    places = pinned(places, pins)
    turns = time_turns(transcript, author, placing, places, duration=evidence.duration)
    sections = time_sections(transcript, turns)
    words = timed_words(transcript, turns, matched_letters(author, heard, matches))
    return Timeline(engine, evidence.duration, sections, turns, cold_open(transcript), words)


def _check_length(captions: Captions, duration: int) -> None:
    last = captions.words[-1].span.start if captions.words else 0
    if last > duration * OVERRUN + OVERRUN_MS:
        raise AlignmentError(
            f"The captions run to {clock(last)}, the audio only to {clock(duration)}.",
            remedy="They belong to another recording; give the captions of this one.",
        )


def _check_coverage(author: AuthorText, heard: HeardText, matches: Matches) -> None:
    if not author.text:
        raise AlignmentError("The transcript has no words.", remedy="Write the talk below the front matter.")
    shorter = min(len(author.text), len(heard.text))
    coverage = len(matches.author) / shorter if shorter else 0.0
    if coverage < MIN_COVERAGE:
        raise AlignmentError(
            f"Only {coverage:.0%} of the words in captions and transcript are the same.",
            remedy="The captions are of another recording or in another language; give the right ones.",
        )
