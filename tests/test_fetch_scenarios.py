"""All that YouTube may answer, and what comes of it: the outcome, what was asked for, and the files."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from publisher.errors import FetchError, Place
from publisher.fetch import Network, fetch_episode, read_captions
from publisher.fetch.http import HttpFetcher
from publisher.fetch.listing import Listing
from publisher.fetch.process import list_apart
from publisher.fetch.sites import list_page
from publisher.media import probe
from publisher.model import Fetched, silent
from tests.fetching import FETCHERS, HASTY, WATCHED, customise, episode
from tests.standin import StandIn
from tests.standin.fixtures import make_video

WATCH = "https://www.youtube.com/watch?v="
VIDEO = "IpK175HsDQI"
LENGTH = 4.0
CUES = [[0.5, 1.5, "Welcome back."], [1.5, 3.0, "It never starts twice."], [3.0, 3.9, "Good bye."]]
AUTOMATIC = {"lang": "en", "kind": "asr", "name": "English", "cues": CUES}
QUICK = {"TVHTML5": "direct"}
PAGE = Counter(watch=1, player=2)
WHOLE = PAGE + Counter(media=1, thumb=1)
NO_RUNTIME = (
    "import sysconfig; sysconfig.get_path = lambda *_, **__: '/nowhere'; import os; os.environ['PATH'] = ''"
)


def media_fault(**rule: Any) -> dict[str, Any]:
    return {"faults": [{"on": "media", **rule}]}


def asks(kinds: Counter[str], **more: int) -> Counter[str]:
    return kinds + Counter(more)


@dataclass(frozen=True)
class Row:
    """A scenario.

    Attributes:
        code: How it ends; `ok` is well.
        asked: How many requests of each kind; of the kinds that are left out, any number.
        about: The video's configuration.
        never: Kinds that are not asked for.
        more: A condition on what came and on the log.
    """

    code: str
    asked: Counter[str] = field(default_factory=Counter)
    about: dict[str, Any] = field(default_factory=dict)
    never: tuple[str, ...] = ()
    more: Callable[[Fetched, StandIn], bool] = lambda _found, _site: True
    language: str = "en"
    customised: str = ""


def clients(site: StandIn) -> list[str]:
    return [entry["client"] for entry in site.log if entry["kind"] == "media"]


def ranges(site: StandIn) -> list[str]:
    return [entry["range"] or "" for entry in site.log if entry["kind"] == "media"]


def track(found: Fetched) -> str:
    return f"{found.captions.kind} {found.captions.language}" if found.captions else ""


def info(found: Fetched) -> dict[str, Any]:
    assert found.audio
    data: dict[str, Any] = json.loads((found.audio.parent / "info.json").read_text(encoding="utf-8"))
    return data


def refused(state: str, code: str) -> Row:
    return Row(code, about={"state": state}, never=("media", "hls", "captions", "thumb"))


ZH = [{**AUTOMATIC, "lang": "zh"}, {"lang": "zh-CN", "cues": CUES}, {"lang": "zh-TW", "cues": CUES}]
DUBBED = [
    {"itag": 140, "file": "dub.m4a", "lang": "zh-CN", "track": "dub", "default": True, "bitrate": 160_000},
    {"itag": 140, "file": "talk.m4a", "lang": "en", "track": "English original"},
]
ONLY_TV = {"*": "sabr", "VISIONOS": "sabr"}
ALL_SABR = {"*": "sabr", "VISIONOS": "sabr", "TVHTML5": "sabr"}
ALL_DRM = {"*": "drm", "VISIONOS": "drm", "TVHTML5": "drm", "WEB": "drm"}
BROKEN = {"do": "status", "status": 503}
BUSY = {"do": "status", "status": 429}

ROWS: dict[str, Row] = {
    # what there is
    "everything": Row(
        "ok",
        asks(WHOLE, js=1, captions=1),
        {
            "clients": {},
            "captions": [AUTOMATIC, {"lang": "en", "cues": CUES}],
            "chapters": [{"start": 0, "title": "A"}, {"start": 1, "title": "B"}, {"start": 2, "title": "C & D"}],
        },
        more=lambda found, site: (
            clients(site) == ["TVHTML5"]
            and len(info(found)["chapters"]) == 3
            and info(found)["channel"] == "Stand-in channel"
            and track(found) == "manual en"
        ),
    ),
    "no captions": Row("ok", WHOLE, never=("captions",), more=lambda found, _: not found.missing),
    "automatic captions": Row(
        "ok",
        asks(WHOLE, captions=1),
        {"captions": [AUTOMATIC]},
        more=lambda found, _: bool(found.captions and read_captions(found.captions).exact),
    ),
    "chinese captions": Row(
        "ok", asks(WHOLE, captions=1), {"captions": ZH}, language="zh-CN",
        more=lambda found, _: track(found) == "manual zh-CN",
    ),
    "cantonese captions": Row(
        "ok", asks(WHOLE, captions=1), {"captions": [{**AUTOMATIC, "lang": "yue"}]}, language="yue",
        more=lambda found, _: track(found) == "automatic yue",
    ),
    "chapters in the description": Row(
        "ok", WHOLE, {"description": "0:00 Opening\n0:01 Manners\n0:02 End"},
        more=lambda found, _: [c["title"] for c in info(found)["chapters"]] == ["Opening", "Manners", "End"],
    ),
    "only opus": Row("ok", WHOLE, {"media": [{"itag": 251, "file": "talk.webm"}]}),
    "a dub": Row("ok", WHOLE, {"media": DUBBED}),
    "a nasty title": Row("ok", WHOLE, {"title": "-o ../x; $(touch pwned) \u202egnp.exe \x01" + " long" * 60}),
    "a finished live": Row("ok", about={"state": "was_live"}),
    "a ciphered signature": Row("ok", asks(WHOLE, js=1), {"clients": {**ONLY_TV, "TVHTML5": "sig"}}),
    "only links with a challenge": Row(
        "ok", asks(WHOLE, js=1), {"clients": ONLY_TV},
        more=lambda _, site: clients(site) == ["TVHTML5"],
    ),
    # how it is refused
    "private": refused("private", "private"),
    "removed": refused("removed", "removed"),
    "terminated": refused("terminated", "removed"),
    "copyright": refused("copyright", "copyright"),
    "nonexistent": refused("nonexistent", "removed"),
    "age": refused("age", "age_restricted"),
    "bot": refused("bot", "bot_check"),
    "try again later": refused("ratelimit", "rate_limited"),
    "members": refused("members", "members_only"),
    "payment": refused("payment", "payment"),
    "another country": refused("geo", "geo_blocked"),
    "captcha": refused("captcha", "captcha"),
    "upcoming": refused("upcoming", "upcoming"),
    "premiere": refused("premiere", "upcoming"),
    "live": refused("live", "live"),
    "only sabr": Row("sabr_only", about={"clients": ALL_SABR}, never=("media",)),
    "only drm": Row("drm", about={"clients": ALL_DRM}, never=("media",)),
    # media
    "429 that says when": Row("ok", Counter(media=3), media_fault(**BUSY, times=2, retry_after=1)),
    "429 that does not": Row("rate_limited", Counter(media=1), media_fault(**BUSY)),
    "429 for long": Row("rate_limited", Counter(media=1), media_fault(**BUSY, retry_after=3_600)),
    "403": Row("forbidden", Counter(media=4), media_fault(do="status", status=403)),
    "403 for one client": Row(
        "ok", Counter(media=3), media_fault(do="status", status=403, client="TVHTML5"),
        more=lambda _, site: clients(site) == ["TVHTML5", "TVHTML5", "VISIONOS"],
    ),
    "an expired link": Row("forbidden", Counter(media=4), {"url_ttl": -1}),
    "404": Row("gone", Counter(media=2), media_fault(do="status", status=404)),
    "503 twice": Row("ok", Counter(media=3), media_fault(do="status", status=503, times=2)),
    "cut twice": Row(
        "ok", Counter(media=3), media_fault(do="truncate", bytes=9_000, times=2),
        more=lambda _, site: not ranges(site)[1].startswith("bytes=0-"),
    ),
    "cut always": Row("network", Counter(media=12), media_fault(do="truncate", bytes=100)),
    "reset twice": Row("ok", Counter(media=3), media_fault(do="reset", times=2)),
    "slow": Row("ok", WHOLE, media_fault(do="slow", bps=100_000)),
    "stalled once": Row("ok", Counter(media=2), media_fault(do="stall", seconds=2, times=1)),
    "no ranges": Row("ok", WHOLE, media_fault(do="norange")),
    "a page in place of audio": Row("bad_media", Counter(media=3), media_fault(do="html")),
    "a page once": Row("ok", Counter(media=2), media_fault(do="html", times=1)),
    "an empty file": Row("bad_media", Counter(media=6), media_fault(do="empty")),
    "another video's length": Row("bad_media", Counter(media=3), {"duration": 60.0}),
    # pages and the player API
    "page 429": Row(
        "ok", asks(WHOLE, next=1, player=1), {"faults": [{"on": "watch", **BUSY}]},
        more=lambda found, _: info(found)["availability"] == "public",
    ),
    "page 429 once": Row(
        "ok",
        Counter(media=1, thumb=1),
        {"faults": [{"on": "watch", **BUSY, "times": 1}]},
    ),
    "page and what is beside it 429": Row(
        "ok", asks(WHOLE, next=1, player=1), {"faults": [{"on": "watch|next", **BUSY}]},
        more=lambda found, _: info(found)["availability"] is None,
    ),
    "page 503 once": Row("ok", Counter(watch=2), {"faults": [{"on": "watch", **BROKEN, "times": 1}]}),
    "player 429": Row("rate_limited", Counter(player=2), {"faults": [{"on": "player", **BUSY}]}, never=("media",)),
    "player 429 twice": Row(
        "rate_limited",
        Counter(player=2),
        {"faults": [{"on": "player", **BUSY, "times": 2}]},
        never=("media",),
    ),
    "player 429 for one client": Row(
        "ok", WHOLE, {"faults": [{"on": "player", **BUSY, "times": 1}]},
        more=lambda _, site: clients(site) == ["VISIONOS"],
    ),
    "player 500 twice": Row("ok", about={"faults": [{"on": "player", **BROKEN, "times": 2}]}),
    "429 for all": Row("rate_limited", about={"faults": [{"on": "watch|player|next", **BUSY}]}, never=("media",)),
    "reset for all": Row("network", about={"faults": [{"on": "watch|player|next", "do": "reset"}]}, never=("media",)),
    # the JavaScript runtime
    "no runtime, another client": Row(
        "ok", asks(WHOLE - Counter(player=1)), {"clients": {}}, customised=NO_RUNTIME,
        more=lambda _, site: clients(site) == ["VISIONOS"],
    ),
    "no runtime": Row(
        "no_js_runtime", about={"clients": ONLY_TV}, customised=NO_RUNTIME, never=("media",)
    ),
    "a broken player script, another client": Row(
        "ok", about={"clients": {}, "everywhere": [{"on": "js", "do": "html"}]},
        more=lambda _, site: clients(site) == ["VISIONOS"],
    ),
    "a broken player script": Row(
        "no_js_runtime",
        about={"clients": ONLY_TV, "everywhere": [{"on": "js", "do": "html"}]},
    ),
    # captions and picture
    "captions 429 once": Row(
        "ok", asks(WHOLE, captions=2), {"captions": [AUTOMATIC], "faults": [{"on": "captions", **BUSY, "times": 1}]},
        more=lambda found, _: track(found) == "automatic en",
    ),
    "captions 429": Row(
        "ok", asks(WHOLE, captions=3), {"captions": [AUTOMATIC], "faults": [{"on": "captions", **BUSY}]},
        more=lambda found, _: not found.captions and "wait" in found.missing,
    ),
    "empty captions": Row(
        "ok", asks(WHOLE, captions=1), {"captions": [AUTOMATIC], "faults": [{"on": "captions", "do": "empty"}]},
        more=lambda found, _: not found.captions and "none" in found.missing,
    ),
    "uploaded captions fail, recognised ones serve": Row(
        "ok", asks(WHOLE, captions=2),
        {
            "captions": [AUTOMATIC, {"lang": "en", "cues": CUES}],
            "faults": [{"on": "captions", "do": "empty", "times": 1}],
        },
        more=lambda found, _: track(found) == "automatic en",
    ),
    "no picture": Row(
        "ok", WHOLE, {"faults": [{"on": "thumb", "do": "status", "status": 404}]},
        more=lambda found, _: found.thumbnail is None,
    ),
}  # fmt: skip


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


COVERED_BY = {
    VIDEO: "everything",
    "zh_talk____": "chinese captions",
    "yue_talk___": "cantonese captions",
    "no_caps____": "no captions",
    "auto_only__": "automatic captions",
    "desc_chap__": "chapters in the description",
    "opus_only__": "only opus",
    "dubbed_____": "a dub",
    "nasty______": "a nasty title",
    "st_private_": "private",
    "st_removed_": "removed",
    "st_terminat": "terminated",
    "st_copyrigh": "copyright",
    "st_nonexist": "nonexistent",
    "st_age_____": "age",
    "st_bot_____": "bot",
    "st_ratelimi": "try again later",
    "st_members_": "members",
    "st_payment_": "payment",
    "st_geo_____": "another country",
    "st_captcha_": "captcha",
    "st_live____": "live",
    "st_was_live": "a finished live",
    "st_upcoming": "upcoming",
    "st_premiere": "premiere",
    "m429x2_____": "429 that says when",
    "m403_______": "403",
    "m403vis____": "403 for one client",
    "m503x2_____": "503 twice",
    "truncate___": "cut twice",
    "trunc_all__": "cut always",
    "mreset_____": "reset twice",
    "mslow______": "slow",
    "mstall_____": "stalled once",
    "norange____": "no ranges",
    "mhtml______": "a page in place of audio",
    "mempty_____": "an empty file",
    "expires____": "an expired link",
    "w429_______": "page 429",
    "w429x1_____": "page 429 once",
    "w503x1_____": "page 503 once",
    "p429_______": "player 429",
    "p429x2_____": "player 429 twice",
    "p500x2_____": "player 500 twice",
    "all429_____": "429 for all",
    "allreset___": "reset for all",
    "c429x1_____": "captions 429 once",
    "c429_______": "captions 429",
    "cempty_____": "empty captions",
    "sig________": "a ciphered signature",
    "n_only_____": "only links with a challenge",
    "sabr_all___": "only sabr",
    "drm_all____": "only drm",
}
"""The row here for each scenario of the stand-in from which this one was learned."""


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
