"""The words of made talks: long texts from short ones, repeats, and what a recogniser may hear for a character."""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import replace
from functools import cache
from random import Random
from typing import TYPE_CHECKING

from publisher.model import Section, Transcript, Turn
from publisher.text import is_cjk

if TYPE_CHECKING:
    from opencc import OpenCC

FREQUENT = "的一是不了在有人这上大来和我个中地为以说时要就出会可也你对生能而子那得于着下自之年过发后作里"
"""Characters that recognisers put where they did not understand."""

ADVERTISEMENTS = (
    "这期节目由山脚下的一家面包店赞助播出，他们家的全麦吐司每天清晨五点出炉。",
    "现在下单还送一罐自家熬的草莓酱，先到先得，送完为止。",
    "把优惠口令报给收银员，第二件半价，全市二十家门店通用。",
    "想给爸妈买礼物的朋友，不妨看看他们的节日礼盒，包邮到家。",
    "再次感谢面包店的支持，链接放在节目简介的第一行。",
)

AD_LIBS = ("怎么说呢", "就是那个", "你知道吧", "嗯嗯嗯", "哈哈哈哈", "然后呢", "等一下啊", "对吧")

BACK_CHANNEL = 8
"""Turns of so few characters are taken as they are: everybody says the same few."""

VARIED = 0.2
"""Share of the characters that differ when a clause of the pool comes again."""

_CLAUSE = re.compile(r"[^。！？；，!?;,\n]+[。！？；，!?;,\n]*")
_SPEAKERS = ("阿岚", "老谭", "小满")
_TURNS_A_SECTION = 25
_DIGITS = "零一二三四五六七八九"
_COLD_OPEN_PASSAGES = 4
_REFRAIN_EVERY = 6


def clauses(text: str) -> list[str]:
    """Cut a text after its punctuation; nothing is lost but blanks at the edges."""
    return [found.group() for found in _CLAUSE.finditer(text) if found.group().strip()]


def long_transcript(sources: list[Transcript], characters: int, chance: Random) -> Transcript:
    """A talk of any length that stays as varied as speech.

    The clauses of all sources are dealt like cards; turns are as long as turns of the sources are. When the cards are
    used up they are shuffled and dealt again, and from then on VARIED of the Han characters of each clause are
    exchanged for others, so that no long stretch comes twice. Back-channel is repeated as it is.
    """
    originals = [turn.text for source in sources for turn in source.turns]
    short = [text for text in originals if len(text) <= BACK_CHANNEL]
    cards = [clause for text in originals if len(text) > BACK_CHANNEL for clause in clauses(text)]
    letters = "".join(letter for text in originals for letter in text if is_cjk(letter))
    deck: list[str] = []
    rounds, length = 0, 0
    turns: list[Turn] = []
    while length < characters:
        wanted = len(chance.choice(originals))
        text = chance.choice(short) if wanted <= BACK_CHANNEL and short else ""
        while len(text) < wanted:
            if not deck:
                deck = chance.sample(cards, len(cards))
                rounds += 1
            clause = deck.pop()
            text += clause if rounds == 1 else varied(clause, letters, chance)
        length += len(text)
        turns.append(_turn(len(turns), text))
    return in_sections(turns)


def varied(clause: str, letters: str, chance: Random) -> str:
    """A clause with VARIED of its Han characters exchanged for some of `letters`."""
    return "".join(
        chance.choice(letters) if is_cjk(letter) and chance.random() < VARIED else letter for letter in clause
    )


def with_repeats(transcript: Transcript, chance: Random) -> Transcript:
    """The same with a cold open, cut together from later passages, and a sentence that comes again and again."""
    turns = transcript.turns
    long = sorted(turns[len(turns) // 8 :], key=lambda turn: -len(turn.text))[: 3 * _COLD_OPEN_PASSAGES]
    picked = sorted(chance.sample(long, min(_COLD_OPEN_PASSAGES, len(long))), key=lambda turn: turn.index)
    opening = "".join("".join(clauses(turn.text)[1:3]) for turn in picked)
    refrain = clauses(long[0].text)[0]
    return _with_texts(
        transcript,
        {
            turn.index: opening if not turn.index else refrain + turn.text
            for turn in turns
            if not turn.index % _REFRAIN_EVERY
        },
    )


def homophones(letter: str) -> str:
    """Other characters of the same Mandarin syllable, whatever the tone; empty when there are none."""
    from pypinyin import lazy_pinyin

    if not is_cjk(letter):
        return ""
    return _by_syllable().get(lazy_pinyin(letter)[0], "").replace(letter, "")


def spoken(token: str) -> str:
    """A number as it is said: 25 二十五, 2026 二零二六, 2.0 二点零, 80% 百分之八十; anything else as it is."""
    if not token.isascii() or not token[:1].isdigit():
        return token
    whole, point, rest = token.removesuffix("%").partition(".")
    said = ("百分之" if token.endswith("%") else "") + _spoken_integer(whole)
    return said + ("点" + "".join(_DIGITS[int(digit)] for digit in rest) if point else "")


def _spoken_integer(digits: str) -> str:
    if len(digits) == 2 and digits[0] != "0":  # noqa: PLR2004 - two digits have tens
        tens, ones = int(digits[0]), int(digits[1])
        return ("" if tens == 1 else _DIGITS[tens]) + "十" + (_DIGITS[ones] if ones else "")
    return "".join(_DIGITS[int(digit)] for digit in digits)


@cache
def traditional(letter: str) -> str:
    """A character in traditional script."""
    found = str(_to_traditional().convert(letter))
    return found if len(found) == 1 else letter


@cache
def _to_traditional() -> OpenCC:
    from opencc import OpenCC

    return OpenCC("s2t")


@cache
def _by_syllable() -> dict[str, str]:
    """The 3755 frequent characters of GB 2312 (its first level) by syllable."""
    from pypinyin import lazy_pinyin

    level_one = bytes(byte for row in range(0xB0, 0xD8) for cell in range(0xA1, 0xFF) for byte in (row, cell))
    found: defaultdict[str, str] = defaultdict(str)
    for letter in level_one.decode("gb2312", errors="ignore"):
        found[lazy_pinyin(letter)[0]] += letter
    return dict(found)


def _turn(index: int, text: str) -> Turn:
    return Turn(index, _SPEAKERS[index % len(_SPEAKERS)], text, text, index + 1)


def in_sections(turns: list[Turn]) -> Transcript:
    """Turns as a talk of sections of the same number of turns."""
    starts = range(0, len(turns), _TURNS_A_SECTION)
    return Transcript(
        tuple(
            Section(f"第{place + 1}段", turns[start].line, tuple(turns[start : start + _TURNS_A_SECTION]))
            for place, start in enumerate(starts)
        )
    )


def _with_texts(transcript: Transcript, texts: dict[int, str]) -> Transcript:
    return Transcript(
        tuple(
            replace(
                section,
                turns=tuple(
                    replace(turn, text=text, markdown=text) if (text := texts.get(turn.index)) else turn
                    for turn in section.turns
                ),
            )
            for section in transcript.sections
        )
    )
