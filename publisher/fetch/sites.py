"""Video sites: which addresses are theirs, which of them are one video, and which are a list of videos."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import SplitResult, parse_qs, urlsplit

_YOUTUBE_ID = re.compile(r"[0-9A-Za-z_-]{11}")
_YOUTUBE_LIST = re.compile(r"[0-9A-Za-z_-]{2,64}")
_YOUTUBE_CHANNEL = re.compile(
    r"/(@[^/\s]{1,100}|(?:channel|c|user)/[^/\s]{1,100})(?:/(videos|streams|shorts))?/?"
)
_PATHS_WITH_ID = {"shorts", "live", "embed", "v"}
_BILIBILI_VIDEO = re.compile(r"/video/(BV[0-9A-Za-z]{10}|av\d{1,15})/?")
_BILIBILI_SPACE = re.compile(r"/(\d{1,20})(?:(?:/upload)?/video)?/?")
_BILIBILI_LIST = re.compile(r"/(\d{1,20})/lists/(\d{1,20})/?")
_BILIBILI_OLD_LIST = re.compile(r"/(\d{1,20})/channel/(collection|series)detail/?")


@dataclass(frozen=True, slots=True)
class Page:
    """One video's page.

    Attributes:
        site: Name of its site.
        video: Its id, unique on the site.
        url: Its address, as we write it.
    """

    site: str
    video: str
    url: str

    @property
    def key(self) -> str:
        """The same for all addresses of one video."""
        return f"{self.site} {self.video}"


@dataclass(frozen=True, slots=True)
class ListPage:
    """The page of a channel or a playlist.

    Attributes:
        site: Name of its site.
        url: Its address, as we write it.
        newest_first: Whether the site lists the newest video first.
    """

    site: str
    url: str
    newest_first: bool


@dataclass(frozen=True, slots=True)
class Site:
    """A video site.

    Attributes:
        name: The fetcher's name, and the name under which a pause is remembered.
        hosts: Whose addresses are for this site's fetcher.
        extractors: Patterns of the names of yt-dlp's extractors that may be used.
        on_the_page: Metadata that only the video's page tells; where they are missing it could not be read.
        example: How the address of one video is written.
        language: What is spoken unless the site says something else; empty where it does.
        captions_at_once: Whether yt-dlp brings captions only together with the metadata, and fails with them.
        video: The page that an address means.
        list: The list that an address means.
    """

    name: str
    hosts: frozenset[str]
    extractors: tuple[str, ...]
    on_the_page: tuple[str, ...]
    example: str
    language: str
    captions_at_once: bool
    video: Callable[[SplitResult], Page | None]
    list: Callable[[SplitResult], ListPage | None]


def _youtube_video(url: SplitResult) -> Page | None:
    parts = url.path.strip("/").split("/")
    video = parse_qs(url.query).get("v", [""])[0]
    if url.hostname == "youtu.be":
        video = parts[0]
    elif parts[0] in _PATHS_WITH_ID:
        video = parts[1] if len(parts) > 1 else ""
    if not _YOUTUBE_ID.fullmatch(video):
        return None
    return Page("youtube", video, f"https://www.youtube.com/watch?v={video}")


def _youtube_list(url: SplitResult) -> ListPage | None:
    playlist = parse_qs(url.query).get("list", [""])[0]
    if url.path.rstrip("/") == "/playlist" and _YOUTUBE_LIST.fullmatch(playlist):
        return ListPage("youtube", f"https://www.youtube.com/playlist?list={playlist}", newest_first=False)
    if channel := _YOUTUBE_CHANNEL.fullmatch(url.path):
        tab = channel[2] or "videos"
        return ListPage("youtube", f"https://www.youtube.com/{channel[1]}/{tab}", newest_first=True)
    return None


def _bilibili_video(url: SplitResult) -> Page | None:
    found = _BILIBILI_VIDEO.fullmatch(url.path)
    if not found:
        return None
    part = parse_qs(url.query).get("p", [""])[0]
    if not re.fullmatch(r"[1-9]\d{0,3}", part) or part == "1":
        return Page("bilibili", found[1], f"https://www.bilibili.com/video/{found[1]}")
    return Page("bilibili", f"{found[1]}_p{part}", f"https://www.bilibili.com/video/{found[1]}?p={part}")


def _bilibili_list(url: SplitResult) -> ListPage | None:
    if url.hostname != "space.bilibili.com":
        return None
    query = {name: values[0] for name, values in parse_qs(url.query).items()}
    if space := _BILIBILI_SPACE.fullmatch(url.path):
        return ListPage("bilibili", f"https://space.bilibili.com/{space[1]}/video", newest_first=True)
    listed, old = _BILIBILI_LIST.fullmatch(url.path), _BILIBILI_OLD_LIST.fullmatch(url.path)
    if listed:
        owner, number, series = listed[1], listed[2], query.get("type") == "series"
    elif old and re.fullmatch(r"\d{1,20}", query.get("sid", "")):
        owner, number, series = old[1], query["sid"], old[2] == "series"
    else:
        return None
    kind = "series" if series else "season"
    address = f"https://space.bilibili.com/{owner}/lists/{number}?type={kind}"
    return ListPage("bilibili", address, newest_first=False)


YOUTUBE = Site(
    name="youtube",
    hosts=frozenset(
        {
            *("youtube.com", "www.youtube.com", "m.youtube.com", "music.youtube.com"),
            *("youtube-nocookie.com", "www.youtube-nocookie.com", "youtu.be"),
        }
    ),
    extractors=("youtube.*",),
    on_the_page=("channel", "availability"),
    example="https://www.youtube.com/watch?v=… with the video's eleven characters",
    language="",
    captions_at_once=False,
    video=_youtube_video,
    list=_youtube_list,
)
BILIBILI = Site(
    name="bilibili",
    hosts=frozenset({"bilibili.com", "www.bilibili.com", "m.bilibili.com", "space.bilibili.com", "b23.tv"}),
    extractors=("bilibili", "bilibilispacevideo", "bilibilicollectionlist", "bilibiliserieslist"),
    on_the_page=("uploader", "timestamp"),
    example="https://www.bilibili.com/video/BV…, as it stands in the browser",
    language="zh",
    captions_at_once=True,
    video=_bilibili_video,
    list=_bilibili_list,
)
SITES = {site.name: site for site in (YOUTUBE, BILIBILI)}


def site_of(reference: str) -> Site | None:
    """The video site that an address belongs to."""
    url = _parts(reference)
    if url is None or url.scheme not in {"http", "https"}:
        return None
    return next((site for site in SITES.values() if url.hostname in site.hosts), None)


def video_page(reference: str) -> Page | None:
    """The one video that an address means; also of a watch page inside a playlist."""
    site, url = site_of(reference), _parts(reference)
    return site.video(url) if site and url else None


def list_page(reference: str) -> ListPage | None:
    """The channel, playlist or collection that an address means."""
    site, url = site_of(reference), _parts(reference)
    return site.list(url) if site and url else None


def _parts(reference: str) -> SplitResult | None:
    try:
        return urlsplit(reference)
    except ValueError:
        return None
