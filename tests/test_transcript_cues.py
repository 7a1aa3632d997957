"""From turns to cues: where text is cut, and when each piece is spoken."""

from __future__ import annotations

from itertools import groupby, pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from publisher.model import Cue, Mark, Span
from publisher.text import display_width
from publisher.transcripts import cues
from tests.builders import timeline, transcript

SPEECH = st.text(
    st.sampled_from("的一是了我他3九0个年月 aBc'-.,!?;，。！？；、…“”（）《》\n\t ＡéЖ한カ😀\u200b\u0301"),
    max_size=160,
)


def said(text: str, *, lasts: int | None = None, marks: tuple[Mark, ...] = ()) -> tuple[Cue, ...]:
    """The cues of one turn; five columns take a second if nothing else is said."""
    talk = transcript(("A", [("", text)]))
    end = lasts if lasts is not None else max(1, display_width(text) * 100)
    return cues(timeline(talk, spans=[(0, end)], marks={0: marks}), talk)


def texts(found: tuple[Cue, ...]) -> list[str]:
    return [cue.text for cue in found]


def bare(text: str) -> str:
    return "".join(text.split())


# -- cutting ------------------------------------------------------------------------------------------


def test_each_sentence_is_a_cue() -> None:
    assert texts(said("今天天气真的很好。我们去公园走走吧！你觉得怎么样？好的，走。")) == [
        "今天天气真的很好。",
        "我们去公园走走吧！",
        "你觉得怎么样？",
        "好的，走。",
    ]


def test_sentences_of_languages_with_spaces_end_at_a_full_stop() -> None:
    assert texts(said("Version 2.0 is out today. Have you tried it yet? I have not!")) == [
        "Version 2.0 is out today.",
        "Have you tried it yet?",
        "I have not!",
    ]


def test_closing_quotes_stay_with_their_sentence() -> None:
    assert texts(said("他说：“今天就到这里吧。”然后我们就都回家去了。")) == [
        "他说：“今天就到这里吧。”",
        "然后我们就都回家去了。",
    ]


def test_a_sentence_too_long_for_a_cue_is_cut_at_clauses() -> None:
    long = "我们先说第一件事情就是训练数据，第二件事情是工程化能力，第三件事情才是大家说的算法和模型，最后是市场。"
    found = texts(said(long))
    assert [text.replace("\n", "") for text in found] == [
        "我们先说第一件事情就是训练数据，第二件事情是工程化能力，",
        "第三件事情才是大家说的算法和模型，最后是市场。",
    ]


def test_two_lines_are_balanced_and_break_after_punctuation_where_they_can() -> None:
    assert texts(said("就刘某人在这下个断言，我觉得这个东西流行不了多久。")) == [
        "就刘某人在这下个断言，\n我觉得这个东西流行不了多久。"
    ]
    assert texts(said("The quick brown fox jumps over the lazy dog near the river bank")) == [
        "The quick brown fox jumps over\nthe lazy dog near the river bank"
    ]


def test_a_short_neighbour_in_the_turn_is_joined() -> None:
    assert texts(said("对。对。是的。我也是这么想的。")) == ["对。对。是的。", "我也是这么想的。"]


def test_a_cue_that_lasts_too_long_is_cut() -> None:
    found = said("我们慢慢地说这一件重要的事情", lasts=14_000)
    assert len(found) == 2
    assert all(cue.span.length <= 7_500 for cue in found)


def test_a_few_words_are_not_cut_however_long_they_last() -> None:
    assert texts(said("好的好的", lasts=60_000)) == ["好的好的"]


def test_paragraphs_are_not_run_together_in_a_line_without_a_blank() -> None:
    assert texts(said("第一段\n第二段", lasts=900)) == ["第一段 第二段"]


@pytest.mark.parametrize(
    "whole", ["Seedance", "10万块", "1.5小时", "2026年", "三个", "第一次", "3 个月", "don’t", "10 minutes"]
)
def test_a_word_and_a_number_with_its_measure_are_never_divided(whole: str) -> None:
    for before in range(40):
        found = said("我" * before + whole + "是" * 60)
        assert any(whole in line for cue in found for line in cue.text.split("\n")), before


def test_no_line_begins_with_a_closing_mark_or_ends_with_an_opening_one() -> None:
    for before in range(40):
        for cue in said("我" * before + "（这里）“那里”，《书》。" + "是" * 60):
            for line in cue.text.split("\n"):
                assert line[0] not in "）”，》。"
                assert line[-1] not in "（“《"


def test_a_word_wider_than_a_line_is_cut_at_the_line() -> None:
    address = "https://example.org/" + "a" * 300
    found = said(address)
    assert bare("".join(texts(found))) == address
    assert all(display_width(line) <= 32 for cue in found for line in cue.text.split("\n"))


# -- times --------------------------------------------------------------------------------------------


def test_times_come_from_the_marks() -> None:
    text = "今天天气真的很好。我们去公园走走吧！"
    found = said(text, lasts=9_000, marks=(Mark(9, 5_200),))
    assert [cue.span for cue in found] == [Span(0, 5_200), Span(5_200, 9_000)]


def test_between_marks_time_is_shared_out_by_width() -> None:
    assert [cue.span.start for cue in said("今天天气真的很好。abcdefgh abcdefgh.", lasts=7_200)] == [
        0,
        3_600,
    ]


def test_marks_that_make_no_sense_are_bounded_by_the_turn() -> None:
    wild = (Mark(0, 900), Mark(9, 99_000), Mark(9, 1), Mark(12, 50), Mark(400, 60))
    found = said("今天天气真的很好。我们去公园走走吧！", lasts=4_000, marks=wild)
    assert bare("".join(texts(found))) == "今天天气真的很好。我们去公园走走吧！"
    assert found[0].span.start == 0
    assert found[-1].span.end >= 4_000


def test_a_cue_never_crosses_turns_and_keeps_its_speaker() -> None:
    talk = transcript(("A", [("小苏", "对。"), ("老修", "嗯。"), ("", "好。")]))
    found = cues(timeline(talk, spans=[(0, 300), (300, 600), (600, 900)]), talk)
    assert [(cue.speaker, cue.text) for cue in found] == [("小苏", "对。"), ("老修", "嗯。"), ("", "好。")]


def test_an_absent_turn_gives_no_cue() -> None:
    talk = transcript(("A", [("小苏", "有。"), ("老修", "没有。"), ("小苏", "还有。")]))
    found = cues(timeline(talk, spans=[(0, 2_000), None, (5_000, 7_000)]), talk)
    assert [(cue.text, cue.span) for cue in found] == [
        ("有。", Span(0, 2_000)),
        ("还有。", Span(5_000, 7_000)),
    ]


def test_a_turn_that_overlaps_the_next_gives_way() -> None:
    talk = transcript(("A", [("小苏", "我先说完。"), ("老修", "等一下。")]))
    found = cues(timeline(talk, spans=[(0, 5_000), (3_000, 6_000)]), talk)
    assert [cue.span for cue in found] == [Span(0, 3_000), Span(3_000, 6_000)]


@settings(deadline=None, max_examples=200)
@given(
    turns=st.lists(
        st.tuples(SPEECH, st.integers(0, 2_000), st.integers(0, 30_000), st.booleans()), max_size=6
    ),
    marked=st.lists(st.tuples(st.integers(0, 170), st.integers(0, 100_000)), max_size=5),
)
def test_cues_hold_the_whole_text_in_order_of_time_within_two_lines(
    turns: list[tuple[str, int, int, bool]], marked: list[tuple[int, int]]
) -> None:
    talk = transcript(("A", [(str(number), text) for number, (text, *_) in enumerate(turns)]))
    spans: list[tuple[int, int] | None] = []
    start = 0
    for _, pause, length, present in turns:
        start += pause
        spans.append((start, start + length) if present else None)
        start += length // 2
    marks = tuple(Mark(offset, time) for offset, time in sorted(marked))
    found = cues(timeline(talk, spans=spans, marks=dict.fromkeys(range(len(turns)), marks)), talk)

    held = {
        speaker: bare("".join(texts(tuple(own)))) for speaker, own in groupby(found, lambda cue: cue.speaker)
    }
    wanted = {str(number): bare(text) for number, (text, _, _, present) in enumerate(turns) if present}
    assert held == {speaker: text for speaker, text in wanted.items() if text}
    assert all(cue.span.start < cue.span.end for cue in found)
    assert all(one.span.end <= other.span.start for one, other in pairwise(found))
    for cue in found:
        assert 1 <= len(cue.text.split("\n")) <= 2
        assert all(line and display_width(line) <= 32 for line in cue.text.split("\n"))
