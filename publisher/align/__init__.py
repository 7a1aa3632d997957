"""Transcript + what was heard → `Timeline`. Each engine is an `Aligner`; `align` chooses one and checks the result."""

from __future__ import annotations

from dataclasses import replace

from publisher.align.acoustic import AcousticAligner, can_refine, refine
from publisher.align.captions import CaptionsAligner
from publisher.align.engine import Aligner, Evidence, Recogniser
from publisher.align.pins import chapter_pins, pins_of
from publisher.align.recognised import RecognisedAligner
from publisher.align.timelinefile import read_timeline, timeline_json
from publisher.align.words import timed_words
from publisher.align.wordsfile import read_words, words_json
from publisher.errors import AlignmentError, UsageError
from publisher.model import Timeline, Transcript

__all__ = [
    "ENGINES",
    "REVISION",
    "Aligner",
    "Evidence",
    "Recogniser",
    "align",
    "can_refine",
    "chapter_pins",
    "choose",
    "pins_of",
    "read_timeline",
    "read_words",
    "timed_words",
    "timeline_json",
    "words_json",
]


REVISION = "6"
"""Changes when the same input would give other times, so that timelines are made again."""

ENGINES: dict[str, Aligner] = {
    engine.name: engine for engine in (CaptionsAligner(), RecognisedAligner(), AcousticAligner())
}


def choose(evidence: Evidence, engine: str = "auto") -> Aligner | None:
    """The engine of a name, or the first that can use the evidence; None when none can.

    Raises:
        UsageError: There is no such engine.
    """
    if engine == "auto":
        return next((candidate for candidate in ENGINES.values() if candidate.can_use(evidence)), None)
    if engine not in ENGINES:
        raise UsageError(f"There is no engine {engine!r}.", remedy=f"Choose auto or {', '.join(ENGINES)}.")
    return ENGINES[engine]


def align(transcript: Transcript, evidence: Evidence, *, engine: str = "auto") -> Timeline:
    """Align with the named engine, or with the first that can use the evidence.

    Raises:
        UsageError: There is no such engine, or it was asked for without what it needs.
        AlignmentError: No engine can use the evidence, or text and evidence do not belong together.
        PublisherError: What else the engine, or refining, needs cannot be had.
    """
    chosen = choose(evidence, engine)
    if chosen is None:
        raise AlignmentError(
            "There is nothing to align with: no captions, no speech model, and no audio to go by.",
            remedy="Add captions: with a json3, WebVTT or SRT file to the front matter, or --captions FILE; "
            "or install the extra acoustic, which aligns with the sound alone.",
        )
    timeline = chosen.align(transcript, evidence)
    if not timeline.words:
        timeline = replace(timeline, words=timed_words(transcript, timeline.turns))
    if not evidence.refine or evidence.audio is None or timeline.engine == AcousticAligner.name:
        return timeline
    return refine(
        timeline, transcript, evidence.audio, languages=evidence.languages, progress=evidence.progress
    )
