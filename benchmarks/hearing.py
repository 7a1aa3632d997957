"""Hearing speech as a recogniser does: wrong characters, holes, pieces, stamps that are early after a pause."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from random import Random

from benchmarks.speaking import Speech, Token
from benchmarks.texts import FREQUENT, homophones, spoken, traditional
from publisher.model import CaptionKind, Captions, Span, Word

PHRASE = 300
"""Milliseconds of silence after which a stamp may be early."""

APART = 100
"""Milliseconds of silence that end a piece."""

CHAINED = 1_000
"""Unless the next begins so much later, in milliseconds."""

EARLY = 800
"""The first piece after a pause is stamped at most so early, in milliseconds."""

_EARLY_SHAPE = 0.415
"""Makes the median of a uniform number to this power three quarters: 0.6 s of EARLY, as measured."""

_STRETCH = 40
"""Characters that come in one script or the other."""


@dataclass(frozen=True, slots=True)
class Ear:
    """How a recogniser hears.

    Attributes:
        wrong: Share of characters that are heard wrong, missed or followed by one that nobody said.
        missed: Share of these that are missed.
        added: Share of these that are followed by one more.
        alike: Share of the rest that are heard as a homophone, where there is one; the others as a frequent character.
        early: Milliseconds that a stamp after a pause is early at most; with 0 all starts are exact.
        chained: Whether a piece ends where the next begins, as in captions that give no ends.
        mixed: Whether stretches come in traditional script, capitals and full width, and numbers in characters.
        holes: Share of the time, 5 to 25 s each, in which it says nothing.
        stop: Share of the talk after which it says nothing more.
    """

    wrong: float = 0.0
    missed: float = 0.2
    added: float = 0.15
    alike: float = 0.4
    early: int = EARLY
    chained: bool = True
    mixed: bool = False
    holes: float = 0.0
    stop: float = 1.0


def hear(speech: Speech, ear: Ear, chance: Random) -> Captions:
    """Captions of a speech."""
    heard = _misheard(_noticed(speech, ear, chance), ear, chance)
    if ear.mixed:
        heard = [replace(token, text=text) for token, text in _mixed(heard, chance)]
    return Captions(tuple(_stamped(list(_pieces(heard, chance)), ear, chance)), CaptionKind.AUTOMATIC, "zh")


def _noticed(speech: Speech, ear: Ear, chance: Random) -> list[Token]:
    """The tokens outside holes and before the end of attention."""
    end = round(speech.duration * ear.stop)
    holes: list[tuple[int, int]] = []
    silent = 0
    while silent < ear.holes * speech.duration:
        start, length = chance.randrange(speech.duration), chance.randint(5_000, 25_000)
        if all(start + length <= low or high <= start for low, high in holes):
            holes.append((start, start + length))
            silent += length
    return [
        token
        for token in speech.tokens
        if token.start < end and not any(low <= token.start < high for low, high in holes)
    ]


def _misheard(tokens: list[Token], ear: Ear, chance: Random) -> list[Token]:
    """Errors come in waves: the rate swings by 40 % to either side, anew every fifty characters."""
    heard: list[Token] = []
    rate = 0.0
    for place, token in enumerate(tokens):
        if place % 50 == 0:
            rate = ear.wrong * chance.uniform(0.6, 1.4)
        text = _one_heard(token.text, ear, chance) if chance.random() < rate else token.text
        if text:
            heard.append(replace(token, text=text))
    return heard


def _one_heard(text: str, ear: Ear, chance: Random) -> str:
    kind = chance.random()
    if kind < ear.missed:
        return ""
    if kind < ear.missed + ear.added:
        return text + "".join(chance.choice(FREQUENT) for _ in text)
    alike = homophones(text) if len(text) == 1 and chance.random() < ear.alike else ""
    if alike:
        return chance.choice(alike)
    return "".join(chance.choice(FREQUENT.replace(letter, "")) for letter in text)


def _mixed(tokens: list[Token], chance: Random) -> Iterator[tuple[Token, str]]:
    old, wide = False, False
    for place, token in enumerate(tokens):
        if place % _STRETCH == 0:
            old, wide = chance.random() < 0.5, chance.random() < 0.5  # noqa: PLR2004 - one stretch in two
        text = spoken(token.text) if wide else token.text.upper()
        if wide:
            text = "".join(chr(ord(letter) + 0xFEE0) if "!" <= letter <= "~" else letter for letter in text)
        yield token, "".join(traditional(letter) for letter in text) if old else text


def _pieces(tokens: list[Token], chance: Random) -> Iterator[list[Token]]:
    """One to three characters a piece, a Latin word alone, never across a pause."""
    piece: list[Token] = []
    wanted = 1
    for token in tokens:
        apart = bool(piece) and token.start - piece[-1].end >= APART
        if piece and (apart or len(piece) >= wanted or token.text.isascii() or piece[-1].text.isascii()):
            yield piece
            piece = []
        if not piece:
            wanted = chance.choice((1, 1, 2, 2, 3))
        piece.append(token)
    if piece:
        yield piece


def _stamped(pieces: list[list[Token]], ear: Ear, chance: Random) -> Iterator[Word]:
    if not pieces:
        return
    starts: list[int] = []
    before = 0
    for piece in pieces:
        start = piece[0].start
        if start - before >= PHRASE:
            start -= min(start - before, round(ear.early * chance.random() ** _EARLY_SHAPE))
        elif ear.early:
            start += round(chance.gauss(0, 40))
        starts.append(max(start, starts[-1] if starts else 0))
        before = piece[-1].end
    ends = [piece[-1].end for piece in pieces]
    following = [*starts[1:], starts[-1] + ends[-1] + CHAINED]
    for piece, start, end, after in zip(pieces, starts, ends, following, strict=True):
        until = after if ear.chained and after - end < CHAINED else end
        yield Word("".join(token.text for token in piece), Span(start, max(start, min(until, after))))
