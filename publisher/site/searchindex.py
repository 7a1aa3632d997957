"""The search index: which episode holds which word, in parts that a browser loads when it needs them.

Version 1. `search/index.json`: `{"version", "shards", "variants": [from, to], "episodes": [[slug, title, date], ...]}`,
the oldest episode first. `search/N.json`: `{first character: {rest of the term: episodes}}` for the terms whose first
character has N as its code point modulo `shards`. Terms are runs of letters, runs of digits, and pairs of neighbouring
characters of scripts without spaces (with the last character of each run on its own), folded as `folded` does. The
episodes of a term are the gaps between their numbers, each in digits of five bits, the lowest first; a character of the
first half of `DIGITS` ends a number, one of the second half has more after it. The sentences themselves are in
`episodes/SLUG/sentences.json`.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable
from functools import cache

from publisher.site.record import Record
from publisher.text import is_cjk, simplify

VERSION = 1
FOLDER = "search"
SHARD = 48_000
"""Bytes that a part should have at most, more or less."""

MOST_SHARDS = 256
LONGEST_TERM = 40
DIGITS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz-_"
_BITS = 5

_RUN = re.compile(r"C+|D+|L+")


def folded(text: str) -> str:
    """Text in the form that is compared: decomposed (NFKD), small letters, marks gone, simplified, one to one."""
    plain = unicodedata.normalize("NFKD", text)
    return plain.translate({ord(letter): _compared(letter) for letter in set(plain)})


@cache
def _compared(letter: str) -> str:
    small = (other for other in letter.lower() if not unicodedata.category(other).startswith("M"))
    return "".join(_variants().get(other, other) for other in small)


@cache
def _variants() -> dict[str, str]:
    """Each traditional Chinese character and its simplified one."""
    letters = [chr(code) for code in range(0x3400, 0xA000)]
    simple = simplify("\n".join(letters)).split("\n")
    return {letter: other for letter, other in zip(letters, simple, strict=True) if letter != other}


def terms(text: str) -> set[str]:
    """The terms of a text.

    Args:
        text: As `folded` gives it.
    """
    found: set[str] = set()
    for match in _RUN.finditer("".join(map(_kind, text))):
        run = text[match.start() : match.end()]
        if match[0][0] == "C":
            found.update(run[k : k + 2] for k in range(len(run)))
        else:
            found.add(run[:LONGEST_TERM])
    return found


@cache
def _kind(letter: str) -> str:
    if not letter.isalnum():
        return " "
    if is_cjk(letter):
        return "C"
    return "D" if letter.isdigit() else "L"


def rows(records: Iterable[Record]) -> list[list[str]]:
    """What the index says of each episode: slug, title, date."""
    return [[record.slug, record.title, record.published.date().isoformat()] for record in records]


def about(listed: list[list[str]], count: int) -> bytes:
    """`index.json`.

    Args:
        listed: As `rows` gives them, the oldest episode first.
        count: How many parts there are.
    """
    return _json(
        {
            "version": VERSION,
            "shards": count,
            "variants": ["".join(_variants()), "".join(_variants().values())],
            "episodes": listed,
        }
    )


def shards(episodes: Iterable[Iterable[str]]) -> list[bytes]:
    """The parts of the index.

    Args:
        episodes: The terms of each, the oldest first.
    """
    places: dict[str, list[int]] = defaultdict(list)
    for number, own in enumerate(episodes):
        for term in own:
            places[term].append(number)
    size = sum(len(term.encode()) + 6 + len(numbers) for term, numbers in places.items())
    count = max(1, min(MOST_SHARDS, -(-size // SHARD)))
    found: list[dict[str, dict[str, str]]] = [{} for _ in range(count)]
    for term in sorted(places):
        found[ord(term[0]) % count].setdefault(term[0], {})[term[1:]] = _packed(places[term])
    return [_json(shard) for shard in found]


def _packed(numbers: Iterable[int]) -> str:
    digits: list[str] = []
    last = 0
    for number in numbers:
        gap, last = number - last, number
        while gap >> _BITS:
            digits.append(DIGITS[(gap & 31) | 32])
            gap >>= _BITS
        digits.append(DIGITS[gap])
    return "".join(digits)


def _json(data: object) -> bytes:
    return json.dumps(data, ensure_ascii=False, separators=(",", ":")).encode("utf-8")
