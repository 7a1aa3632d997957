"""Channels and playlists: their pages, and the further pages that a player asks for as it scrolls."""

from __future__ import annotations

from tests.standin import pages
from tests.standin.refusals import Json
from tests.standin.site import NOT_FOUND, Answer, Site

_PAGE_SIZE = 100


def playlist(site: Site, name: str) -> Json:
    """`ytInitialData` of a playlist's page."""
    found = site.config.get("playlists", {}).get(name)
    if not found:
        text = {"simpleText": "The playlist does not exist."}
        return {"alerts": [{"alertRenderer": {"type": "ERROR", "text": text}}]}
    listing: Json = {
        "playlistVideoListRenderer": {"contents": _rows(site, found, "playlist", name, 0), "playlistId": name}
    }
    for wrapper in ("itemSectionRenderer", "sectionListRenderer"):
        listing = {wrapper: {"contents": [listing]}}
    title = {"title": found.get("title", name), "description": ""}
    return {
        "contents": _tabs({"selected": True, "content": listing}),
        "metadata": {"playlistMetadataRenderer": title},
    }


def channel(site: Site, name: str) -> Json:
    """`ytInitialData` of the tab of a channel that lists its videos."""
    found = site.config["channels"][name]
    tab = {
        "selected": True,
        "title": "Videos",
        "endpoint": {"commandMetadata": {"webCommandMetadata": {"url": f"/{name}/videos"}}},
        "content": {"richGridRenderer": {"contents": _rows(site, found, "channel", name, 0)}},
    }
    about = {"title": found.get("title", name), "externalId": "UC" + "s" * 22}
    return {"contents": _tabs(tab), "metadata": {"channelMetadataRenderer": about}}


def page(data: Json) -> bytes:
    """The HTML of a list's page."""
    return pages.page(
        "a list",
        f"ytcfg.set({pages.script_json(pages.player_settings())});",
        f"var ytInitialData = {pages.script_json(data)};",
    )


def further(site: Site, token: str) -> Json:
    """The next rows of a list."""
    kind, name, start = token.split("|")
    rows = _rows(site, site.config[f"{kind}s"][name], kind, name, int(start))
    return {"onResponseReceivedActions": [{"appendContinuationItemsAction": {"continuationItems": rows}}]}


def of_channel(site: Site, path: str) -> Answer:
    """The page of a channel; 404 where there is none."""
    name = path.split("/")[1]
    if name not in site.config.get("channels", {}):
        return NOT_FOUND
    return 200, "text/html", page(channel(site, name))


def _rows(site: Site, listed: Json, kind: str, name: str, start: int) -> list[Json]:
    size = listed.get("page_size", _PAGE_SIZE)
    rows = [_row(site, video, kind) for video in listed["videos"][start : start + size]]
    if start + size < len(listed["videos"]):
        command = {"continuationCommand": {"token": f"{kind}|{name}|{start + size}"}}
        rows.append({"continuationItemRenderer": {"continuationEndpoint": command}})
    return rows


def _row(site: Site, video_id: str, kind: str) -> Json:
    video = site.video(video_id)
    row = {
        "videoId": video_id,
        "title": {"runs": [{"text": video.get("title", video_id)}]},
        "isPlayable": True,
        "lengthSeconds": str(int(video.get("duration", 0))),
    }
    ago = {"simpleText": video["ago"]} if "ago" in video else {}
    if kind == "playlist":
        return {"playlistVideoRenderer": {**row, **({"videoInfo": ago} if ago else {})}}
    more = {"publishedTimeText": ago} if ago else {}
    return {"richItemRenderer": {"content": {"videoRenderer": {**row, **more}}}}


def _tabs(tab: Json) -> Json:
    return {"twoColumnBrowseResultsRenderer": {"tabs": [{"tabRenderer": tab}]}}
