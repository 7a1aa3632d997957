"""Speaking a transcript: when every character of it, and of what is not in it, is said."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass
from random import Random

from benchmarks.texts import AD_LIBS, ADVERTISEMENTS, clauses, spoken
from publisher.model import Span, Transcript

_TOKEN = re.compile(r"[A-Za-z]+|[0-9]+(?:\.[0-9]+)?%?|\S")
_STOPS = "。！？!?"

PACE = 230
"""Milliseconds a Han character takes at the middle pace: about four a second, as in talk shows."""

LETTER = 85
"""Likewise a Latin letter."""

INTERLUDE = 12_000
"""Milliseconds of music between two turns."""

MUSICAL = 3_000
"""Milliseconds before the first word that are filled with music, not with silence."""


@dataclass(frozen=True, slots=True)
class Token:
    """A Han character or a Latin word or number as it is said, or a whole prompt; times in milliseconds.

    Attributes:
        text: What is said.
        start: When it begins.
        end: When it ends.
        speaker: Who says it; empty in an advertisement.
        place: Index of its turn and its offset in the turn's text; None for what the text lacks.
    """

    text: str
    start: int
    end: int
    speaker: str = ""
    place: tuple[int, int] | None = None


@dataclass(frozen=True, slots=True)
class Script:
    """What is said of a transcript, and what besides.

    Attributes:
        absent: Turns that are not said.
        unsaid: Share of the clauses of the other turns that are left out.
        before: Milliseconds of music before the first word.
        advertisements: Turns before which somebody advertises for about a minute.
        ad_libs: Share of the clauses after which something is said that the text lacks.
        interludes: Turns before which there is music for INTERLUDE.
    """

    absent: Collection[int] = ()
    unsaid: float = 0.0
    before: int = 800
    advertisements: Collection[int] = ()
    ad_libs: float = 0.0
    interludes: Collection[int] = ()


@dataclass(frozen=True, slots=True)
class Speech:
    """What is said.

    Attributes:
        tokens: In order of time.
        starts: When each turn begins; None where nothing of it is said.
        duration: Milliseconds of the whole.
        music: When there is music and no speech.
    """

    tokens: tuple[Token, ...]
    starts: tuple[int | None, ...]
    duration: int
    music: tuple[Span, ...] = ()


def speak(transcript: Transcript, script: Script, chance: Random) -> Speech:
    """Say a transcript at a natural pace.

    The pace differs from turn to turn (0.85 to 1.2) and from character to character (0.75 to 1.35); there are pauses
    after some commas, after every sentence and between turns (0.15 to 2 s).
    """
    voice = _Voice(script.before, chance)
    starts: list[int | None] = []
    music = [Span(0, script.before)] if script.before >= MUSICAL else []
    for turn in transcript.turns:
        if turn.index in script.interludes:
            music.append(Span(voice.now, voice.now + INTERLUDE))
            voice.now += INTERLUDE
        if turn.index in script.advertisements:
            voice.advertise()
        if turn.index in script.absent:
            starts.append(None)
            continue
        first = len(voice.tokens)
        voice.begin_turn(turn.speaker)
        after = 0
        for clause in clauses(turn.text):
            offset = turn.text.index(clause, after)
            after = offset + len(clause)
            if chance.random() >= script.unsaid:
                voice.say(clause, (turn.index, offset))
            if chance.random() < script.ad_libs and len(voice.tokens) > first:
                voice.say(chance.choice(AD_LIBS) + "，")
        starts.append(voice.tokens[first].start if len(voice.tokens) > first else None)
    return Speech(tuple(voice.tokens), tuple(starts), voice.now + 1_500, tuple(music))


class _Voice:
    def __init__(self, now: int, chance: Random) -> None:
        self.now = now
        self.tokens: list[Token] = []
        self._chance = chance
        self._pace = 1.0
        self._speaker = ""

    def begin_turn(self, speaker: str) -> None:
        self._speaker = speaker
        if self.tokens:
            self.now += round(self._chance.triangular(150, 2_000, 500))
        self._pace = self._chance.uniform(0.85, 1.2)

    def advertise(self) -> None:
        until = self.now + self._chance.randint(45_000, 100_000)
        while self.now < until:
            self.begin_turn("")
            for clause in clauses(self._chance.choice(ADVERTISEMENTS)):
                self.say(clause)

    def say(self, clause: str, place: tuple[int, int] | None = None) -> None:
        for found in _TOKEN.finditer(clause):
            text = found[0]
            if not text[0].isalnum():
                continue
            length = (
                max(PACE, LETTER * len(text))
                if text.isalpha() and text.isascii()
                else PACE * len(spoken(text))
            )
            start = self.now
            self.now += round(length * self._pace * self._chance.uniform(0.75, 1.35))
            there = (place[0], place[1] + found.start()) if place else None
            self.tokens.append(Token(text, start, self.now, self._speaker, there))
        if clause.rstrip()[-1:] in _STOPS:
            self.now += round(self._chance.uniform(250, 900))
        elif self._chance.random() < 0.5:  # noqa: PLR2004 - one comma in two
            self.now += round(self._chance.uniform(120, 450))
