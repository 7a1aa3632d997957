"""The texts for an episode's video."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from publisher.errors import UsageError
from publisher.video import LONGEST_DESCRIPTION, LONGEST_TAGS, _description, _tags, video_of
from publisher.workspace import Settings, open_show
from tests.conftest import CHECKOUT


@given(summary=st.text(max_size=50) | st.text(min_size=4_990, max_size=5_010), count=st.integers(0, 900))
def test_a_description_is_never_too_long_and_keeps_the_chapters_whole(summary: str, count: int) -> None:
    chapters = "".join(f"{place}:00 chapter\n" for place in range(count))
    text = _description(summary, chapters)
    assert len(text) <= LONGEST_DESCRIPTION
    assert not set("<>") & set(text)
    if len(chapters) < LONGEST_DESCRIPTION:
        assert text.endswith(chapters.rstrip("\n"))


@given(names=st.lists(st.text(max_size=80), max_size=20))
def test_tags_fit_together_and_hold_no_comma(names: list[str]) -> None:
    tags = _tags(tuple(names))
    assert len(",".join(tags)) <= LONGEST_TAGS
    assert all(tag and "," not in tag and "<" not in tag for tag in tags)
    assert len(set(tags)) == len(tags)


def test_the_example_episode_has_its_block() -> None:
    video = video_of(open_show(CHECKOUT, Settings()), "why-chapters-matter")
    assert video.description.splitlines()[-5:] == [
        line for line in video.description.splitlines() if line[:2].isdigit() and line[2] == ":"
    ]
    assert video.findings == ()


def test_an_unknown_episode_is_named(show_folder: Path) -> None:
    with pytest.raises(UsageError, match="nobody"):
        video_of(open_show(show_folder, Settings()), "nobody")
