"""What platforms ask of a chapter list, and lists made to fit."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from publisher.chapters import FORMATS
from publisher.chapters.platforms import PLATFORMS, findings, fit
from publisher.model import Chapter

GOOD = (Chapter(0, 60_000, "A"), Chapter(60_000, 120_000, "B"), Chapter(120_000, 180_000, "C"))


def codes(chapters: tuple[Chapter, ...], platform: str) -> list[str]:
    return [found.code for found in findings(chapters, PLATFORMS[platform], "talk")]


@pytest.mark.parametrize("platform", PLATFORMS)
def test_a_good_list_has_no_findings_and_is_left_alone(platform: str) -> None:
    assert codes(GOOD, platform) == []
    assert fit(GOOD, PLATFORMS[platform]) == GOOD
    assert findings((), PLATFORMS[platform], "talk") == ()
    assert platform in FORMATS


@pytest.mark.parametrize("platform", PLATFORMS)
def test_a_list_that_does_not_begin_at_zero_or_is_too_few_is_named(platform: str) -> None:
    late = (Chapter(5_000, 60_000, "A"), *GOOD[1:])
    assert codes(late, platform) == [f"{platform}-chapter-first"]
    assert codes(GOOD[:2], platform) == [f"{platform}-chapter-few"]


def test_youtube_wants_ten_seconds_and_cuts_titles() -> None:
    short = (GOOD[0], Chapter(60_000, 69_999, "B"), Chapter(69_999, 180_000, "x" * 71))
    assert codes(short, "youtube") == ["youtube-chapter-short", "youtube-chapter-title-long"]
    assert codes(short, "apple") == []


def test_spotify_shows_fewer_than_forty_characters() -> None:
    assert codes((*GOOD[:2], Chapter(120_000, 180_000, "x" * 40)), "spotify") == [
        "spotify-chapter-title-long"
    ]
    assert codes((*GOOD[:2], Chapter(120_000, 180_000, "x" * 39)), "spotify") == []


def test_every_finding_says_what_to_do_and_whose_rule_it_is() -> None:
    bad = (Chapter(5_000, 6_000, "x" * 300),)
    for platform in PLATFORMS.values():
        for found in findings(bad, platform, "talk"):
            assert found.where == "talk"
            assert found.what.endswith(".")
            assert found.remedy
            assert found.source


def test_what_is_too_short_goes_into_the_chapter_before_it_the_first_takes_the_next() -> None:
    chapters = (
        Chapter(0, 5_000, "cold open"),
        Chapter(5_000, 60_000, "hello"),
        Chapter(60_000, 65_000, "aside"),
        Chapter(65_000, 120_000, "topic"),
        Chapter(120_000, 125_000, "bye"),
    )
    assert fit(chapters, PLATFORMS["youtube"]) == (
        Chapter(0, 65_000, "cold open"),
        Chapter(65_000, 125_000, "topic"),
    )


@given(times=st.sets(st.integers(0, 200_000), min_size=2, max_size=12))
def test_a_fitted_list_begins_at_zero_is_gapless_and_long_enough(times: set[int]) -> None:
    chapters = tuple(Chapter(one, other, "x") for one, other in pairwise(sorted(times)))
    fitted = fit(chapters, PLATFORMS["youtube"])
    assert fitted[0].start == 0
    assert fitted[-1].end == max(times)
    assert all(one.end == other.start for one, other in pairwise(fitted))
    assert all(chapter.end - chapter.start >= 10_000 for chapter in fitted) or len(fitted) == 1
