"""Front matter that goes into the feed for one episode alone: soundbites, licence, funding, places, free texts."""

from __future__ import annotations

from pathlib import Path

import pytest

from publisher.content import read_episode
from publisher.errors import ContentError
from publisher.mentions import Mention, Mentions
from publisher.model import Episode, Funding, License, Location, Span, Txt, TypedSoundbite
from tests.builders import transcript

BODY = "### One\n\n**Ann**: Nobody believed us then.\n\n**Ben**: 没有人相信。\n"


def read(folder: Path, fields: str) -> Episode:
    path = folder / "talk.md"
    path.write_text(f"---\ntitle: A\ndate: 2026-02-17\n{fields}---\n{BODY}", encoding="utf-8")
    return read_episode(path)


def test_soundbites_are_read_by_time_and_by_words(tmp_path: Path) -> None:
    fields = (
        "soundbites:\n"
        '  - "12:34-13:10 Title"\n'
        '  - "1:00:00.5 – 1:00:20"\n'
        '  - {start: "10", duration: "36.5", title: T}\n'
        '  - {start: "0:10", end: "0:40"}\n'
        "  - nobody BELIEVED us\n"
        "  - {quote: 没有人相信, title: 信}\n"
    )
    assert read(tmp_path, fields).soundbites == (
        TypedSoundbite("Title", Span(754_000, 790_000)),
        TypedSoundbite("", Span(3_600_500, 3_620_000)),
        TypedSoundbite("T", Span(10_000, 46_500)),
        TypedSoundbite("", Span(10_000, 40_000)),
        TypedSoundbite(quote="nobody BELIEVED us"),
        TypedSoundbite("信", quote="没有人相信"),
    )
    assert read(tmp_path, "soundbites: Nobody believed us\n").soundbites == (
        TypedSoundbite(quote="Nobody believed us"),
    )
    assert read(tmp_path, "").soundbites == ()


@pytest.mark.parametrize(
    ("entry", "said"),
    [
        ('"13:10-12:34 Title"', "'13:10-12:34 Title' is no soundbite."),
        ('{start: "0:10"}', "is no soundbite."),
        ("{title: x}", "is no soundbite."),
        ("[a, b]", "is no soundbite."),
        ("Nobody believes us", "'Nobody believes us' does not stand in one turn of the transcript."),
        ("us then 没有人", "does not stand in one turn"),
        (f'"0:10-0:40 {"x" * 129}"', "is longer than 128 characters."),
    ],
)
def test_a_soundbite_that_cannot_be_is_told_with_its_line(tmp_path: Path, entry: str, said: str) -> None:
    with pytest.raises(ContentError) as caught:
        read(tmp_path, f"soundbites:\n  - {entry}\n")
    assert "talk.md:4 (soundbites)" in str(caught.value)
    assert said in str(caught.value)


def test_an_episode_has_a_licence_ways_to_give_places_and_free_texts_of_its_own(tmp_path: Path) -> None:
    made = read(
        tmp_path,
        "license: CC-BY-4.0\nfunding: {url: https://example.com/give, text: Give}\nlocation: 上海\n"
        "txt:\n  - {text: abc, purpose: verify}\n  - {text: def}\nseason_name: 第二季\n",
    )
    assert made.license == License("CC-BY-4.0")
    assert made.funding == (Funding("https://example.com/give", "Give"),)
    assert made.location == (Location("上海"),)
    assert made.txt == (Txt("abc", "verify"), Txt("def"))
    assert made.season_name == "第二季"
    placed = read(tmp_path, 'location:\n  - {name: 上海, rel: creator, geo: "geo:31.23,121.47"}\n')
    assert placed.location == (Location("上海", "creator", "geo:31.23,121.47"),)


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ("license: mine\n", "talk.md:4 (license): Needs `url`"),
        ("funding: {text: Give}\n", "talk.md:4 (funding): `url` is missing."),
        ("funding: {url: javascript:alert(1), text: Give}\n", "`url` should be a web address"),
        ("location: {name: x, rel: nearby}\n", "(location): `rel` string should match"),
        ("txt: {text: x, colour: red}\n", "(txt): `colour` is not a key that publish knows."),
        ("location: " + "x" * 129 + "\n", "(location): `name` string should have at most 128 characters."),
    ],
)
def test_what_is_wrong_with_them_is_told_with_its_line(tmp_path: Path, fields: str, said: str) -> None:
    with pytest.raises(ContentError) as caught:
        read(tmp_path, fields)
    assert said in str(caught.value)


def test_words_are_found_however_they_are_written_and_only_whole() -> None:
    talk = transcript(
        ("A", [("", "Across RSSs, ＲＳＳ和rss. OpenAI's Open AI"), ("", "機器學習，2001太空漫游")])
    )
    found = Mentions(talk)
    assert [(m.start, m.end) for m in found.of("RSS")] == [(13, 16), (17, 20)]
    assert [(m.start, m.end) for m in found.of("OpenAI")] == [(22, 28), (31, 38)]
    assert list(found.of("机器学习")) == [Mention(1, 0, 4)]
    assert list(found.of("2001太空漫游")) == [Mention(1, 5, 13)]
    assert list(found.of("A")) == list(found.of("")) == list(found.of("—")) == []
