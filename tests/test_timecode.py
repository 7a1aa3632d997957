from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from publisher import timecode

TIMES = st.integers(min_value=0, max_value=99 * timecode.HOUR)


@pytest.mark.parametrize(
    ("text", "ms"),
    [
        ("0", 0),
        ("37", 37_000),
        ("12:34", 754_000),
        ("90:00", 5_400_000),
        ("1:02:03", 3_723_000),
        ("00:01:02,500", 62_500),
        ("00:01:02.5", 62_500),
        ("61.0005", 61_000),
    ],
)
def test_every_written_form_is_read(text: str, ms: int) -> None:
    assert timecode.parse(text) == ms


@pytest.mark.parametrize("text", ["", "abc", "1:2:3:4", "12:60", "1:60:00", "-1", "1e3", "12:34 x"])
def test_what_is_no_time_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="not a time"):
        timecode.parse(text)


@given(TIMES)
def test_webvtt_and_srt_stamps_read_back(ms: int) -> None:
    assert timecode.parse(timecode.webvtt(ms)) == ms
    assert timecode.parse(timecode.srt(ms)) == ms


@given(TIMES)
def test_seconds_with_three_decimals_read_back(ms: int) -> None:
    assert timecode.from_seconds(timecode.seconds(ms)) == ms


@given(TIMES)
def test_a_clock_is_never_later_than_the_time(ms: int) -> None:
    assert 0 <= ms - timecode.parse(timecode.clock(ms)) < timecode.SECOND


def test_a_clock_has_hours_when_the_list_has_them() -> None:
    assert timecode.clock(65_000) == "01:05"
    assert timecode.clock(65_000, longest=timecode.HOUR) == "0:01:05"
    assert timecode.clock(3_723_000) == "1:02:03"
