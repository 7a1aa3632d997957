"""Caption tracks of every kind, well made and hostile, as timed words."""

from __future__ import annotations

import json
from contextlib import suppress
from itertools import pairwise
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from publisher.errors import ContentError
from publisher.fetch import read_captions
from publisher.model import CaptionFile, CaptionKind, Captions
from tests.standin.captions import json3, webvtt

CUES: list[list[Any]] = [
    [0.5, 2.0, "Welcome back to the show"],
    [2.0, 3.5, "It waits"],
    [5.0, 6.0, "Good bye"],
]
SRT = "1\n00:00:01,250 --> 00:00:02,000\nOne\n\n2\n00:00:02,000 --> 00:00:04,000\nTwo\nlines\n"


def read(content: str | bytes, name: str = "captions") -> Captions:
    with TemporaryDirectory() as folder:
        path = Path(folder) / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode("utf-8"))
        return read_captions(CaptionFile(path, CaptionKind.GIVEN, "en"))


def words(content: str | bytes) -> list[tuple[int, int, str]]:
    return [(word.span.start, word.span.end, word.text) for word in read(content).words]


def fault(content: str | bytes) -> str:
    with pytest.raises(ContentError) as caught:
        read(content)
    assert caught.value.place
    assert caught.value.remedy
    return caught.value.what


def event(start: object, *segments: dict[str, object], **more: object) -> dict[str, object]:
    return {"tStartMs": start, "dDurationMs": 1_000, "segs": list(segments), **more}


def track(*events: object) -> str:
    return json.dumps({"events": list(events)})


# -- json3 ---------------------------------------------------------------------------------------------


def test_recognised_json3_has_a_time_for_each_word() -> None:
    content = json3(CUES, automatic=True)

    assert read(content).exact
    assert words(content) == [
        (500, 800, "Welcome"),
        (800, 1_100, "back"),
        (1_100, 1_400, "to"),
        (1_400, 1_700, "the"),
        (1_700, 2_000, "show"),
        (2_000, 2_750, "It"),
        (2_750, 5_000, "waits"),
        (5_000, 5_500, "Good"),
        (5_500, 6_000, "bye"),
    ]


def test_json3_typed_by_a_person_has_a_time_for_each_line() -> None:
    content = json3(CUES, automatic=False)

    assert not read(content).exact
    assert words(content)[1] == (2_000, 3_500, "It waits")


def test_kind_and_language_of_the_track_are_kept() -> None:
    captions = read(json3(CUES, automatic=True))

    assert (captions.kind, captions.language) == (CaptionKind.GIVEN, "en")


def test_zero_times_may_be_left_out_of_json3() -> None:
    assert words(track({"dDurationMs": 900, "segs": [{"utf8": "Hi"}]})) == [(0, 900, "Hi")]


@pytest.mark.parametrize(
    ("text", "spoken"),
    [
        (">> Hello", "Hello"),
        ("[Music] Hello", "Hello"),
        ("Hello [音乐]", "Hello"),
        ("［掌声］Hello ♪", "Hello"),
        ("one\ntwo", "one two"),
        ("Hel\x00lo\u202e", "Hello"),
    ],
)
def test_what_nobody_says_is_dropped(text: str, spoken: str) -> None:
    assert words(track(event(0, {"utf8": text}))) == [(0, 1_000, spoken)]


def test_a_word_ends_where_a_dropped_sound_begins() -> None:
    line = event(0, {"utf8": "Hello"}, {"utf8": " [Music]", "tOffsetMs": 400})

    assert words(track(line)) == [(0, 400, "Hello")]


def test_a_word_that_begins_after_the_next_line_is_clipped_to_it() -> None:
    first = event(0, {"utf8": "one"}, {"utf8": "two", "tOffsetMs": 5_000})

    assert words(track(first, event(1_000, {"utf8": "three"}))) == [
        (0, 1_000, "one"),
        (1_000, 1_000, "two"),
        (1_000, 2_000, "three"),
    ]


def test_a_rare_line_out_of_order_is_put_in_its_place() -> None:
    events = [event(at * 1_000, {"utf8": f"w{at}"}) for at in range(200)]
    events[50], events[51] = events[51], events[50]

    assert [text for _, _, text in words(track(*events))] == [f"w{at}" for at in range(200)]


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (track(event(5_000, {"utf8": "a"}), event(0, {"utf8": "b"})), "go back"),
        (
            track(event(0, {"utf8": "a"}, {"utf8": "b", "tOffsetMs": 9}, {"utf8": "c", "tOffsetMs": 3})),
            "go back",
        ),
        (track(event(-1, {"utf8": "a"})), "outside"),
        (track(event(0, {"utf8": "a", "tOffsetMs": -1})), "outside"),
        (track(event(10**400, {"utf8": "a"})), "outside"),
        (track(event("0", {"utf8": "a"})), "not a number"),
        (track(event(True, {"utf8": "a"})), "not a number"),
        ('{"events": [{"tStartMs": NaN, "segs": [{"utf8": "a"}]}]}', "not a number"),
        (track(event(0, {"utf8": 7})), "not a json3"),
        (track(event(0, {"utf8": "a"}, segs="text")), "not a json3"),
        (track(event(0), "text"), "not a json3"),
        ('{"events": {}}', "not a json3"),
        ("{}", "not a json3"),
        ('{"events": [', "damaged"),
        ('{"a":' * 100_000, "damaged"),
        ('{"a": ' + "9" * 10_000 + "}", "damaged"),
        (track(), "no words"),
        (track(event(0, {"utf8": "[Music]"})), "no words"),
    ],
    ids=lambda value: value[:60],
)
def test_hostile_json3_is_refused_with_a_sentence(content: str, says: str) -> None:
    assert says in fault(content)


LINES = st.lists(
    st.tuples(
        st.integers(0, 3_000),
        st.lists(
            st.tuples(st.integers(1, 500), st.text("abc好的", min_size=1, max_size=4)), min_size=1, max_size=5
        ),
    ),
    min_size=1,
    max_size=20,
)


@given(LINES)
def test_words_written_as_json3_come_back_with_their_times(
    lines: list[tuple[int, list[tuple[int, str]]]],
) -> None:
    events, expected, now = [], [], 0
    for gap, pieces in lines:
        start = now = now + gap
        segments = []
        for length, text in pieces:
            segments.append({"utf8": text, "tOffsetMs": now - start})
            expected.append((now, now + length, text))
            now += length
        events.append({"tStartMs": start, "dDurationMs": now - start, "segs": segments})

    assert words(json.dumps({"events": events})) == expected


# -- WebVTT --------------------------------------------------------------------------------------------


def test_recognised_webvtt_that_rolls_gives_each_line_once() -> None:
    rolling, exact = read(webvtt(CUES, automatic=True, language="en")), read(json3(CUES, automatic=True))

    assert rolling.exact
    assert [word.text for word in rolling.words] == [word.text for word in exact.words]
    assert [word.span.start for word in rolling.words] == [word.span.start for word in exact.words]


def test_webvtt_typed_by_a_person_has_a_time_for_each_line() -> None:
    content = webvtt(CUES, automatic=False, language="en")

    assert not read(content).exact
    assert words(content) == [
        (500, 2_000, CUES[0][2]),
        (2_000, 3_500, "It waits"),
        (5_000, 6_000, "Good bye"),
    ]


def test_webvtt_loses_its_markup_but_no_millisecond() -> None:
    content = (
        "WEBVTT - a title\n\nNOTE nothing to see\n\nSTYLE\n::cue { color: red }\n\n"
        "one\n00:01.250 --> 00:02.999 align:start\n<v Fred>Tom &amp; <b>Jerry</b></v>\n&lt;laughs&gt;\n\n"
        "01:00:00.000 --> 01:00:01.000\nlater\n"
    )

    assert words(content) == [(1_250, 2_999, "Tom & Jerry <laughs>"), (3_600_000, 3_601_000, "later")]


@pytest.mark.parametrize(
    "content",
    [
        "WEBVTT",
        "WEBVTT\n\n00:01.000 --> 00:02.000\n\n",
        "WEBVTT\n\n99:99:99.000 --> 00:02.000\nhello\n",
        "WEBVTT\n\nhello\n",
        "WEBVTT\n\n999999:00:00.000 --> 999999:00:01.000\nhello\n",
        "WEBVTTX\n\nhello",
    ],
)
def test_webvtt_without_words_or_sense_is_refused(content: str) -> None:
    assert fault(content)


def test_a_cue_that_ends_before_it_begins_has_no_length() -> None:
    assert words("WEBVTT\n\n00:05.000 --> 00:02.000\nhello\n") == [(5_000, 5_000, "hello")]


# -- SRT -----------------------------------------------------------------------------------------------


def test_srt_has_a_time_for_each_line() -> None:
    assert not read(SRT).exact
    assert words(SRT) == [(1_250, 2_000, "One"), (2_000, 4_000, "Two lines")]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le-bom"])
@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
def test_encodings_and_line_ends_make_no_difference(encoding: str, newline: str) -> None:
    text = SRT.replace("One", "一").replace("\n", newline)
    data = b"\xff\xfe" + text.encode("utf-16-le") if encoding.endswith("bom") else text.encode(encoding)

    assert words(data) == [(1_250, 2_000, "一"), (2_000, 4_000, "Two lines")]


def test_srt_loses_its_markup() -> None:
    content = "1\n00:00:01,500 --> 00:00:02,000\n{\\an8}<i>Tom</i> &amp; <font color='red'>Jerry</font>\n"

    assert words(content) == [(1_500, 2_000, "Tom & Jerry")]


def test_lines_of_srt_that_go_back_are_refused() -> None:
    assert "go back" in fault(SRT + "\n3\n00:00:00,000 --> 00:00:01,000\nThree\n")


# -- any file ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["a.srt", "a.json3", "a.txt", "a"])
def test_the_format_is_found_from_the_content(name: str) -> None:
    assert read("\n\nWEBVTT\n\n00:01.000 --> 00:02.000\nhello\n", name).words


@pytest.mark.parametrize(
    ("content", "says"),
    [
        ("", "no words"),
        ("\ufeff \n", "no words"),
        ("<!DOCTYPE html><html>Sign in</html>", "neither json3, WebVTT nor SRT"),
        ("1\n00:00:01 --> 00:00:02\nno milliseconds", "neither json3"),
        (b"\x80\x81\x82", "neither UTF-8 nor UTF-16"),
        (b"\xff\xfe\x00\xd8", "neither UTF-8 nor UTF-16"),
    ],
)
def test_what_is_no_caption_track_is_refused(content: str | bytes, says: str) -> None:
    assert says in fault(content)


def test_a_missing_file_is_told(tmp_path: Path) -> None:
    with pytest.raises(ContentError, match="cannot be read"):
        read_captions(CaptionFile(tmp_path / "none.srt", CaptionKind.GIVEN))


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda values: (
        st.lists(values, max_size=4)
        | st.dictionaries(
            st.sampled_from(["events", "segs", "tStartMs", "dDurationMs", "tOffsetMs", "utf8"]), values
        )
    ),
    max_leaves=20,
)
FRAGMENTS = st.lists(
    st.sampled_from(
        [
            *("WEBVTT", "\n", "\n\n", "\r", " ", "1", "{", "好", "\x00", "&amp;", "STYLE", "NOTE", "-->"),
            *("00:00:01.000 --> 00:00:02.000", "00:00:03,5 --> 00:00:02,000", "00:61.000"),
            *("<c>", "<v", "<00:00:01.500><c> word</c>"),
        ]
    ),
    max_size=30,
)
TEXTS = FRAGMENTS.map("".join)


@given(
    st.binary(max_size=200)
    | JSON.map(lambda value: json.dumps({"events": value}).encode())
    | TEXTS.map(str.encode)
    | TEXTS.map(lambda text: f"WEBVTT\n\n{text}".encode())
    | TEXTS.map(lambda text: f"1\n00:00:01,000 --> 00:00:02,000\n{text}".encode())
)
def test_any_bytes_give_captions_or_our_error(data: bytes) -> None:
    captions = None
    with suppress(ContentError):
        captions = read(data)

    if captions:
        assert captions.words
        assert all(word.text == " ".join(word.text.split()) for word in captions.words)
        assert all(a.span.start <= b.span.start for a, b in pairwise(captions.words))
