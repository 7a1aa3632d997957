"""Which request is about what, and who answers it."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import SplitResult, parse_qs

from tests.standin import bilibili, lists, pages
from tests.standin.player import FORMATS, link_is_good
from tests.standin.refusals import Json
from tests.standin.site import NOT_FOUND, Answer, Site

_YOUTUBE_PATHS = {"/watch": "watch", "/api/timedtext": "captions", "/playlist": "playlist"}
_BLOCKED: Answer = (403, "text/plain", b"this host is not played")


@dataclass(frozen=True, slots=True)
class Asked:
    """A request, understood.

    Attributes:
        kind: watch, player, media, ...; `blocked` when the host is not played.
        url: Its parts.
        query: The first value of each parameter.
        video: Video id; empty when there is none.
        client: The API client's name; empty when there is none.
        body: JSON of a POST.
        static: The configured page with this address, if any.
        host: Where one site has several.
    """

    kind: str
    url: SplitResult
    query: dict[str, str]
    video: str = ""
    client: str = ""
    body: Json = field(default_factory=dict)
    static: Json = field(default_factory=dict)
    host: str = ""


def understand(site: Site, address: str, url: SplitResult, body: bytes) -> Asked:
    """What a request is about.

    Args:
        site: For its static pages.
        address: Scheme and host, such as `https://www.youtube.com`.
        url: The request's path and query.
        body: Of a POST.
    """
    query = {key: values[0] for key, values in parse_qs(url.query, keep_blank_values=True).items()}
    host = address.partition("://")[2]
    if static := site.config.get("static", {}).get(f"{address}{url.path}"):
        return Asked("static", url, query, static=static)
    if host == "youtu.be" or host.endswith("youtube.com"):
        return _of_youtube(url, query, body)
    if bilibili.plays(host):
        return Asked("bilibili " + bilibili.kind_of(host, url), url, query, host=host)
    video = query.get("v", "")
    if host.endswith(".googlevideo.com"):
        kind = "media" if url.path == "/videoplayback" else "hls"
        return Asked(kind, url, query, video, query.get("c", ""))
    if host == "i.ytimg.com" and url.path.startswith("/vi"):
        return Asked("thumb", url, query, url.path.split("/")[2])
    return Asked("blocked", url, query)


def _of_youtube(url: SplitResult, query: dict[str, str], body: bytes) -> Asked:
    parts = url.path.split("/")
    if url.path.startswith("/youtubei/v1/"):
        asked: dict[str, Any] = json.loads(body or b"{}")
        client = asked.get("context", {}).get("client", {}).get("clientName", "")
        return Asked(parts[-1], url, query, asked.get("videoId", ""), client, asked)
    if url.path.startswith("/embed/"):
        return Asked("embed", url, query, parts[2])
    if re.match(r"/(@|channel/|c/|user/)", url.path):
        return Asked("channel", url, query)
    kind = "js" if url.path.startswith("/s/player/") else _YOUTUBE_PATHS.get(url.path, "page")
    return Asked(kind, url, query, query.get("v", ""), query.get("c", ""))


def answer(site: Site, asked: Asked) -> Answer:
    """What the site says when nothing goes wrong."""
    answers: dict[str, Callable[[Site, Asked], Answer]] = {
        "static": _static,
        "watch": lambda site, asked: _page(site.watch_page(asked.video, asked.query.get("list"))),
        "player": lambda site, asked: _json(site.player(asked.video, asked.client)),
        "next": lambda site, asked: _json(site.watch_data(asked.video)),
        "browse": _browse,
        "resolve_url": lambda _site, _asked: NOT_FOUND,
        "embed": lambda _site, _asked: _settings_page("WEB_EMBEDDED_PLAYER"),
        "page": lambda _site, _asked: _settings_page("WEB"),
        "js": lambda _site, _asked: (200, "text/javascript", pages.PLAYER_SCRIPT.encode()),
        "playlist": lambda site, asked: _page(lists.page(lists.playlist(site, asked.query.get("list", "")))),
        "channel": lambda site, asked: lists.of_channel(site, asked.url.path),
        "captions": lambda site, asked: site.captions(asked.video, asked.query),
        "thumb": lambda site, asked: site.thumbnail(asked.video, asked.url.path.rpartition("/")[2]),
        "media": _media,
        "hls": _playlist,
    }
    if asked.kind.startswith("bilibili "):
        return bilibili.answer(site, asked.host, asked.url, asked.query)
    return answers[asked.kind](site, asked) if asked.kind in answers else _BLOCKED


def _json(data: Json) -> Answer:
    return 200, "application/json", json.dumps(data).encode()


def _page(body: bytes) -> Answer:
    return 200, "text/html", body


def _settings_page(client: str) -> Answer:
    return _page(pages.page("YouTube", f"ytcfg.set({pages.script_json(pages.player_settings(client))});"))


def _static(site: Site, asked: Asked) -> Answer:
    page = asked.static
    body = site.path(page["file"]).read_bytes() if "file" in page else page.get("body", "").encode()
    return page.get("status", 200), page.get("type", "text/html"), body


def _browse(site: Site, asked: Asked) -> Answer:
    if token := asked.body.get("continuation"):
        return _json(lists.further(site, str(token)))
    name = str(asked.body.get("browseId", ""))
    return _json(lists.playlist(site, name.removeprefix("VL"))) if name.startswith("VL") else _BLOCKED


def _media(site: Site, asked: Asked) -> Answer:
    files = site.video(asked.video).get("media", [])
    place = asked.query.get("m", "")
    if not place.isdigit() or int(place) >= len(files):
        return NOT_FOUND
    if not link_is_good(asked.query):
        return 403, "text/plain", b""
    medium = files[int(place)]
    mime = FORMATS[int(medium["itag"])][0].partition(";")[0]
    return 200, mime, site.path(medium["file"]).read_bytes()


def _playlist(_site: Site, asked: Asked) -> Answer:
    body = pages.MASTER_PLAYLIST if "variant" in asked.url.path else pages.LIVE_PLAYLIST
    return 200, "application/vnd.apple.mpegurl", body
