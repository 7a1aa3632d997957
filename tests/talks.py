"""A talk with known times, and captions of it with chosen faults."""

from __future__ import annotations

import json
import random
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path

from publisher.content import read_transcript
from publisher.model import CaptionKind, Captions, Span, Transcript, Word
from tests.conftest import CHECKOUT

PACE = 240
PAUSE = 600
_IN_NUMBERS = ".%"
_NOISE = "的一是不了人我在有他这为之大来以个中上们到说国和地也子时道出而要于就下得可你年生"


def example() -> Transcript:
    """The talk that this repository ships: 54 turns, five sections, a cold open, back-channel."""
    return read_transcript(CHECKOUT / "content/why-chapters-matter.md")


@dataclass(frozen=True, slots=True)
class Talk:
    """Captions of a transcript and the truth about it.

    Attributes:
        captions: What was heard.
        starts: When each turn really begins, in milliseconds; None where it is not in the audio.
        duration: Of the audio, in milliseconds.
    """

    captions: Captions
    starts: tuple[int | None, ...]
    duration: int


def speak(
    transcript: Transcript,
    *,
    wrong: float = 0.0,
    unspoken: Collection[int] = (),
    unheard: Collection[int] = (),
    before: int = 1_000,
    seed: int = 1,
) -> Talk:
    """Speak a transcript at an even pace, one caption a character.

    Args:
        transcript: What is said.
        wrong: Share of characters that are heard as another one.
        unspoken: Turns that are not in the audio.
        unheard: Turns that are spoken and that the captions lack.
        before: Milliseconds of music before the first word.
        seed: Of the mishearings.
    """
    chance = random.Random(seed)  # noqa: S311 - the same mishearings every time
    words: list[Word] = []
    starts: list[int | None] = []
    now = before
    for turn in transcript.turns:
        starts.append(None if turn.index in unspoken else now)
        if turn.index in unspoken:
            continue
        for letter in turn.text:
            if not (letter.isalnum() or letter in _IN_NUMBERS):
                continue
            if turn.index not in unheard:
                said = chance.choice(_NOISE) if chance.random() < wrong else letter
                words.append(Word(said, Span(now, now + PACE)))
            now += PACE
        now += PAUSE
    return Talk(Captions(tuple(words), CaptionKind.AUTOMATIC, "zh"), tuple(starts), now + 1_000)


def write_json3(captions: Captions, path: Path) -> Path:
    """Write captions as YouTube does, one word an event."""
    events = [
        {
            "tStartMs": word.span.start,
            "dDurationMs": word.span.length,
            "segs": [{"utf8": word.text, "tOffsetMs": 0}],
        }
        for word in captions.words
    ]
    path.write_text(json.dumps({"events": events}, ensure_ascii=False), encoding="utf-8")
    return path
