"""Bilibili as far as yt-dlp's extractor asks: a video's page, the player API, captions, spaces and collections.

The shapes are those that the extractor reads; what the real site adds to them was not seen.
"""

from __future__ import annotations

import json
from urllib.parse import SplitResult

from tests.standin import pages
from tests.standin.refusals import Json
from tests.standin.site import NOT_FOUND, Answer, Site

_AUDIO_ID = 30280
_WBI = "https://i0.hdslb.com/bfs/wbi/" + "a1b2c3d4" * 4 + ".png"
_MEDIA_HOST = "upos.bilivideo.com"
_CAPTION_HOST = "aisubtitle.hdslb.com"
_PICTURE_HOST = "i0.hdslb.com"


def plays(host: str) -> bool:
    """Whether a host is one of Bilibili's."""
    return host.endswith("bilibili.com") or host in {_MEDIA_HOST, _CAPTION_HOST, _PICTURE_HOST}


def kind_of(host: str, url: SplitResult) -> str:
    """What is asked for, for faults and the log."""
    kinds = {_MEDIA_HOST: "media", _CAPTION_HOST: "captions", _PICTURE_HOST: "thumb"}
    if host == "api.bilibili.com":
        return "player" if url.path.startswith("/x/player/") else "api"
    return kinds.get(host, "watch")


def answer(site: Site, host: str, url: SplitResult, query: dict[str, str]) -> Answer:
    """What the site says when nothing goes wrong."""
    name = next((part for part in url.path.split("/") if part.startswith("BV")), query.get("bvid", ""))
    video = site.config.get("bilibili", {}).get(name)
    if host in {_MEDIA_HOST, _CAPTION_HOST, _PICTURE_HOST}:
        return _file(site, host, video or {})
    if host == "www.bilibili.com":
        return _page(name, video) if video else _page(name, {}, missing=True)
    if host == "space.bilibili.com":
        return 200, "text/html", "<html><title>主播的个人空间-哔哩哔哩</title></html>".encode()
    return _api(site, url.path, name, query)


def _file(site: Site, host: str, video: Json) -> Answer:
    if host == _CAPTION_HOST:
        rows = [{"from": start, "to": end, "content": text} for start, end, text in video["captions"]["cues"]]
        return 200, "application/json", json.dumps({"body": rows}).encode()
    if host == _PICTURE_HOST or "audio" not in video:
        return NOT_FOUND
    return 200, "audio/mp4", site.path(video["audio"]).read_bytes()


def _page(name: str, video: Json, *, missing: bool = False) -> Answer:
    state: Json = {"error": {"trueCode": -404}}
    if not missing:
        state = {
            "videoData": {
                "bvid": name,
                "aid": 170001,
                "cid": 7,
                "title": video.get("title", name),
                "desc": video.get("description", ""),
                "pubdate": video.get("pubdate", 1_790_000_000),
                "duration": video.get("duration", 0),
                "pages": [{"cid": 7}],
                "stat": {},
            },
            "upData": {"name": "主播", "mid": "42"},
            "tags": [{"tag_name": tag} for tag in video.get("tags", [])],
        }
    script = f"window.__INITIAL_STATE__={pages.script_json(state)};(function(){{}}());"
    return 200, "text/html", pages.page("视频", script)


def _api(site: Site, path: str, name: str, query: dict[str, str]) -> Answer:
    videos: dict[str, Json] = site.config.get("bilibili", {})
    if query.get("aid") and videos:  # the player API takes a number too; the tests play one video then
        name = next(iter(videos))
    video = videos.get(name, {})
    lists = site.config.get("bilibili_lists", {})
    data: Json | list[Json] | None
    match path:
        case "/x/web-interface/nav":
            data = {"wbi_img": {"img_url": _WBI, "sub_url": _WBI}}
        case "/x/player/pagelist":
            data = [{"page": 1, "part": "", "cid": 7}]
        case "/x/player/wbi/playurl":
            data = _playurl(name, video)
        case "/x/player/wbi/v2":
            data = _about(name, video)
        case "/x/space/wbi/arc/search":
            rows, count = _slice(lists.get(query["mid"], []), int(query["pn"]), 30)
            data = {"page": {"ps": 30, "count": count}, "list": {"vlist": rows}}
        case "/x/polymer/web-space/seasons_archives_list":
            rows, count = _slice(lists.get(query["season_id"], []), int(query["page_num"]), 30)
            data = {"page": {"page_size": 30, "total": count}, "archives": rows, "meta": {"name": "合集"}}
        case _:
            data = None
    body = {"code": 0, "data": data} if data is not None else {"code": -404}
    return 200, "application/json", json.dumps(body).encode()


def _playurl(name: str, video: Json) -> Json:
    audio = {
        "id": _AUDIO_ID,
        "baseUrl": f"https://{_MEDIA_HOST}/{name}/audio-{_AUDIO_ID}.m4s",
        "mimeType": "audio/mp4",
        "codecs": "mp4a.40.2",
        "bandwidth": 128_000,
    }
    return {"dash": {"audio": [audio]}, "timelength": int(video.get("duration", 0) * 1_000)}


def _about(name: str, video: Json) -> Json:
    captions = video.get("captions")
    tracks = (
        [{"lan": captions["lang"], "subtitle_url": f"https://{_CAPTION_HOST}/{name}/a.json"}]
        if captions
        else []
    )
    points = [
        {"content": chapter["title"], "from": chapter["start"], "to": chapter["start"] + 1}
        for chapter in video.get("chapters", [])
    ]
    return {"view_points": points, "subtitle": {"subtitles": tracks}}


def _slice(names: list[str], number: int, size: int) -> tuple[list[Json], int]:
    start = (number - 1) * size
    return [{"bvid": name} for name in names[start : start + size]], len(names)
