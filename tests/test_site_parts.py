"""What the pages of the site are made from: sentences, names, colours, entities, the search index."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial

import pytest

from publisher.model import Method, Span, TimedWord, Timeline
from publisher.site import searchindex
from publisher.site.mentions import Entity, Names, gathered, spellings_of, whole
from publisher.site.naming import LONGEST, slug
from publisher.site.record import Record, Said
from publisher.site.searchindex import DIGITS, folded, terms
from publisher.site.sentences import sentences
from publisher.site.showpages import qr_code
from publisher.site.speakers import COLOURS, colours
from publisher.site.waveform import COLUMNS, shape
from publisher.site.wording import CHINESE, ENGLISH, date_in_words, wording
from publisher.text import fold
from tests.builders import timeline, transcript

# -- sentences ----------------------------------------------------------------------------------------

TALK = transcript(("开场", (("小苏", "大家好。欢迎收听！\n今天聊市场，好不好？"), ("老修", "好的。"))))


def word(turn: int, offset: int, start: int, *, sure: bool = True) -> TimedWord:
    return TimedWord(turn, offset, 1, Span(start, start + 100), sure)


def test_sentences_hold_the_whole_text_and_begin_with_their_first_word() -> None:
    words = (word(0, 0, 500), word(0, 4, 2_000), word(0, 10, 5_000), word(1, 0, 10_500))
    found = sentences(TALK, timeline(TALK), words, 0.5)
    assert [sentence.text for sentence in found] == [
        "大家好。",
        "欢迎收听！\n",
        "今天聊市场，好不好？",
        "好的。",
    ]
    assert [sentence.start for sentence in found] == [0, 2_000, 5_000, 10_000]
    assert all(sentence.sure for sentence in found)
    assert [sentence.offset for sentence in found] == [0, 4, 10, 0]


def test_a_sentence_of_which_no_word_was_heard_is_not_sure() -> None:
    words = (word(0, 0, 500), word(0, 4, 2_000, sure=False), word(0, 10, 5_000))
    found = sentences(TALK, timeline(TALK), words, 0.5)
    assert [sentence.sure for sentence in found] == [True, False, True, True]


def test_sentences_of_an_unsure_or_interpolated_turn_are_not_sure() -> None:
    plain = timeline(TALK, confidence=0.4)
    assert not any(sentence.sure for sentence in sentences(TALK, plain, (), 0.5))
    guessed = replace(
        plain, turns=tuple(replace(turn, confidence=0.9, method=Method.INTERPOLATED) for turn in plain.turns)
    )
    assert not any(sentence.sure for sentence in sentences(TALK, guessed, (), 0.5))


def test_where_words_were_never_heard_the_turn_decides() -> None:
    words = (word(0, 4, 2_000, sure=False),)
    assert all(sentence.sure for sentence in sentences(TALK, timeline(TALK), words, 0.5))


def test_a_turn_that_is_absent_or_an_episode_without_times_has_sentences_without_times() -> None:
    absent: Timeline = timeline(TALK, spans=[None, (0, 1_000)])
    assert [sentence.start for sentence in sentences(TALK, absent, (), 0.5)] == [None, None, None, 0]
    assert {sentence.start for sentence in sentences(TALK, None, (), 0.5)} == {None}


# -- names, colours, dates, waveform ------------------------------------------------------------------


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("GPT-4", "ＧＰＴ－４"),
        ("臺積電", "台积电"),
        (" Apple  Podcasts", "apple podcasts"),
        ("R&D", "r and d"),
    ],
)
def test_what_is_written_alike_has_one_page(one: str, other: str) -> None:
    assert slug(one) == slug(other)


def test_what_differs_in_signs_has_pages_of_its_own() -> None:
    assert len({slug(name) for name in ("C", "C++", "C#", "!!!", "???")}) == 5


@pytest.mark.parametrize(
    "name", ["../../etc/passwd", "a/b\\c", "", ".", "x" * 500, "con", "\x00\u202e", "<script>"]
)
def test_a_name_is_safe_as_a_folder(name: str) -> None:
    found = slug(name)
    assert re.fullmatch(r"[^\W_]+(-[^\W_]+)*", found)
    assert len(found) <= LONGEST


def test_a_speaker_keeps_the_colour_and_no_two_of_an_episode_share_one() -> None:
    names = [f"Speaker {k}" for k in range(COLOURS)]
    found = colours(names)
    assert sorted(found.values()) == list(range(COLOURS))
    assert colours(["小苏"])["小苏"] == colours(["小苏", "老修"])["小苏"]
    assert len(colours([f"Speaker {k}" for k in range(50)])) == 50


def test_dates_and_words_are_in_the_language_of_the_show() -> None:
    day = datetime(2026, 2, 17, tzinfo=UTC)
    assert date_in_words(day, wording("zh-CN")) == "2026年2月17日"
    assert date_in_words(day, wording("fr")) == "17 February 2026"
    assert (wording("zh-Hant-TW"), wording("zho-x")) == (CHINESE, ENGLISH)


def test_a_waveform_is_drawn_from_peaks() -> None:
    peaks = {
        "version": 2,
        "channels": 1,
        "length": 1_200,
        "data": [value for k in range(1_200) for value in (-k % 100, k % 100)],
    }
    drawn = shape(json.dumps(peaks).encode())
    assert drawn.count("M") == COLUMNS
    assert re.fullmatch(r"(M[\d.]+ \d+v\d+)+", drawn)


@pytest.mark.parametrize(
    "peaks", [b"", b"[]", b"{}", b'{"data": []}', b'{"data": [0, 0]}', b'{"data": "x"}', b"\xff"]
)
def test_peaks_that_cannot_be_read_draw_nothing(peaks: bytes) -> None:
    assert shape(peaks) == ""


def test_the_qr_code_is_one_svg_element() -> None:
    assert re.fullmatch(r"<svg [^<]*>(<path [^<]*/>)+</svg>", qr_code("https://example.com/feed.xml"))


# -- entities -----------------------------------------------------------------------------------------


def record(name: str, **lists: tuple[str, ...]) -> Record:
    return Record(name, f"Episode {name}", datetime(2026, 1, 1, tzinfo=UTC), 60_000, "", **lists)


def said(*texts: str, sure: bool = True) -> tuple[Said, ...]:
    return tuple(Said(1_000 * place, sure, "Ann", text) for place, text in enumerate(texts))


def entities(episodes: Sequence[tuple[Record, tuple[Said, ...]]]) -> tuple[Entity, ...]:
    names = Names(spellings_of(record for record, _ in episodes))
    return gathered(
        (own, names.said_in(fold(whole(told)).text, partial(tuple, told))) for own, told in episodes
    )


def test_an_entity_is_found_in_every_episode_however_it_is_written() -> None:
    found = entities(
        [
            (
                record("one", products=("GPT-4",), companies=("台积电",)),
                said("We use gpt 4.", "臺積電很大。"),
            ),
            (record("two"), said("ＧＰＴ４好用。", "Nothing here.")),
        ]
    )
    assert [(entity.kind, entity.name, entity.count) for entity in found] == [
        ("companies", "台积电", 1),
        ("products", "GPT-4", 2),
    ]
    assert [place.record.slug for place in found[1].places] == ["one", "two"]


def test_a_name_in_letters_is_no_part_of_a_longer_word() -> None:
    texts = said("The application of Appleton.", "An Apple a day.", "Apple的手机", "pineapple")
    (found,) = entities([(record("one", companies=("Apple",)), texts)])
    assert [mention.text for mention in found.places[0].mentions] == ["An Apple a day.", "Apple的手机"]


def test_a_name_over_the_end_of_a_sentence_is_not_said() -> None:
    (found,) = entities([(record("one", people=("张三",)), said("他姓张", "三点见"))])
    assert found.count == 0
    assert found.places[0].record.slug == "one"


def test_spellings_of_one_name_are_one_entity_called_as_it_is_mostly_written() -> None:
    listed = [(record(str(k), products=(name,)), ()) for k, name in enumerate(("iPhone", "IPhone", "iPhone"))]
    (found,) = entities(listed)
    assert (found.name, len(found.places)) == ("iPhone", 3)


# -- search -------------------------------------------------------------------------------------------


def unpacked(packed: str) -> list[int]:
    found, number, gap, shift = [], 0, 0, 0
    for digit in map(DIGITS.index, packed):
        gap |= (digit & 31) << shift
        shift += 5
        if digit < 32:
            number += gap
            found.append(number)
            gap = shift = 0
    return found


def test_the_index_tells_which_episodes_hold_a_term() -> None:
    listed = [terms(folded("共同的话" + ("，罕见" if k % 40 == 7 else ""))) for k in range(100)]
    shards = [json.loads(shard) for shard in searchindex.shards(listed)]
    rows = searchindex.rows(record(f"e{k}") for k in range(100))
    about = json.loads(searchindex.about(rows, len(shards)))
    assert about["shards"] == len(shards)

    def episodes(term: str) -> list[int]:
        return unpacked(shards[ord(term[0]) % len(shards)][term[0]][term[1:]])

    assert episodes("共同") == list(range(100))
    assert episodes("罕见") == [7, 47, 87]
    assert episodes("见") == [7, 47, 87]
    assert [row[0] for row in about["episodes"]][47] == "e47"


def test_terms_are_pairs_of_characters_words_and_numbers() -> None:
    assert terms(folded("軟體GPT-4o好，用")) == {"软体", "体", "gpt", "4", "o", "好", "用"}


def test_folding_keeps_what_is_compared_only() -> None:
    assert folded("Ｃａｆé 臺灣 ΣΑΣ") == "cafe 台湾 σασ"
