"""Which addresses are YouTube videos, and which of a video's caption tracks is chosen."""

from __future__ import annotations

import pytest

from publisher.errors import FetchError, Place
from publisher.fetch.sites import YOUTUBE
from publisher.fetch.tracks import candidates
from publisher.fetch.videofetcher import VideoFetcher, page_of


@pytest.mark.parametrize(
    "reference",
    [
        "https://www.youtube.com/watch?v={}",
        "http://youtube.com/watch?list=PL123&v={}&t=9",
        "https://m.youtube.com/watch?v={}",
        "https://music.youtube.com/watch?v={}",
        "https://youtu.be/{}?si=x",
        "https://www.youtube.com/shorts/{}",
        "https://www.youtube.com/live/{}?t=9",
        "https://www.youtube-nocookie.com/embed/{}",
    ],
)
def test_every_form_of_a_videos_address_is_the_same_video(reference: str) -> None:
    address = reference.format("-_K175HsDQI")

    assert VideoFetcher(YOUTUBE).matches(address)
    assert page_of(address, YOUTUBE, Place("a.md")).video == "-_K175HsDQI"


@pytest.mark.parametrize(
    "reference",
    [
        "https://www.youtube.com/@channel",
        "https://www.youtube.com/playlist?list=PLstandin0123456789",
        "https://www.youtube.com/watch?v=IpK175",
        "https://www.youtube.com/watch?v=IpK175HsDQI1",
        "https://www.youtube.com/watch",
        "https://youtu.be/",
        "https://www.youtube.com/shorts",
    ],
)
def test_an_address_that_is_no_video_is_refused(reference: str) -> None:
    assert VideoFetcher(YOUTUBE).matches(reference)
    with pytest.raises(FetchError) as caught:
        page_of(reference, YOUTUBE, Place("a.md", field="source"))

    assert caught.value.code == "unsupported_url"
    assert "source" in str(caught.value)


@pytest.mark.parametrize(
    "reference",
    [
        "https://youtube.com.example.com/watch?v=IpK175HsDQI",
        "https://example.com/https://www.youtube.com/watch?v=IpK175HsDQI",
        "ytsearch5:anything",
        "file:///etc/passwd",
        "ftp://www.youtube.com/watch?v=IpK175HsDQI",
        "https://[broken",
        "",
    ],
)
def test_other_addresses_are_not_ours(reference: str) -> None:
    assert not VideoFetcher(YOUTUBE).matches(reference)


def _links(language: str, *, translated: bool = False) -> list[dict[str, str]]:
    target = "&tlang=en" if translated else ""
    return [{"ext": ext, "url": f"https://y/?lang={language}&fmt={ext}{target}"} for ext in ("json3", "vtt")]


@pytest.mark.parametrize(
    ("language", "uploaded", "recognised", "best"),
    [
        ("zh-CN", ["zh-TW", "zh-CN"], ["zh-orig"], "manual zh-CN"),
        ("zh", ["zh-Hant", "zh-Hans"], ["zh-orig"], "manual zh-Hans"),
        ("zh-SG", ["zh-CN"], ["zh-orig"], "manual zh-CN"),
        ("zh-HK", ["zh-CN", "zh-TW"], ["zh-orig"], "manual zh-TW"),
        ("zh-CN", ["zh-TW"], ["zh-orig", "zh"], "automatic zh"),
        ("zh-CN", ["zh-TW"], [], "manual zh-TW"),
        ("zh-CN", [], ["zh-Hant-orig"], "automatic zh-Hant"),
        ("zh-CN", [], ["zh-Hans"], "automatic zh-Hans"),
        ("zh-CN", ["en"], ["en-orig"], ""),
        ("yue", ["zh-TW"], ["yue-orig"], "automatic yue"),
        ("en", ["en-GB"], ["en-orig"], "manual en-GB"),
        ("en-US", ["en", "en-US"], [], "manual en-US"),
        ("", ["zh-TW"], ["zh-orig"], "automatic zh"),
        ("", ["zh-TW"], [], "manual zh-TW"),
        ("", ["zh-TW", "en"], [], ""),
        ("zh", ["live_chat"], [], ""),
    ],
)
def test_the_track_nearest_to_what_is_spoken_is_chosen(
    language: str, uploaded: list[str], recognised: list[str], best: str
) -> None:
    info = {
        "subtitles": {name: _links(name) for name in uploaded},
        "automatic_captions": {name: _links(name) for name in recognised},
    }

    tracks = candidates(info, language)

    assert (f"{tracks[0].kind} {tracks[0].language}" if tracks else "") == best
    assert all(track.format == "json3" for track in tracks)


def test_a_translation_is_never_chosen() -> None:
    recognised = {"zh-Hans": _links("zh", translated=True), "zh": _links("zh", translated=True)}

    assert candidates({"subtitles": {}, "automatic_captions": recognised}, "zh-Hans") == ()
