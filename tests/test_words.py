"""Words: where they begin and end in a text, when they are spoken, and that no line break divides them."""

from __future__ import annotations

import json
import re
from itertools import accumulate, pairwise
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from publisher.align import Evidence, align, read_words
from publisher.align import words_json as words_json_file
from publisher.align.words import timed_words
from publisher.model import CaptionKind, Captions, Mark, Method, Span, TimedWord, Transcript, Word
from publisher.segmentation import words
from publisher.transcripts import cues, words_json
from tests.builders import timeline, transcript
from tests.talks import PACE, Talk, example, speak

EXAMPLE = example()
ANY_TEXT = st.text(
    st.sampled_from("的一是了我们今天说话3９0年 aBc'’-.,:!，。、…“”\n\tＡéЖ한カ々😀\u200b\u0301𠮷"),
    max_size=80,
)


def cut(text: str) -> list[str]:
    return [text[start:end] for start, end in words(text)]


def aligned_words(talk: Talk, text: Transcript) -> tuple[TimedWord, ...]:
    return align(text, Evidence(talk.duration, talk.captions)).words


def spelled(word: TimedWord, text: Transcript) -> str:
    return text.turns[word.turn].text[word.offset : word.offset + word.length]


def spoken(text: str) -> int:
    """How many pieces `speak` says it in."""
    return sum(letter.isalnum() or letter in ".%" for letter in text)


# -- where words are ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("我们今天聊一聊开源生态，好吗？", ["我们", "今天", "聊一聊", "开源", "生态", "好", "吗"]),
        ("用DeepSeek-V3的人", ["用", "DeepSeek-V3", "的", "人"]),
        ("Don’t stop: it's v2.0!", ["Don’t", "stop", "it's", "v2.0"]),
        ("1,000 at 12:30, or 80%", ["1,000", "at", "12:30", "or", "80"]),
        ("——“……”", []),
        ("cafe\u0301 du monde", ["cafe\u0301", "du", "monde"]),
    ],
)
def test_a_word_has_no_punctuation_around_it(text: str, expected: list[str]) -> None:
    assert cut(text) == expected


def test_traditional_text_is_cut_like_simplified() -> None:
    assert [len(word) for word in cut("這個產品經理說的話")] == [
        len(word) for word in cut("这个产品经理说的话")
    ]


@given(ANY_TEXT)
@settings(max_examples=200, deadline=None)
def test_every_letter_belongs_to_exactly_one_word(text: str) -> None:
    found = list(words(text))
    assert all(start < end for start, end in found)
    assert all(one[1] <= other[0] for one, other in pairwise(found))
    covered = {offset for start, end in found for offset in range(start, end)}
    assert {offset for offset, letter in enumerate(text) if letter.isalnum()} <= covered


# -- when they are spoken -----------------------------------------------------------------------------


def test_a_word_that_was_heard_has_exactly_its_time() -> None:
    talk = speak(EXAMPLE)
    found = aligned_words(talk, EXAMPLE)
    for word in found:
        text, start = EXAMPLE.turns[word.turn].text, talk.starts[word.turn]
        assert start is not None
        assert word.sure
        assert word.span.start == start + spoken(text[: word.offset]) * PACE
        if not re.search(r"\d", spelled(word, EXAMPLE)):
            assert word.span.length == spoken(spelled(word, EXAMPLE)) * PACE


def test_all_words_of_all_turns_are_there_in_order() -> None:
    found = aligned_words(speak(EXAMPLE, wrong=0.2), EXAMPLE)
    expected = [(turn.index, start, end) for turn in EXAMPLE.turns for start, end in words(turn.text)]
    assert [(word.turn, word.offset, word.offset + word.length) for word in found] == expected


def test_a_word_that_was_not_heard_lies_between_its_neighbours() -> None:
    text = transcript(("A", (("A", "我们今天在公园里聊一聊苹果和公司的产品经理"),)))
    heard = "我们今天在公园里聊一聊和公司的产品经理"
    gap = heard.index("和公司")
    times = [k * 200 + (400 if k >= gap else 0) for k in range(len(heard))]
    captions = Captions(
        tuple(Word(letter, Span(at, at + 200)) for letter, at in zip(heard, times, strict=True)),
        CaptionKind.GIVEN,
    )
    found = align(text, Evidence(6_000, captions)).words
    lost = next(word for word in found if spelled(word, text) == "苹果")
    assert not lost.sure
    assert lost.span == Span(gap * 200, gap * 200 + 400)


def test_a_word_that_was_heard_ends_before_the_pause_after_it() -> None:
    text = transcript(("A", (("A", "我们今天在公园里，接着聊一聊播客的事情"),)))
    heard = [letter for letter in text.turns[0].text if letter != "，"]
    times = [k * 200 + (1_000 if k >= 8 else 0) for k in range(len(heard))]
    captions = Captions(
        tuple(Word(letter, Span(at, at + 200)) for letter, at in zip(heard, times, strict=True)),
        CaptionKind.GIVEN,
    )
    found = align(text, Evidence(6_000, captions)).words
    before = [word for word in found if word.offset < 8][-1]
    after = next(word for word in found if word.offset > 8)
    assert (before.span.end, after.span.start) == (1_600, 2_600)


def test_without_captions_the_marks_tell() -> None:
    text = transcript(("A", (("A", "第一句话。第二句话。"),)))
    found = timed_words(text, timeline(text, spans=[(1_000, 9_000)], marks={0: (Mark(5, 8_000),)}).turns)
    starts = {word.offset: word.span.start for word in found}
    assert starts[0] == 1_000
    assert starts[5] == 8_000
    assert not any(word.sure for word in found)


def test_a_turn_that_is_not_in_the_audio_has_no_words() -> None:
    text = transcript(("A", (("A", "有这一句。"), ("B", "没有这一句。"))))
    found = timed_words(text, timeline(text, spans=[(0, 2_000), None]).turns)
    assert {word.turn for word in found} == {0}


@given(
    turns=st.lists(st.tuples(ANY_TEXT, st.integers(0, 50), st.integers(0, 9_000)), min_size=1, max_size=4),
    marks=st.lists(st.tuples(st.integers(0, 90), st.integers(0, 20_000)), max_size=4),
)
@settings(max_examples=150, deadline=None)
def test_words_stay_inside_their_turn_and_start_one_after_the_other(
    turns: list[tuple[str, int, int]], marks: list[tuple[int, int]]
) -> None:
    text = transcript(("A", [("A", said) for said, _, _ in turns]))
    spans: list[tuple[int, int] | None] = []
    at = 0
    for _, pause, length in turns:
        spans.append((at + pause, at + pause + length))
        at += pause + length
    wild = tuple(Mark(offset, start) for offset, start in sorted(marks))
    times = timeline(text, spans=spans, marks=dict.fromkeys(range(len(turns)), wild))
    check_order(timed_words(text, times.turns), spans)


def check_order(found: tuple[TimedWord, ...], spans: list[tuple[int, int] | None]) -> None:
    for index, span in enumerate(spans):
        own = [word for word in found if word.turn == index]
        if not own or span is None:
            continue
        assert span[0] <= own[0].span.start
        assert own[-1].span.end <= span[1]
        assert all(one.span.end <= other.span.start for one, other in pairwise(own))
        if span[1] - span[0] >= len(own):
            assert all(word.span.length >= 1 for word in own)


@given(wrong=st.floats(0, 0.5), unspoken=st.sets(st.integers(0, 53), max_size=8), seed=st.integers(0, 99))
@settings(max_examples=15, deadline=None)
def test_words_of_a_badly_heard_talk_are_in_order_too(wrong: float, unspoken: set[int], seed: int) -> None:
    talk = speak(EXAMPLE, wrong=wrong, unspoken=unspoken, seed=seed)
    found = align(EXAMPLE, Evidence(talk.duration, talk.captions))
    spans = [(turn.span.start, turn.span.end) if turn.span else None for turn in found.turns]
    check_order(found.words, spans)


# -- the file -----------------------------------------------------------------------------------------


def test_the_file_of_words_has_the_promised_form() -> None:
    text = transcript(("A", (("小\x00苏", "我们走吧。"), ("老修", "没说。"), ("", "好。"))))
    times = timeline(text, spans=[(1_000, 2_500), None, (2_500, 3_000)])
    found = (
        TimedWord(0, 0, 2, Span(1_000, 1_750), sure=True),
        TimedWord(0, 2, 2, Span(1_750, 2_500), sure=False),
        TimedWord(2, 0, 1, Span(2_500, 3_000), sure=True),
    )
    assert words_json.write(times, found) == (
        '{"version":1,"turns":['
        '{"index":0,"speaker":"小苏","start":1.0,"end":2.5,"words":[[0,2,1.0,1.75]]},'
        '{"index":2,"speaker":"","start":2.5,"end":3.0,"words":[[0,1,2.5,3.0]]}]}\n'
    )


def test_the_file_of_a_whole_talk_says_each_word_by_its_place() -> None:
    talk = speak(EXAMPLE, unspoken=[20])
    times = align(EXAMPLE, Evidence(talk.duration, talk.captions))
    data = json.loads(words_json.write(times, times.words))
    assert [turn["index"] for turn in data["turns"]] == [t.index for t in times.turns if t.present]
    for turn in data["turns"]:
        text = EXAMPLE.turns[turn["index"]].text
        said = "".join(text[offset : offset + length] for offset, length, _, _ in turn["words"])
        was_heard = times.turns[turn["index"]].method is not Method.INTERPOLATED
        assert [c for c in said if c.isalnum()] == [c for c in text if c.isalnum() and was_heard]


def test_inside_a_long_piece_of_captions_only_its_first_word_is_sure() -> None:
    text = transcript(("A", (("A", "我们今天在公园里聊一聊。接着聊播客的事情。"),)))
    pieces = (Word("我们今天在公园里聊一聊", Span(0, 4_000)), Word("接着聊播客的事情", Span(5_000, 9_000)))
    found = align(text, Evidence(10_000, Captions(pieces, CaptionKind.GIVEN))).words
    assert [spelled(word, text) for word in found if word.sure] == ["我们", "接着"]
    assert [word.span.start for word in found if word.sure] == [0, 5_000]


# -- beside the timeline ------------------------------------------------------------------------------


def test_words_that_lie_beside_a_timeline_read_back(tmp_path: Path) -> None:
    talk = speak(EXAMPLE, wrong=0.2, unspoken=[12])
    found = align(EXAMPLE, Evidence(talk.duration, talk.captions))
    path = tmp_path / "talk.words.json"
    path.write_text(words_json_file(found.words, inputs="abc"), encoding="utf-8")
    assert read_words(path, found, EXAMPLE, "abc") == found.words
    assert read_words(path, found, EXAMPLE, "other") is None
    assert read_words(tmp_path / "none.json", found, EXAMPLE, "abc") is None


@pytest.mark.parametrize(
    "rows",
    ["[[99, []]]", "[[0, [[0, 999, 0, 1, 1]]]]", "[[0, [[2, 1, 5, 4, 1]]]]", '[["a", []]]', "7", "[[0]]"],
)
def test_a_damaged_file_of_words_is_as_good_as_none(tmp_path: Path, rows: str) -> None:
    talk = speak(EXAMPLE)
    found = align(EXAMPLE, Evidence(talk.duration, talk.captions))
    path = tmp_path / "talk.words.json"
    path.write_text(f'{{"version": 1, "inputs": "abc", "turns": {rows}}}', encoding="utf-8")
    assert read_words(path, found, EXAMPLE, "abc") is None


def test_words_of_a_turn_that_a_person_moved_are_not_sure(tmp_path: Path) -> None:
    text = transcript(("A", (("A", "第一句话。"), ("B", "第二句话。"))))
    words = (
        TimedWord(1, 0, 3, Span(5_000, 5_500), sure=True),
        TimedWord(1, 3, 1, Span(8_500, 9_000), sure=True),
    )
    path = tmp_path / "talk.words.json"
    path.write_text(words_json_file(words, inputs=""), encoding="utf-8")
    moved = timeline(text, spans=[(0, 4_000), (8_000, 10_000)])
    assert read_words(path, moved, text, "") == (
        TimedWord(1, 0, 3, Span(8_000, 8_000), sure=False),
        words[1],
    )


# -- breaks -------------------------------------------------------------------------------------------


def divided(lines: list[str], text: str) -> set[str]:
    """The words of a text that go on in the next line; the lines hold the text without its white space."""
    bare = "".join(text.split())
    assert "".join("".join(line.split()) for line in lines) == bare
    ends = set(accumulate(len("".join(line.split())) for line in lines))
    return {bare[start:end] for start, end in words(bare) if ends & set(range(start + 1, end))}


@pytest.mark.parametrize("word", ["播客", "人工智能", "文字稿", "語音識別"])
def test_no_line_and_no_cue_ends_inside_a_chinese_word(word: str) -> None:
    for before in range(30):
        text = "嗯" * before + f"和{word}的" * 12 + "。"
        talk = transcript(("A", (("A", text),)))
        found = cues(timeline(talk, spans=[(0, 30_000)]), talk)
        assert not divided([line for cue in found for line in cue.text.split("\n")], text)


def test_a_whole_talk_has_no_divided_word() -> None:
    for turn in EXAMPLE.turns:
        talk = transcript(("A", ((turn.speaker, turn.text),)))
        found = cues(timeline(talk, spans=[(0, 200 * len(turn.text))]), talk)
        assert not divided([line for cue in found for line in cue.text.split("\n")], turn.text)
