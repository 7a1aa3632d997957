"""All that YouTube may answer, and what comes of it: the outcome, what was asked for, and the files."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from publisher.errors import FetchError, Place
from publisher.fetch import Network, fetch_episode
from publisher.fetch.http import HttpFetcher
from publisher.fetch.listing import Listing
from publisher.fetch.process import list_apart
from publisher.fetch.sites import list_page
from publisher.media import probe
from publisher.model import Fetched, silent
from tests.fetching import FETCHERS, HASTY, WATCHED, customise, episode
from tests.scenarios import COVERED_BY, LENGTH, QUICK, ROWS, VIDEO, WATCH, WHOLE, ranges
from tests.standin import StandIn
from tests.standin.fixtures import make_video


@pytest.fixture(scope="module")
def media(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_video(tmp_path_factory.mktemp("media"), LENGTH)


@pytest.fixture
def site(media: Path) -> Iterator[StandIn]:
    defaults = {
        "title": "How a fetcher should behave",
        "duration": LENGTH,
        "thumbnail": "thumb.jpg",
        "clients": QUICK,
        "media": [{"itag": 140, "file": "talk.m4a"}, {"itag": 251, "file": "talk.webm"}],
    }
    pages = {
        "https://example.com/away": {"status": 302, "headers": {"Location": "http://127.0.0.1:1/secret.mp3"}}
    }
    with StandIn({"defaults": defaults, "videos": {VIDEO: {}}, "static": pages}, root=media) as site:
        yield site


def fetch(site: StandIn, folder: Path, source: str = WATCH + VIDEO, language: str = "en") -> Fetched:
    return fetch_episode(
        episode(source, language=language),
        root=folder,
        cache=folder / "cache",
        network=Network(proxy=site.proxy, ca_file=site.ca_file),
        progress=silent,
        fetchers=(*FETCHERS, HttpFetcher()),
        shared=folder / "sites",
    )


@pytest.mark.parametrize("name", ROWS)
def test_each_scenario_ends_as_it_should_and_leaves_a_proved_file_or_none(
    name: str, site: StandIn, media: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    row = ROWS[name]
    site.site.config["videos"][VIDEO] = row.about
    site.site.config["faults"] = row.about.get("everywhere", [])
    connections = tmp_path / "connections.txt"
    monkeypatch.setenv("CONNECTIONS", str(connections))
    customise(tmp_path / "custom", WATCHED + row.customised, monkeypatch.setenv)

    found, code = Fetched(), "ok"
    try:
        found = fetch(site, tmp_path, language=row.language)
    except FetchError as error:
        code = error.code

    asked = Counter(site.kinds())
    assert code == row.code
    assert {kind: asked[kind] for kind in row.asked} == dict(row.asked), asked
    assert not set(row.never) & set(asked)
    files = list((tmp_path / "cache").glob("audio*"))
    if code == "ok":
        assert files == [found.audio]
        assert probe(files[0]).duration == pytest.approx(LENGTH * 1_000, abs=100)
        assert files[0].read_bytes() == (media / f"talk{files[0].suffix}").read_bytes()
        assert row.more(found, site)
    else:
        assert files == []
    assert set(connections.read_text(encoding="utf-8").split()) == {site.proxy.removeprefix("http://")}


PLAYLIST = "https://www.youtube.com/playlist?list=PLstandin0123456789"
LISTED = [VIDEO, "no_caps____", "st_private_", "auto_only__"]


def listing(site: StandIn, folder: Path, url: str) -> Listing:
    page = list_page(url)
    assert page
    return Listing(
        page=page,
        known=frozenset(),
        past_known=False,
        most=0,
        folder=folder,
        shared=folder / "sites",
        place=Place(url),
        network=Network(proxy=site.proxy, ca_file=site.ca_file),
        patience=HASTY,
    )


def test_a_playlist_is_listed_with_its_private_videos_and_none_is_touched(
    site: StandIn, tmp_path: Path
) -> None:
    site.site.config["videos"] |= {name: {} for name in LISTED} | {"st_private_": {"state": "private"}}
    site.site.config["playlists"] = {"PLstandin0123456789": {"title": "A series", "videos": LISTED}}
    found = list_apart(listing(site, tmp_path, PLAYLIST), silent)

    assert [each.page.video for each in found] == LISTED
    assert set(site.kinds()) <= {"playlist", "browse"}


def test_a_playlist_that_does_not_exist_is_told(site: StandIn, tmp_path: Path) -> None:
    url = "https://www.youtube.com/playlist?list=PLnone00000000"
    with pytest.raises(FetchError) as caught:
        list_apart(listing(site, tmp_path, url), silent)

    assert caught.value.code == "removed"


def test_every_scenario_of_the_shared_stand_in_has_its_row(shared: Path) -> None:
    config = json.loads((shared / "youtube-standin/scenarios.json").read_text(encoding="utf-8"))

    assert set(config["videos"]) == set(COVERED_BY)
    assert set(COVERED_BY.values()) <= set(ROWS)
    assert config["playlists"]["PLstandin0123456789"]["videos"] == LISTED


@pytest.mark.parametrize(
    ("source", "code", "asked"),
    [
        ("http://169.254.169.254/latest/", "redirect", {}),
        ("https://example.com/away", "forbidden", {"static": 1, "blocked": 1}),
        ("file:///etc/passwd", "unsupported_url", {}),
        ("ytsearch5:anything", "unsupported_url", {}),
        (WATCH + "IpK175", "unsupported_url", {}),
        ("https://www.youtube.com/playlist?list=PLnone00000000", "unsupported_url", {}),
        ("https://www.youtube.com/playlist?list=PLstandin0123456789", "unsupported_url", {}),
    ],
)
def test_an_address_that_is_no_video_is_refused_before_yt_dlp_sees_it(
    source: str, code: str, asked: dict[str, int], site: StandIn, tmp_path: Path
) -> None:
    with pytest.raises(FetchError) as caught:
        fetch(site, tmp_path, source)

    assert caught.value.code == code
    assert Counter(site.kinds()) == Counter(asked)


@pytest.mark.parametrize(
    "form",
    [
        "https://youtu.be/{}?si=x",
        "https://www.youtube.com/shorts/{}",
        "https://www.youtube.com/live/{}?t=9",
        "https://m.youtube.com/watch?v={}",
        "https://www.youtube.com/watch?v={}&list=PLstandin0123456789",
    ],
)
def test_every_form_of_an_address_brings_the_one_video(form: str, site: StandIn, tmp_path: Path) -> None:
    fetch(site, tmp_path, form.format(VIDEO))

    assert {entry["video"] for entry in site.log if entry["video"]} == {VIDEO}
    assert Counter(site.kinds()) == WHOLE


def test_a_link_that_is_refused_in_mid_file_is_replaced_and_the_part_goes_on(
    site: StandIn, media: Path, tmp_path: Path
) -> None:
    site.site.config["videos"][VIDEO]["faults"] = [
        {"on": "media", "do": "truncate", "bytes": 9_000, "times": 1},
        {"on": "media", "do": "status", "status": 403, "times": 1},
    ]

    found = fetch(site, tmp_path)

    assert found.audio
    assert found.audio.read_bytes() == (media / "talk.m4a").read_bytes()
    assert [entry["status"] for entry in site.log if entry["kind"] == "media"] == [206, 403, 206]
    first, second, third = (span.partition("-")[0] for span in ranges(site))
    assert first == "bytes=0"
    assert second == third != first


def test_a_part_is_never_continued_with_another_videos_bytes(
    site: StandIn, media: Path, tmp_path: Path
) -> None:
    site.site.config["videos"][VIDEO]["faults"] = [
        {"on": "media", "do": "truncate", "bytes": 9_000, "times": 1},
        {"on": "media", "do": "status", "status": 404},
    ]
    with pytest.raises(FetchError):
        fetch(site, tmp_path)
    site.site.config["videos"]["other______"] = {"media": [{"itag": 140, "file": "dub.m4a"}]}

    found = fetch(site, tmp_path, WATCH + "other______")

    assert found.audio
    assert found.audio.read_bytes() == (media / "dub.m4a").read_bytes()


def test_a_proxy_of_the_environment_is_the_only_way_out(
    site: StandIn, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    connections = tmp_path / "connections.txt"
    monkeypatch.setenv("CONNECTIONS", str(connections))
    customise(tmp_path / "custom", WATCHED, monkeypatch.setenv)
    monkeypatch.setenv("https_proxy", site.proxy)
    fetch_episode(
        episode(WATCH + VIDEO),
        root=tmp_path,
        cache=tmp_path / "cache",
        network=Network(ca_file=site.ca_file),
        progress=silent,
        fetchers=FETCHERS,
    )

    assert set(connections.read_text(encoding="utf-8").split()) == {site.proxy.removeprefix("http://")}
