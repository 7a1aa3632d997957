"""Written numbers as Chinese speaks them, so that 80% matches 百分之八十, 2.0 matches 二点零 and 10 matches ten."""

from __future__ import annotations

import re
from collections.abc import Iterator

_NUMBER = re.compile(
    r"(\d{1,3}(?:,\d{3})+|\d+)(?:\.(\d+))?(?:\s?([%％]|(?:percent|per\scent)(?![a-z])))?", re.IGNORECASE
)
_UNITS = (
    *(
        "zero",
        "one",
        "two",
        "three",
        "four",
        "five",
        "six",
        "seven",
        "eight",
        "nine",
        "ten",
        "eleven",
        "twelve",
    ),
    *("thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen"),
)
_ENGLISH = {word: value for value, word in enumerate(_UNITS)}
_TENTHS = ("twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")
_TENS = {word: 10 * value for value, word in enumerate(_TENTHS, 2)}
_LARGE = {"hundred": 100, "thousand": 1_000, "million": 1_000_000, "billion": 1_000_000_000}
_WORD = "|".join(sorted((*_ENGLISH, *_TENS, *_LARGE), key=len, reverse=True))
_IN_WORDS = re.compile(
    rf"(?<![a-z])(?:{_WORD})(?:(?:\s|-|\sand\s)(?:{_WORD}))*(\spercent|\sper\scent)?(?![a-z])", re.IGNORECASE
)
_LETTER = re.compile("[a-z]", re.IGNORECASE)
_DIGITS = "零一二三四五六七八九"
_PLACES = ("", "十", "百", "千")
_GROUPS = ("", "万", "亿", "万亿")
_LONGEST = 16
_YEAR = re.compile(r"(?:19|20)\d\d")


def spoken_numbers(text: str) -> Iterator[tuple[int, int, str]]:
    """Find the numbers of a text, in digits or in English words.

    Yields:
        Start and end of each number in the text, in order, and its reading in simplified Chinese.
    """
    found = [
        (number.start(), number.end(), reading(number[1], number[2] or "", percent=bool(number[3])))
        for number in _NUMBER.finditer(text)
    ]
    if _LETTER.search(text):
        found = sorted((*found, *_in_english(text)))
    yield from found


def _in_english(text: str) -> Iterator[tuple[int, int, str]]:
    for found in _IN_WORDS.finditer(text):
        end = found.end()
        for start, stop, value in _values(found[0].lower()):
            is_last = found.start() + stop + len(found[1] or "") == end
            percent = bool(found[1]) and is_last
            yield (
                found.start() + start,
                end if percent else found.start() + stop,
                reading(str(value), percent=percent),
            )


def _values(words: str) -> Iterator[tuple[int, int, int]]:
    """The numbers in a row of words, which may be several: `twenty six`, `twenty twenty six`, `one two three`."""
    begin, until, whole, part, last = 0, 0, 0, 0, 0
    for found in re.finditer(_WORD, words):
        value = _ENGLISH.get(found[0], _TENS.get(found[0], 0))
        factor = _LARGE.get(found[0], 0)
        fits = bool(factor) or not until or last >= 100 or (20 <= last < 100 and 0 < value < 10)  # noqa: PLR2004
        if not fits:
            yield begin, until, whole + part
            begin, whole, part = found.start(), 0, 0
        if factor == 100:  # noqa: PLR2004
            part = max(part, 1) * factor
        elif factor:
            whole, part = whole + max(part, 1) * factor, 0
        else:
            part += value
        until, last = found.end(), factor or value
    yield begin, until, whole + part


def reading(whole: str, fraction: str = "", *, percent: bool = False) -> str:
    """How a number is said.

    Years, numbers with a leading zero and very long ones are said digit by digit.

    Args:
        whole: Digits before the point, commas allowed.
        fraction: Digits after it.
        percent: Whether a per cent sign follows.
    """
    digits = "".join(str(int(digit)) for digit in whole if digit != ",")
    said = _by_digit(digits) if _is_said_by_digit(digits) else _by_value(digits)
    if fraction:
        said += "点" + _by_digit("".join(str(int(digit)) for digit in fraction))
    return f"百分之{said}" if percent else said


def digit_reading(digit: str) -> str:
    """How one digit of any script is said."""
    return _DIGITS[int(digit)]


def _is_said_by_digit(digits: str) -> bool:
    leading_zero = len(digits) > 1 and digits.startswith("0")
    return leading_zero or len(digits) > _LONGEST or bool(_YEAR.fullmatch(digits))


def _by_digit(digits: str) -> str:
    return "".join(_DIGITS[int(digit)] for digit in digits)


def _by_value(digits: str) -> str:
    if not int(digits):
        return _DIGITS[0]
    size = -(-len(digits) // 4)
    padded = digits.zfill(4 * size)
    said = ""
    for place in range(size):
        group = padded[4 * place : 4 * place + 4]
        if not int(group):
            continue
        if said and (group.startswith("0") or not int(padded[4 * place - 4 : 4 * place])):
            said += _DIGITS[0]
        said += _group(group) + _GROUPS[size - 1 - place]
    return said.removeprefix("一") if said.startswith("一十") else said


def _group(group: str) -> str:
    """Up to four digits, without the zero in front."""
    said, gap = "", False
    for digit, place in zip(group, reversed(_PLACES), strict=True):
        if digit == "0":
            gap = bool(said)
        else:
            said += (_DIGITS[0] if gap else "") + _DIGITS[int(digit)] + place
            gap = False
    return said
