"""All that YouTube may answer, and what shall come of each: a table for `test_fetch_scenarios.py`."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from publisher.fetch import read_captions
from publisher.model import Fetched
from tests.standin import StandIn

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
