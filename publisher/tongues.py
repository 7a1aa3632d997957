"""Which of a talk's languages speaks which part of a text, told by its script, and which words none of them can."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import groupby

from publisher.model import Transcript, Unspoken
from publisher.text import is_cjk

LATIN, HAN = "LATIN", "CJK"

USUAL = {
    LATIN: "en",
    HAN: "zh",
    "HIRAGANA": "ja",
    "KATAKANA": "ja",
    "HANGUL": "ko",
    "CYRILLIC": "ru",
    "ARABIC": "ar",
    "HEBREW": "he",
    "GREEK": "el",
    "THAI": "th",
    "DEVANAGARI": "hi",
    "BENGALI": "bn",
    "TAMIL": "ta",
    "GEORGIAN": "ka",
    "ARMENIAN": "hy",
}
"""Scripts, as the names of their letters in Unicode begin, and a language for each."""

_OF_ISO = {
    "Latn": (LATIN,),
    "Hans": (HAN,),
    "Hant": (HAN,),
    "Jpan": ("HIRAGANA", "KATAKANA"),
    "Kore": ("HANGUL",),
    "Cyrl": ("CYRILLIC",),
    "Arab": ("ARABIC",),
    "Hebr": ("HEBREW",),
    "Grek": ("GREEK",),
    "Thai": ("THAI",),
    "Deva": ("DEVANAGARI",),
    "Beng": ("BENGALI",),
    "Taml": ("TAMIL",),
    "Geor": ("GEORGIAN",),
    "Armn": ("ARMENIAN",),
}
"""By their codes in ISO 15924."""

_BY_ITSELF = frozenset({LATIN, "HANGUL", "GREEK", "DEVANAGARI"})
"""Words in these are spoken by every voice of espeak-ng, which changes to English, Korean, Greek or Hindi."""

JAPANESE = "ja"
"""Its voice spells Latin words instead, and reads no Chinese characters."""

_MOST_SHOWN, _LONGEST_SHOWN = 10, 30

_LAST_PLAIN_HAN = 0x9FFF
"""espeak-ng has no readings of Chinese characters beyond, which are rare."""


@dataclass(frozen=True, slots=True)
class Part:
    """A stretch of a text.

    Attributes:
        offset: Where it begins.
        text: As written.
        language: Who speaks it, BCP 47; empty for a word that nobody can.
    """

    offset: int
    text: str
    language: str


def parts(text: str, languages: Sequence[str]) -> list[Part]:
    """Cut a text by who speaks it; what is no letter goes with what is spoken before it.

    Args:
        text: Of a turn.
        languages: BCP 47, the main one first.
    """
    choices = tuple(languages)
    speakers: list[str | None] = []
    for letter in text:
        is_mark = unicodedata.category(letter).startswith("M")
        speakers.append(speakers[-1] if is_mark and speakers else _speaker(letter, choices))
    current = next((speaker for speaker in speakers if speaker), choices[0])
    found: list[Part] = []
    offset = 0
    for speaker, letters in groupby(speakers):
        length = sum(1 for _ in letters)
        current = speaker or current
        part = Part(offset, text[offset : offset + length], "" if speaker == "" else current)
        offset += length
        if found and found[-1].language and found[-1].language == part.language:
            part = Part(found[-1].offset, found.pop().text + part.text, part.language)
        found.append(part)
    return found


def language_of(text: str) -> str:
    """Chinese where there are Chinese characters, else English."""
    return "zh" if any(is_cjk(letter) for letter in text) else "en"


def unspoken(transcript: Transcript, languages: Sequence[str]) -> tuple[Unspoken, ...]:
    """The words that none of the languages' voices can speak, turn by turn.

    Args:
        transcript: What is spoken.
        languages: BCP 47, the main one first.
    """
    found = []
    for turn in transcript.turns:
        words = tuple(part.text for part in parts(turn.text, languages) if not part.language)
        if words:
            found.append(Unspoken(turn.line, words))
    return tuple(found)


def share_unspoken(texts: Iterable[str], languages: Sequence[str]) -> float:
    """The share of the letters of some texts that none of the languages' voices can speak."""
    choices = tuple(languages)
    speakers = [
        speaker for text in texts for letter in text if (speaker := _speaker(letter, choices)) is not None
    ]
    return speakers.count("") / max(1, len(speakers))


def sentence(found: Sequence[Unspoken], languages: Sequence[str]) -> str:
    """What a person is told of the words that cannot be spoken; empty when there are none."""
    if not found:
        return ""
    words = [(word, one.line) for one in found for word in one.words]
    some = ", ".join(f"{word[:_LONGEST_SHOWN]} (line {line})" for word, line in words[:_MOST_SHOWN])
    more = f" and {len(words) - _MOST_SHOWN} more" if len(words) > _MOST_SHOWN else ""
    count = f"{len(words)} word{'' if len(words) == 1 else 's'}"
    scripts = {_script(letter) for word, _ in words for letter in word}
    others = {USUAL[script]: None for script in USUAL if script in scripts}
    if JAPANESE in map(_primary, languages):  # Chinese would read its characters in Chinese
        others.pop(USUAL[HAN], None)
    named = ", ".join(dict.fromkeys((*languages, *others)))
    remedy = f" If they are said, name their language too: language: [{named}]." if others else ""
    return f"espeak-ng cannot speak {count} of the text, so they have no times of their own: {some}{more}.{remedy}"


@cache
def _speaker(letter: str, languages: tuple[str, ...]) -> str | None:
    """Who speaks a letter; empty when nobody can, None when anybody can."""
    script = _script(letter)
    if not script:
        return None
    if script == HAN and ord(letter) > _LAST_PLAIN_HAN:
        return ""
    main = languages[0]
    speaker = next((language for language in languages if script in _scripts(language)), "")
    if script in _BY_ITSELF and speaker in {"", USUAL[script]}:
        return USUAL[script] if script == LATIN and _primary(main) == JAPANESE else main
    return speaker


@cache
def _script(letter: str) -> str:
    """The script of a letter as its name begins; empty for what is no letter, or a mark that goes with any."""
    if not letter.isalpha():
        return ""
    return unicodedata.name(unicodedata.normalize("NFKC", letter)[0], "").partition(" ")[0]


@cache
def _scripts(language: str) -> tuple[str, ...]:
    from langcodes import Language
    from langcodes.tag_parser import LanguageTagError

    try:
        script = Language.get(language).maximize().script or ""
    except LanguageTagError:
        return ()
    return _OF_ISO.get(script, ())


def _primary(language: str) -> str:
    return language.partition("-")[0].lower()
