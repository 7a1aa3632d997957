"""Written numbers as Chinese speaks them, so that 80% matches 百分之八十 and 2.0 matches 二点零."""

from __future__ import annotations

import re
from collections.abc import Iterator

_NUMBER = re.compile(r"(\d{1,3}(?:,\d{3})+|\d+)(?:\.(\d+))?\s?([%％])?")
_DIGITS = "零一二三四五六七八九"
_PLACES = ("", "十", "百", "千")
_GROUPS = ("", "万", "亿", "万亿")
_LONGEST = 16
_YEAR = re.compile(r"(?:19|20)\d\d")


def spoken_numbers(text: str) -> Iterator[tuple[int, int, str]]:
    """Find the numbers of a text.

    Yields:
        Start and end of each number in the text, and its reading in simplified Chinese.
    """
    for found in _NUMBER.finditer(text):
        yield found.start(), found.end(), reading(found[1], found[2] or "", percent=bool(found[3]))


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
