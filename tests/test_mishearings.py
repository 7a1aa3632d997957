"""The ledger of mishearings: what the captions heard against what the author wrote."""

from __future__ import annotations

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from publisher.align.comparing import compare
from publisher.align.mishearings import Mishearing, mishearings, to_csv
from publisher.model import CaptionKind, Captions, Span, Transcript, Word
from tests.builders import transcript
from tests.talks import example, speak

STEP = 200


def talk(*texts: str) -> Transcript:
    return transcript(("A", [("", text) for text in texts]))


def heard(*pieces: str) -> Captions:
    """Captions of pieces, 200 ms a piece; a text of one piece is heard letter by letter."""
    parts = list(pieces[0]) if len(pieces) == 1 else list(pieces)
    words = tuple(Word(part, Span(k * STEP, k * STEP + STEP)) for k, part in enumerate(parts))
    return Captions(words, CaptionKind.AUTOMATIC)


def ledger(author: Transcript, captions: Captions, *names: str) -> list[tuple[str, str, int]]:
    found = mishearings(author, compare(author, captions), names)
    return [(one.written, one.heard, one.count) for one in found]


# -- what is listed -----------------------------------------------------------------------------------


def test_a_wrong_letter_is_extended_to_its_word() -> None:
    assert ledger(talk("我们今天聊一聊产品经理的工作"), heard("我们今天聊一聊产品精理的工作")) == [
        ("经理", "精理", 1)
    ]


def test_a_name_is_one_term_however_it_is_cut() -> None:
    author = talk("大家都知道字节跳动的工程化能力很强")
    found = mishearings(author, compare(author, heard("大家都知道自节跳洞的工程化能力很强")), ("字节跳动",))
    assert found == (Mishearing("字节跳动", "自节跳洞", 1, 5 * STEP, name=True),)


def test_a_latin_name_inside_chinese_is_whole_and_heard_as_the_captions_wrote_it() -> None:
    author = talk("我每天都用DeepSeek来写代码，非常好用")
    captions = heard(
        "我", "每", "天", "都", "用", "deep", "sick", "来", "写", "代", "码", "非", "常", "好", "用"
    )
    assert ledger(author, captions) == [("DeepSeek", "deep sick", 1)]


def test_speakers_and_bold_terms_are_names() -> None:
    author = transcript(
        ("A", (("老修", "我们先说说**即梦**这个产品到底怎么样"), ("小苏", "好的老修你先说说看这个产品吧")))
    )
    captions = heard("我们先说说继梦这个产品到底怎么样好的老休你先说说看这个产品吧")
    found = mishearings(author, compare(author, captions))
    assert {(one.written, one.heard, one.name) for one in found} == {
        ("即梦", "继梦", True),
        ("老修", "老休", True),
    }


def test_names_come_first_then_the_most_frequent_then_by_text() -> None:
    author = talk(
        "今天的产品经理来了，明天的产品经理也来了，后天的工程师也会过来",
        "我在北京见到了阿里巴巴的同事们，大家都说好久不见了",
    )
    captions = heard(
        "今天的产品精理来了明天的产品精理也来了后天的工程是也会过来"
        "我在北京见到了阿里爸爸的同事们大家都说好久不见了"
    )
    assert ledger(author, captions, "阿里巴巴") == [
        ("阿里巴巴", "阿里爸爸", 1),
        ("经理", "精理", 2),
        ("工程师", "工程是", 1),
    ]


def test_the_time_is_that_of_the_first() -> None:
    author = talk("今天的产品经理来了，明天的产品经理也来了")
    (one,) = mishearings(author, compare(author, heard("今天的产品精理来了明天的产品精理也来了")))
    assert (one.count, one.at) == (2, 5 * STEP)


# -- what is not --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("我们一起来看看这个软件的质量怎么样", "我們一起來看看這個軟件的質量怎麼樣"),
        ("我们用ＡＩ和iPhone做了很多事情", "我们用ai和IPHONE做了很多事情"),
        ("好吧，“我们”走！今天就到这里", "好吧我们走今天就到这里"),
        ("这件事已经过了10分钟了大家还在等", "这件事已经过了十分钟了大家还在等"),
        ("我们有80%的用户在2026年回来了呢", "我们有百分之八十的用户在二零二六年回来了呢"),
        ("这是Seedance的2.0版本大家看看", "这是seedance的二点零版本大家看看"),
        ("这是Seedance的2.0版本大家看看", "这是seedance的20版本大家看看"),
        ("我们有80%的用户都回来了呢", "我们有80的用户都回来了呢"),
    ],
)
def test_script_width_case_punctuation_and_numbers_make_no_difference(written: str, said: str) -> None:
    assert ledger(talk(written), heard(said)) == []


def test_a_cut_and_an_addition_are_no_mishearings() -> None:
    kept, cut = "我们今天来聊一聊播客这个行业", "因为刚才那一段录音里有很多噪音所以我们把它剪掉了"
    rest = "接下来请听众朋友们提问题吧"
    assert ledger(talk(kept + "，" + cut + "。" + rest), heard(kept + rest)) == []
    assert ledger(talk(kept + "，" + rest), heard(kept + cut + rest)) == []


def test_a_filler_inside_a_word_is_no_mishearing() -> None:
    assert ledger(talk("我说一句公道话你们不要生气"), heard("我说一句公那个道话你们不要生气")) == []


def test_single_characters_are_left_out() -> None:
    assert ledger(talk("他跑得很快我们都追不上他了"), heard("他跑的很快我们都追不上他了")) == []


def test_captions_without_faults_give_nothing() -> None:
    text = example()
    assert mishearings(text, compare(text, speak(text).captions)) == ()


def test_captions_that_have_nothing_in_common_give_nothing() -> None:
    author = talk("我们今天来聊一聊播客这个行业")
    assert ledger(author, heard("zzzz yyyy xxxx")) == []
    assert ledger(author, Captions((), CaptionKind.AUTOMATIC)) == []


def test_each_mishearing_of_a_talk_is_in_the_text_and_in_the_captions() -> None:
    text = example()
    captions = speak(text, wrong=0.15).captions
    author = "".join(turn.text for turn in text.turns)
    said = "".join(word.text for word in captions.words)
    found = mishearings(text, compare(text, captions))
    assert len(found) > 50
    for one in found:
        assert one.written in author
        assert one.heard.replace(" ", "") in said
        assert 0 <= one.at <= captions.words[-1].span.start


# -- the file -----------------------------------------------------------------------------------------


def rows(text: str) -> list[list[str]]:
    return list(csv.reader(io.StringIO(text, newline="")))


def test_the_file_has_a_head_and_a_row_for_each() -> None:
    text = to_csv(
        [
            Mishearing("字节, 跳动", '自节 "跳洞"', 3, 61_500, name=True),
            Mishearing("经理", "精理", 1, 3_600_000, name=False),
        ]
    )
    assert text == (
        "written,heard,count,first,name\r\n"
        '"字节, 跳动","自节 ""跳洞""",3,01:01,yes\r\n'
        "经理,精理,1,1:00:00,\r\n"
    )


@pytest.mark.parametrize("hostile", ["=HYPERLINK(1)", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "＝1"])
def test_a_spreadsheet_takes_no_cell_for_a_formula(hostile: str) -> None:
    (_, row) = rows(to_csv([Mishearing(hostile, hostile, 1, 0, name=False)]))
    assert row[0].startswith("'")
    assert row[1].startswith("'")


@given(st.lists(st.tuples(st.text(), st.text()), max_size=5))
def test_every_row_reads_back_on_one_line(pairs: list[tuple[str, str]]) -> None:
    text = to_csv(Mishearing(written, said, 1, 0, name=False) for written, said in pairs)
    text.encode("utf-8")
    assert len(rows(text)) == text.count("\r\n") == 1 + len(pairs)
    assert all(len(row) == 5 for row in rows(text))
