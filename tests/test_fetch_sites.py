"""What differs between sites and languages: Bilibili's ways, and a language that is not the episode's."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from publisher.errors import FetchError
from publisher.fetch import Network, fetch_episode, read_captions
from publisher.fetch.sites import BILIBILI, list_page, site_of, video_page
from publisher.fetch.tracks import differs
from publisher.fetch.videofetcher import VideoFetcher
from publisher.model import Fetched, silent
from tests.fetching import FETCHERS, HASTY, episode
from tests.standin import StandIn
from tests.standin.fixtures import make_audio

NUMBER = "BV13x41117TL"
YOUTUBE_ID = "IpK175HsDQI"
CUES = [[0.0, 2.0, "各位听众，再见！"], [2.0, 4.0, "这就完了？"]]


@pytest.fixture
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[StandIn]:
    folder = tmp_path_factory.mktemp("media")
    make_audio(folder / "talk.m4a", 4.0)
    make_audio(folder / "dub.m4a", 4.0, pitch=440)
    video = {"duration": 4.0, "media": [{"itag": 140, "file": "talk.m4a"}], "clients": {"TVHTML5": "direct"}}
    on_bilibili = {"duration": 4.0, "audio": "talk.m4a", "captions": {"lang": "ai-zh", "cues": CUES}}
    config: dict[str, Any] = {"videos": {YOUTUBE_ID: video}, "bilibili": {NUMBER: on_bilibili}}
    with StandIn(config, root=folder) as site:
        yield site


def fetch(site: StandIn, folder: Path, source: str, language: str = "zh-CN") -> Fetched:
    return fetch_episode(
        episode(source, language=language),
        root=folder,
        cache=folder / "cache",
        network=Network(proxy=site.proxy, ca_file=site.ca_file),
        progress=silent,
        fetchers=(*FETCHERS, VideoFetcher(BILIBILI, HASTY)),
        shared=folder / "sites",
    )


def test_bilibili_gives_audio_and_captions_and_the_comments_are_none(site: StandIn, tmp_path: Path) -> None:
    found = fetch(site, tmp_path, f"https://www.bilibili.com/video/{NUMBER}?p=1")

    assert found.audio
    assert found.audio.read_bytes() == site.site.path("talk.m4a").read_bytes()
    assert found.captions
    assert (found.captions.kind, found.captions.language) == ("automatic", "zh")
    assert [word.text for word in read_captions(found.captions).words] == [text for _, _, text in CUES]
    assert "comment.bilibili.com" not in {entry["host"] for entry in site.log}


def test_bilibilis_captions_that_fail_do_not_cost_the_audio(site: StandIn, tmp_path: Path) -> None:
    site.site.config["faults"] = [{"on": "bilibili captions", "do": "status", "status": 429}]
    found = fetch(site, tmp_path, f"https://www.bilibili.com/video/{NUMBER}")

    assert found.audio
    assert found.captions is None
    assert "wait" in found.missing


@pytest.mark.parametrize(
    ("on", "status", "code"),
    [
        ("bilibili watch", 412, "rate_limited"),
        ("bilibili media", 403, "forbidden"),
        ("bilibili watch", 503, "network"),
    ],
)
def test_bilibilis_refusals_are_told(on: str, status: int, code: str, site: StandIn, tmp_path: Path) -> None:
    site.site.config["faults"] = [{"on": on, "do": "status", "status": status}]
    with pytest.raises(FetchError) as caught:
        fetch(site, tmp_path, f"https://www.bilibili.com/video/{NUMBER}")

    assert caught.value.code == code


def test_a_bilibili_video_that_is_gone_is_asked_for_once(site: StandIn, tmp_path: Path) -> None:
    with pytest.raises(FetchError) as caught:
        fetch(site, tmp_path, "https://www.bilibili.com/video/BV1none00000")

    assert caught.value.code == "removed"
    assert len(site.log) == 1


def test_a_short_link_of_bilibili_says_how_to_write_it(site: StandIn, tmp_path: Path) -> None:
    with pytest.raises(FetchError, match=r"bilibili\.com/video") as caught:
        fetch(site, tmp_path, "https://b23.tv/abc")

    assert caught.value.code == "unsupported_url"
    assert site.log == []


@pytest.mark.parametrize(
    ("address", "key"),
    [
        ("https://www.bilibili.com/video/BV13x41117TL/?p=2&t=9", "bilibili BV13x41117TL_p2"),
        ("http://bilibili.com/video/av170001", "bilibili av170001"),
        ("https://youtu.be/IpK175HsDQI?si=x", "youtube IpK175HsDQI"),
    ],
)
def test_all_addresses_of_a_video_mean_the_same(address: str, key: str) -> None:
    page = video_page(address)

    assert page
    assert page.key == key
    assert video_page(page.url) == page


@pytest.mark.parametrize(
    "address",
    [
        "https://www.youtube.com/playlist?list=../x",
        "https://www.youtube.com/@a/b/c",
        "https://space.bilibili.com/42/favlist",
        "https://www.bilibili.com/bangumi/play/ss1",
        "https://www.bilibili.com/video/BV13x41117TL/../../x",
        "https://user:secret@evil.example/@show",
        "https://[::1",
    ],
)
def test_other_addresses_are_no_list_and_no_video(address: str) -> None:
    assert list_page(address) is None
    assert video_page(address) is None


def test_a_foreign_host_is_no_site() -> None:
    assert site_of("https://youtube.com.evil.example/watch?v=IpK175HsDQI") is None
    assert site_of("ytsearch5:talk") is None


# -- the language -------------------------------------------------------------------------------------


def spoken(language: str) -> dict[str, Any]:
    return {"captions": [{"lang": language, "kind": "asr", "cues": CUES}]}


def test_another_language_than_the_episodes_is_told_and_costs_nothing(site: StandIn, tmp_path: Path) -> None:
    site.site.config["videos"][YOUTUBE_ID] |= spoken("en")
    found = fetch(site, tmp_path, f"https://youtu.be/{YOUTUBE_ID}")

    assert found.audio
    assert "'en'" in found.doubt
    assert "`language: en`" in found.doubt
    assert fetch(site, tmp_path, f"https://youtu.be/{YOUTUBE_ID}").doubt == found.doubt


def test_it_is_told_before_the_media_comes(site: StandIn, tmp_path: Path) -> None:
    site.site.config["videos"][YOUTUBE_ID] |= spoken("en")
    said: list[str] = []

    def tell(what: str, _share: float | None = None) -> None:
        said.append(what)

    fetch_episode(
        episode(f"https://youtu.be/{YOUTUBE_ID}", language="zh-CN"),
        root=tmp_path,
        cache=tmp_path / "cache",
        network=Network(proxy=site.proxy, ca_file=site.ca_file),
        progress=tell,
        fetchers=FETCHERS,
    )

    doubt = next(index for index, what in enumerate(said) if "`language: en`" in what)
    assert doubt < said.index("audio")


@pytest.mark.parametrize(
    ("site_says", "written"),
    [("zh", "zh-CN"), ("yue", "zh-HK"), ("zh-TW", "zh-CN"), ("iw", "he"), ("en", "")],
)
def test_what_may_be_the_same_language_is_no_doubt(
    site_says: str, written: str, site: StandIn, tmp_path: Path
) -> None:
    site.site.config["videos"][YOUTUBE_ID] |= spoken(site_says)

    assert fetch(site, tmp_path, f"https://youtu.be/{YOUTUBE_ID}", written).doubt == ""


def test_a_dub_beside_the_original_is_neither_taken_nor_doubted(site: StandIn, tmp_path: Path) -> None:
    dub = {"itag": 140, "file": "dub.m4a", "lang": "en", "track": "dub", "default": True, "bitrate": 160_000}
    original = {"itag": 140, "file": "talk.m4a", "lang": "zh-CN", "track": "Chinese original"}
    site.site.config["videos"][YOUTUBE_ID]["media"] = [dub, original]
    found = fetch(site, tmp_path, f"https://youtu.be/{YOUTUBE_ID}")

    assert found.audio
    assert found.audio.read_bytes() == site.site.path("talk.m4a").read_bytes()
    assert found.doubt == ""


def test_a_transcript_of_the_dub_gets_the_original_and_a_doubt(site: StandIn, tmp_path: Path) -> None:
    dub = {"itag": 140, "file": "dub.m4a", "lang": "zh-CN", "track": "dub", "default": True}
    original = {"itag": 140, "file": "talk.m4a", "lang": "en", "track": "English original"}
    site.site.config["videos"][YOUTUBE_ID]["media"] = [dub, original]
    found = fetch(site, tmp_path, f"https://youtu.be/{YOUTUBE_ID}")

    assert found.audio
    assert found.audio.read_bytes() == site.site.path("talk.m4a").read_bytes()
    assert "'en'" in found.doubt


def test_unlike_names_of_languages_differ() -> None:
    assert differs("en-US", "zh-CN")
    assert differs("ja", "ko")
    assert not differs("pt-BR", "pt-PT")
