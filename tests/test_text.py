from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from publisher.text import clean, display_width, fold, one_line, simplify


def test_script_width_case_accents_and_punctuation_do_not_matter() -> None:
    assert fold("擡槓，ＡＰＰ Café！").text == fold("抬杠app cafe").text


def test_every_folded_letter_knows_where_it_comes_from() -> None:
    text = "我说：**ＡＩ** 2.0，對吧？"
    folded = fold(text)
    assert folded.text == "我说ai二点零对吧"
    assert [text[offset] for offset in folded.offsets] == ["我", "说", "Ａ", "Ｉ", "2", ".", "0", "對", "吧"]


def test_one_letter_that_folds_to_several_maps_them_all_back() -> None:
    folded = fold("x㎏ß")
    assert folded.text == "xkgss"
    assert list(folded.offsets) == [0, 1, 1, 2, 2]


@pytest.mark.parametrize(
    ("written", "spoken"),
    [
        ("10分钟", "十分钟"),
        ("80%的", "百分之八十的"),
        ("in 10 years", "in ten years"),
        ("77 people", "seventy-seven people"),
        ("250 people", "two hundred and fifty people"),
        ("1,200,001", "one million two hundred thousand and one"),
        ("20 20 26", "twenty twenty twenty six"),
        ("80% of 8", "Eighty percent of eight"),
        ("80 per cent", "80%"),
        ("2.0版", "二点零版"),
        ("2026年", "二零二六年"),
        ("两个", "2个"),
        ("第１２集", "第十二集"),
        ("105", "一百零五"),
        ("1,000", "一千"),
        ("10005", "一万零五"),
        ("20300", "二万零三百"),
        ("100000", "十万"),
        ("100000001", "一亿零一"),
        ("007", "零零七"),
        ("3.14", "三点一四"),
    ],
)
def test_written_and_spoken_numbers_fold_alike(written: str, spoken: str) -> None:
    assert fold(written).text == fold(spoken).text


@given(st.text())
def test_offsets_ascend_and_lie_inside_the_text(text: str) -> None:
    folded = fold(text)
    assert list(folded.offsets) == sorted(folded.offsets)
    assert all(0 <= offset < len(text) for offset in folded.offsets)


@given(st.text(alphabet="臺灣後面裡頭髮發乾幹系統軟體A1"))
def test_simplifying_keeps_the_length(text: str) -> None:
    assert len(simplify(text)) == len(text)


@given(st.text())
def test_folding_what_was_folded_changes_nothing(text: str) -> None:
    once = fold(text).text
    assert fold(once).text == once


def test_chinese_takes_two_columns_and_marks_none() -> None:
    assert display_width("ab") == 2
    assert display_width("中文") == 4
    assert display_width("e\u0301") == 1


def test_control_characters_and_direction_overrides_are_removed() -> None:
    assert clean("a\x00b\u202ec\td\n") == "abc\td\n"
    assert one_line("  a \n b\x07 ") == "a b"
