"""Which language speaks which part of a text, and what is told of the words that none can speak."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from publisher.tongues import parts, sentence, share_unspoken, unspoken
from tests.builders import transcript

MIXED = st.text(st.sampled_from("今天aé 。カひ한م п1\u0301न𠮷ส\n"), max_size=40)


@pytest.mark.parametrize(
    ("text", "languages", "expected"),
    [
        ("今天 café，hello", ["zh-CN"], [("今天 café，hello", "zh-CN")]),
        ("今天カタカナ。你好", ["zh-CN"], [("今天", "zh-CN"), ("カタカナ", ""), ("。你好", "zh-CN")]),
        ("今天カタカナ。你好", ["zh-CN", "ja"], [("今天", "zh-CN"), ("カタカナ。", "ja"), ("你好", "zh-CN")]),
        ("안녕 今天", ["zh"], [("안녕 今天", "zh")]),
        ("Yes, مرحبا!", ["en"], [("Yes, ", "en"), ("مرحبا", ""), ("!", "en")]),
        ("Yes, 你好!", ["en", "zh"], [("Yes, ", "en"), ("你好!", "zh")]),
        ("señor 你", ["zh", "es"], [("señor ", "es"), ("你", "zh")]),
        ("これはok", ["ja"], [("これは", "ja"), ("ok", "en")]),
        ("日本", ["ja"], [("日本", "")]),
        ("𠮷野家", ["zh"], [("𠮷", ""), ("野家", "zh")]),
        ("12 %", ["zh"], [("12 %", "zh")]),
        ("word", ["no language at all"], [("word", "no language at all")]),
    ],
)
def test_a_text_is_cut_by_who_speaks_it(
    text: str, languages: list[str], expected: list[tuple[str, str]]
) -> None:
    assert [(part.text, part.language) for part in parts(text, languages)] == expected


@given(
    text=MIXED,
    languages=st.lists(st.sampled_from(["zh-CN", "en", "ja", "ar", "ru"]), min_size=1, unique=True),
)
def test_the_parts_hold_the_whole_text_in_order(text: str, languages: list[str]) -> None:
    found = parts(text, languages)
    assert "".join(part.text for part in found) == text
    assert all(text[part.offset :].startswith(part.text) for part in found)
    assert {part.language for part in found} <= {*languages, "", "en"}


def test_words_that_cannot_be_spoken_are_told_with_their_line_and_a_remedy() -> None:
    text = transcript(("A", (("A", "今天聊カタカナ。"), ("B", "好。"), ("A", "说 привет 和 مرحبا。"))))
    found = unspoken(text, ["zh-CN"])
    assert [(one.line, one.words) for one in found] == [(12, ("カタカナ",)), (16, ("привет", "مرحبا"))]
    told = sentence(found, ["zh-CN"])
    assert "3 words" in told
    assert "カタカナ (line 12)" in told
    assert "language: [zh-CN, ja, ru, ar]" in told
    assert not sentence((), ["zh-CN"])
    assert not unspoken(text, ["zh-CN", "ja", "ru", "ar"])


def test_many_words_are_counted_and_only_some_are_named() -> None:
    text = transcript(("A", (("A", "カ ナ " * 50),)))
    told = sentence(unspoken(text, ["zh"]), ["zh"])
    assert "100 words" in told
    assert "and 90 more" in told


def test_the_share_that_cannot_be_spoken_counts_letters_only() -> None:
    assert share_unspoken(["你好，ab 12"], ["en"]) == 0.5
    assert share_unspoken(["……"], ["en"]) == 0.0
