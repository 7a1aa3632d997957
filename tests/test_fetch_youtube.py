"""YouTube, by the real yt-dlp, which talks to a stand-in on loopback."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from publisher.errors import FetchError, Place
from publisher.fetch import Network, fetch_episode, read_captions
from publisher.media import probe
from publisher.model import CaptionKind, Episode, Fetched, Transcript, silent
from tests.fetching import FETCHERS
from tests.standin import StandIn
from tests.standin.fixtures import make_video

TALK = "IpK175HsDQI"
LENGTH = 4.0
CUES = [[0.5, 1.5, "欢迎回到节目。"], [1.5, 3.0, "今天我们谈谈字幕"], [3.0, 3.9, "谢谢收听"]]
AUTOMATIC = {"lang": "zh", "kind": "asr", "name": "Chinese", "cues": CUES}


@pytest.fixture(scope="module")
def media(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_video(tmp_path_factory.mktemp("media"), LENGTH)


@pytest.fixture
def site(media: Path) -> Iterator[StandIn]:
    defaults = {
        "title": "播客怎样制作？",
        "duration": LENGTH,
        "thumbnail": "thumb.jpg",
        "media": [{"itag": 140, "file": "talk.m4a"}, {"itag": 251, "file": str(media / "talk.webm")}],
    }
    with StandIn({"defaults": defaults, "videos": {}}, root=media) as site:
        yield site


class Listener:
    """Remembers what a fetcher said that it is doing."""

    def __init__(self) -> None:
        self.heard: list[tuple[str, float | None]] = []

    def __call__(self, what: str, share: float | None = None) -> None:
        self.heard.append((what, share))


def episode(source: str, *, language: str = "zh-CN", captions: str = "") -> Episode:
    return Episode(
        slug="talk",
        path=Path("content/talk.md"),
        title="Talk",
        published=datetime(2026, 1, 1, tzinfo=UTC),
        transcript=Transcript(()),
        source=source,
        language=language,
        captions=captions,
    )


def fetched(
    site: StandIn,
    folder: Path,
    video: str = TALK,
    *,
    language: str = "zh-CN",
    offline: bool = False,
    progress: Any = silent,
    **about: Any,
) -> Fetched:
    """Fetch a video that the stand-in shows with these properties."""
    site.site.config["videos"][video] = about
    return fetch_episode(
        episode(f"https://www.youtube.com/watch?v={video}", language=language),
        root=folder,
        cache=folder / "cache",
        network=Network(proxy=site.proxy, ca_file=site.ca_file, offline=offline),
        progress=progress,
        fetchers=FETCHERS,
    )


def test_audio_and_recognised_captions_come_in_the_spoken_language(site: StandIn, tmp_path: Path) -> None:
    found = fetched(site, tmp_path, captions=[AUTOMATIC])

    assert found.audio
    assert found.audio.suffix == ".m4a"
    assert probe(found.audio).duration == pytest.approx(LENGTH * 1000, abs=100)
    assert found.duration == LENGTH * 1000
    assert found.captions
    assert (found.captions.kind, found.captions.language) == (CaptionKind.AUTOMATIC, "zh")
    captions = read_captions(found.captions)
    assert captions.exact
    assert "".join(word.text for word in captions.words) == "".join(str(text) for _, _, text in CUES)
    assert captions.words[0].span.start == 500


def test_metadata_and_thumbnail_are_kept(site: StandIn, tmp_path: Path) -> None:
    found = fetched(site, tmp_path)

    info = json.loads((tmp_path / "cache/info.json").read_text(encoding="utf-8"))
    assert info["title"] == "播客怎样制作？"
    assert info["id"] == TALK
    assert found.thumbnail
    assert found.thumbnail.read_bytes().startswith(b"\xff\xd8")


def test_everything_is_written_into_the_cache_folder(site: StandIn, tmp_path: Path) -> None:
    fetched(site, tmp_path, captions=[AUTOMATIC])

    assert [path.name for path in tmp_path.iterdir()] == ["cache"]


def test_a_persons_captions_win_over_recognised_ones(site: StandIn, tmp_path: Path) -> None:
    typed = [{"lang": code, "cues": CUES} for code in ("en", "zh-TW", "zh-CN")]
    found = fetched(site, tmp_path, captions=[AUTOMATIC, *typed])

    assert found.captions
    assert (found.captions.kind, found.captions.language) == (CaptionKind.MANUAL, "zh-CN")
    assert not read_captions(found.captions).exact


def test_a_second_call_asks_nobody(site: StandIn, tmp_path: Path) -> None:
    first = fetched(site, tmp_path, captions=[AUTOMATIC])
    site.reset()

    assert fetched(site, tmp_path, captions=[AUTOMATIC]) == first
    assert site.log == []


def test_offline_the_cache_serves(site: StandIn, tmp_path: Path) -> None:
    first = fetched(site, tmp_path, captions=[AUTOMATIC])

    assert fetched(site, tmp_path, captions=[AUTOMATIC], offline=True) == first


def test_offline_without_a_cache_says_what_would_be_fetched(site: StandIn, tmp_path: Path) -> None:
    with pytest.raises(FetchError, match=f"would fetch .*{TALK}") as caught:
        fetched(site, tmp_path, offline=True)

    assert (caught.value.code, caught.value.again) == ("offline", True)
    assert site.log == []


def test_audio_that_lost_bytes_is_fetched_again(site: StandIn, tmp_path: Path) -> None:
    first = fetched(site, tmp_path)
    assert first.audio
    whole = first.audio.read_bytes()
    first.audio.write_bytes(whole[:100])

    second = fetched(site, tmp_path)

    assert second.audio
    assert second.audio.read_bytes() == whole


def test_another_video_is_another_file(site: StandIn, tmp_path: Path) -> None:
    first = fetched(site, tmp_path)
    second = fetched(site, tmp_path, "other______", media=[{"itag": 140, "file": "dub.m4a"}])

    assert first.audio
    assert second.audio
    assert first.audio.read_bytes() != second.audio.read_bytes()


@pytest.mark.parametrize(
    ("about", "code", "again"),
    [
        ({"state": "private"}, "private", False),
        ({"state": "removed"}, "removed", False),
        ({"state": "terminated"}, "removed", False),
        ({"state": "nonexistent"}, "removed", False),
        ({"state": "copyright"}, "copyright", False),
        ({"state": "geo"}, "geo_blocked", False),
        ({"state": "age"}, "age_restricted", False),
        ({"state": "members"}, "members_only", False),
        ({"state": "payment"}, "payment", False),
        ({"state": "bot"}, "bot_check", True),
        ({"state": "captcha"}, "captcha", True),
        ({"state": "ratelimit"}, "rate_limited", True),
        ({"state": "live"}, "live", True),
        ({"state": "upcoming"}, "upcoming", True),
        ({"state": "premiere"}, "upcoming", True),
        ({"faults": [{"on": "media", "do": "status", "status": 403}]}, "forbidden", True),
        ({"faults": [{"on": "media", "do": "status", "status": 429}]}, "rate_limited", True),
        ({"faults": [{"on": "media", "do": "status", "status": 404}]}, "gone", True),
        ({"faults": [{"on": "watch|player|next", "do": "status", "status": 429}]}, "rate_limited", True),
        ({"faults": [{"on": "media", "do": "html"}]}, "bad_media", True),
        ({"url_ttl": -1}, "forbidden", True),
        ({"clients": {"*": "sabr", "VISIONOS": "sabr", "TVHTML5": "sabr"}}, "sabr_only", False),
        ({"clients": {"*": "drm", "VISIONOS": "drm", "TVHTML5": "drm", "WEB": "drm"}}, "drm", False),
    ],
    ids=lambda value: json.dumps(value) if isinstance(value, dict) else None,
)
def test_each_refusal_has_a_code_and_a_sentence(
    site: StandIn, tmp_path: Path, about: dict[str, Any], code: str, again: bool
) -> None:
    with pytest.raises(FetchError) as caught:
        fetched(site, tmp_path, **about)

    error = caught.value
    assert (error.code, error.again) == (code, again)
    assert error.place == Place("content/talk.md", field="source")
    assert error.what.endswith(".")
    assert error.remedy.endswith((".", "ejs"))
    assert "\n" not in str(error)


def test_the_countries_of_a_video_are_named(site: StandIn, tmp_path: Path) -> None:
    with pytest.raises(FetchError, match="US, JP"):
        fetched(site, tmp_path, state="geo", countries=["US", "JP"])


def test_it_is_said_when_an_announced_video_begins(site: StandIn, tmp_path: Path) -> None:
    with pytest.raises(FetchError, match=r"it begins at 20\d\d-\d\d-\d\d \d\d:\d\d UTC"):
        fetched(site, tmp_path, state="upcoming")


def test_a_live_video_is_refused_before_any_media(site: StandIn, tmp_path: Path) -> None:
    with pytest.raises(FetchError):
        fetched(site, tmp_path, state="live")

    assert not {"media", "hls"} & set(site.kinds())


def test_a_finished_live_video_is_taken(site: StandIn, tmp_path: Path) -> None:
    assert fetched(site, tmp_path, state="was_live").audio


def test_a_page_in_place_of_audio_is_deleted(site: StandIn, tmp_path: Path) -> None:
    with pytest.raises(FetchError):
        fetched(site, tmp_path, faults=[{"on": "media", "do": "html"}])

    assert not list((tmp_path / "cache").glob("audio*"))
    assert fetched(site, tmp_path).audio


def test_a_cut_download_is_resumed(site: StandIn, tmp_path: Path) -> None:
    found = fetched(site, tmp_path, faults=[{"on": "media", "do": "truncate", "bytes": 9_000, "times": 1}])

    assert found.audio
    probe(found.audio)
    ranges = [entry["range"] for entry in site.log if entry["kind"] == "media"]
    assert len(ranges) == 2
    assert not ranges[1].startswith("bytes=0-")


@pytest.mark.parametrize("fault", [{"do": "status", "status": 429}, {"do": "empty"}, {"do": "reset"}])
def test_captions_that_fail_do_not_cost_the_audio_and_are_tried_again(
    site: StandIn, tmp_path: Path, fault: dict[str, Any]
) -> None:
    first = fetched(site, tmp_path, captions=[AUTOMATIC], faults=[{"on": "captions", **fault}])
    assert first.audio
    assert first.captions is None
    assert first.missing
    site.reset()

    second = fetched(site, tmp_path, captions=[AUTOMATIC])

    assert second.captions
    assert "media" not in site.kinds()


def test_captions_that_still_fail_do_not_cost_the_audio_that_is_here(site: StandIn, tmp_path: Path) -> None:
    refused = [{"on": "captions", "do": "status", "status": 429}]
    first = fetched(site, tmp_path, captions=[AUTOMATIC], faults=refused)

    second = fetched(site, tmp_path, state="private")

    assert second.audio == first.audio
    assert "private" in second.missing
    assert fetched(site, tmp_path, offline=True) == second


def test_a_video_without_captions_is_not_asked_for_them_again(site: StandIn, tmp_path: Path) -> None:
    found = fetched(site, tmp_path)
    assert found.captions is None
    site.reset()

    fetched(site, tmp_path)

    assert site.log == []


def test_the_original_sound_wins_over_a_dub(site: StandIn, media: Path, tmp_path: Path) -> None:
    dub = {"itag": 140, "file": "dub.m4a", "lang": "en", "track": "English (dubbed)", "bitrate": 160_000}
    original = {
        "itag": 140,
        "file": "talk.m4a",
        "lang": "zh-CN",
        "track": "Chinese original",
        "default": True,
    }
    found = fetched(site, tmp_path, media=[dub, original])

    assert found.audio
    assert found.audio.read_bytes() == (media / "talk.m4a").read_bytes()


def test_opus_is_taken_when_there_is_nothing_else(site: StandIn, tmp_path: Path) -> None:
    found = fetched(site, tmp_path, media=[{"itag": 251, "file": "talk.webm"}])

    assert found.audio
    assert probe(found.audio).codec == "opus"


def test_a_strange_title_harms_no_file(site: StandIn, tmp_path: Path) -> None:
    found = fetched(site, tmp_path, title="-o ../x; $(touch pwned) \u202egnp.exe \x01" + " long" * 60)

    assert found.audio
    assert found.audio.name == f"audio.{TALK}.140.m4a"


def test_a_certificate_nobody_vouches_for_is_refused(site: StandIn, tmp_path: Path) -> None:
    site.site.config["videos"][TALK] = {}
    with pytest.raises(FetchError) as caught:
        fetch_episode(
            episode(f"https://youtu.be/{TALK}"),
            root=tmp_path,
            cache=tmp_path / "cache",
            network=Network(proxy=site.proxy),
            progress=silent,
            fetchers=FETCHERS,
        )

    assert caught.value.code == "tls"
    assert "--ca-file" in caught.value.remedy


def test_a_proxy_that_is_not_there_is_a_network_fault(tmp_path: Path) -> None:
    with pytest.raises(FetchError) as caught:
        fetch_episode(
            episode(f"https://youtu.be/{TALK}"),
            root=tmp_path,
            cache=tmp_path / "cache",
            network=Network(proxy="http://127.0.0.1:1"),
            progress=silent,
            fetchers=FETCHERS,
        )

    assert caught.value.code == "network"


def test_progress_grows_to_the_whole(site: StandIn, tmp_path: Path) -> None:
    listener = Listener()
    fetched(site, tmp_path, progress=listener)

    shares = [share for what, share in listener.heard if what == "audio" and share is not None]
    assert shares == sorted(shares)
    assert shares[-1] == 1.0
