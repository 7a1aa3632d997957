"""YouTube, by the yt-dlp library. The only importer of yt-dlp.

Metadata first, then our checks, then the audio, then what may be missing: captions and a picture. yt-dlp is never
asked for captions: a refused caption would cost the audio.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

from publisher.errors import ContentError, MediaError, Place
from publisher.fetch.base import Job, require_network
from publisher.fetch.captions import read_captions
from publisher.fetch.outcomes import Failure, error_for, explain
from publisher.fetch.tracks import Track, candidates
from publisher.files import write_whole
from publisher.media import probe
from publisher.model import CaptionFile, Fetched, Media, Progress
from publisher.timecode import from_seconds

_HOSTS = {
    *("youtube.com", "www.youtube.com", "m.youtube.com", "music.youtube.com"),
    *("youtube-nocookie.com", "www.youtube-nocookie.com", "youtu.be"),
}
_VIDEO_ID = re.compile(r"[0-9A-Za-z_-]{11}")
_PATHS_WITH_ID = {"shorts", "live", "embed", "v"}
_UNFINISHED = {"is_live": "live", "post_live": "live", "is_upcoming": "upcoming"}
_MAYBE_UNFINISHED = {"upcoming", "extractor_broken", "unknown"}
_PICTURES = {b"\xff\xd8\xff": "jpg", b"\x89PNG": "png", b"RIFF": "webp"}
_MOST_PICTURE_BYTES = 10_000_000
_MOST_CAPTION_BYTES = 50_000_000
_LONGEST_PAUSE = 60
_SHORTER_ALLOWED_MS = 2_000
_LENGTH_TOLERANCE = 50
_NAME = re.compile(r"[^0-9A-Za-z-]")


def canonical(reference: str, place: Place) -> str:
    """The one form of a video's address, `https://www.youtube.com/watch?v=<11 characters>`.

    Takes watch pages (also inside a playlist), `youtu.be`, shorts, live and embed addresses.

    Raises:
        FetchError: Code `unsupported_url`; a channel, a playlist, or no video id.
    """
    url = urlsplit(reference)
    parts = url.path.strip("/").split("/")
    video = parse_qs(url.query).get("v", [""])[0]
    if url.hostname == "youtu.be":
        video = parts[0]
    elif parts[0] in _PATHS_WITH_ID:
        video = parts[1] if len(parts) > 1 else ""
    if not _VIDEO_ID.fullmatch(video):
        raise error_for("unsupported_url", place, detail=reference)
    return f"https://www.youtube.com/watch?v={video}"


@dataclass(frozen=True, slots=True)
class YouTubeFetcher:
    """Brings a video's audio (m4a), captions (json3) and thumbnail; its metadata as `info.json`.

    Attributes:
        pace: Seconds between requests for pages and before the first retry; each further retry waits twice as long.
    """

    pace: float = 0.75

    @property
    def name(self) -> str:
        """`youtube`."""
        return "youtube"

    def matches(self, reference: str) -> bool:
        """Whether the address is on one of YouTube's hosts."""
        try:
            url = urlsplit(reference)
        except ValueError:
            return False
        return url.scheme in {"http", "https"} and url.hostname in _HOSTS

    def fetch(self, job: Job) -> Fetched:
        """Bring what the video has; a picture or captions that fail do not cost the audio.

        Raises:
            FetchError: See `publisher.fetch.outcomes`, or code `offline`.
        """
        url = canonical(job.reference, job.place)
        require_network(job, url)
        return _Run(job, self.pace).fetch(url)


@dataclass(slots=True)
class _Log:
    """Keeps yt-dlp's warnings, and shows when it waits as YouTube demands."""

    progress: Progress
    warnings: list[str] = field(default_factory=list)

    def debug(self, message: str) -> None:
        if "as required by the site" in message:
            self.progress("waiting as YouTube demands", None)

    def warning(self, message: str) -> None:
        self.warnings.append(message)

    def error(self, _message: str) -> None:
        """Errors come as exceptions too."""


class _Run:
    """One fetch of one video."""

    def __init__(self, job: Job, pace: float) -> None:
        self._job = job
        self._log = _Log(job.progress)
        self._pace = pace

    def fetch(self, url: str) -> Fetched:
        with _downloader(self._parameters(), self._job.network.ca_file) as ydl:
            info, audio = self._audio(ydl, url)
            self._store(ydl.sanitize_info(info))
            captions, missing = self._captions(ydl, info)
            return Fetched(
                audio=audio.path,
                captions=captions,
                thumbnail=self._thumbnail(ydl, info),
                duration=from_seconds(info["duration"]) if info.get("duration") else None,
                missing=missing,
            )

    def _audio(self, ydl: Any, url: str) -> tuple[Mapping[str, Any], Media]:
        from yt_dlp.utils import YoutubeDLError

        place = self._job.place
        self._job.progress("reading the video's page", None)
        try:
            info = ydl.extract_info(url, download=False)
            _refuse_unfinished(info, place)
            info = ydl.process_ie_result(info, download=True)
        except YoutubeDLError as error:
            failed = explain(_failure(error, self._log.warnings), place)
            if failed.code in _MAYBE_UNFINISHED:
                _refuse_unfinished(_bare_info(ydl, url), place)
            raise failed from error
        downloads = info.get("requested_downloads") or [{}]
        if not (path := downloads[0].get("filepath")):
            raise error_for("extractor_broken", place)
        return info, _proved(Path(path), info.get("duration"), place)

    def _captions(self, ydl: Any, info: Mapping[str, Any]) -> tuple[CaptionFile | None, str]:
        """The best track that can be had, or why there is none although there should be."""
        from yt_dlp.utils import YoutubeDLError

        tracks = candidates(info, self._job.episode.language)
        for track in tracks:
            self._job.progress("captions", None)
            try:
                data = _get(ydl, track.url, _MOST_CAPTION_BYTES)
            except YoutubeDLError as error:
                failure = explain(_failure(error, self._log.warnings), self._job.place)
                return None, f"The captions could not be fetched. {failure.what}"
            if data.strip() and (file := self._readable(track, info["id"], data)):
                return file, ""
        return None, "The site lists captions, but sent none." if tracks else ""

    def _readable(self, track: Track, video: str, data: bytes) -> CaptionFile | None:
        language = _NAME.sub("", track.language)[:20]
        path = self._job.folder / f"captions.{video}.{language}.{track.kind}.{track.format}"
        write_whole(path, data)
        file = CaptionFile(path, track.kind, language)
        try:
            read_captions(file)
        except ContentError:
            path.unlink()
            return None
        return file

    def _thumbnail(self, ydl: Any, info: Mapping[str, Any]) -> Path | None:
        from yt_dlp.utils import YoutubeDLError

        try:
            data = _get(ydl, str(info["thumbnail"]), _MOST_PICTURE_BYTES) if info.get("thumbnail") else b""
        except YoutubeDLError:
            return None
        suffix = next((suffix for start, suffix in _PICTURES.items() if data.startswith(start)), None)
        if suffix is None:
            return None
        path = self._job.folder / f"thumbnail.{info['id']}.{suffix}"
        write_whole(path, data)
        return path

    def _store(self, info: Mapping[str, Any]) -> None:
        text = json.dumps(info, indent=1, sort_keys=True, default=str)
        write_whole(self._job.folder / "info.json", text.encode("ascii"))

    def _pause(self, n: int) -> float:
        return min(_LONGEST_PAUSE, self._pace * 2.0**n)

    def _parameters(self) -> dict[str, Any]:
        folder, network = self._job.folder, self._job.network
        pauses = dict.fromkeys(("http", "fragment", "extractor"), self._pause)
        return {
            "format": "ba[ext=m4a]/ba[acodec^=mp4a]/ba/b",
            "format_sort": ["lang"],  # the original before a dub
            "noplaylist": True,
            "allowed_extractors": ["youtube.*"],
            "paths": {"home": str(folder)},
            # A part of one video or format must never be continued with the bytes of another.
            "outtmpl": {"default": "audio.%(id)s.%(format_id)s.%(ext)s"},
            "continuedl": True,
            "updatetime": False,
            "fixup": "never",  # needs ffmpeg; publisher.media remuxes
            "cachedir": str(folder / "yt-dlp"),
            "retries": 5,
            "fragment_retries": 5,
            "extractor_retries": 3,
            "file_access_retries": 3,
            "retry_sleep_functions": pauses,
            "skip_unavailable_fragments": False,
            "ignoreerrors": False,
            "socket_timeout": 20,
            "sleep_interval_requests": self._pace,
            "js_runtimes": {"deno": {}},
            "extractor_args": {"youtube": {"skip": ["hls", "dash", "translated_subs"]}},
            "quiet": True,
            "noprogress": True,
            "color": "no_color",
            "logger": self._log,
            "progress_hooks": [_shown(self._job.progress)],
            **({"proxy": network.proxy} if network.proxy else {}),
        }


def _downloader(parameters: Mapping[str, Any], ca_file: Path | None) -> Any:
    os.environ.setdefault("YTDLP_NO_PLUGINS", "1")
    from yt_dlp import YoutubeDL

    ydl = YoutubeDL(dict(parameters))
    if ca_file:
        for handler in ydl._request_director.handlers.values():  # noqa: SLF001 - there is no option for it
            _trust(handler, ca_file)
    return ydl


def _trust(handler: Any, ca_file: Path) -> None:
    usual = handler._make_sslcontext  # noqa: SLF001 - as above

    def with_ours(*arguments: Any, **named: Any) -> Any:
        context = usual(*arguments, **named)
        context.load_verify_locations(cafile=str(ca_file))
        return context

    handler._make_sslcontext = with_ours  # noqa: SLF001 - as above


def _refuse_unfinished(info: Mapping[str, Any], place: Place) -> None:
    if code := _UNFINISHED.get(str(info.get("live_status"))):
        start = info.get("release_timestamp") if code == "upcoming" else None
        detail = f"it begins at {datetime.fromtimestamp(start, UTC):%Y-%m-%d %H:%M} UTC" if start else ""
        raise error_for(code, place, detail=detail)


def _bare_info(ydl: Any, url: str) -> Mapping[str, Any]:
    """What the video's page says when there is nothing to play."""
    from yt_dlp.utils import YoutubeDLError

    ydl.params["ignore_no_formats_error"] = True
    try:
        return ydl.extract_info(url, download=False, process=False) or {}
    except YoutubeDLError:
        return {}


def _shown(progress: Progress) -> Callable[[Mapping[str, Any]], None]:
    """A hook for yt-dlp that speaks once for each per cent."""
    last: int | None = -1

    def hook(state: Mapping[str, Any]) -> None:
        nonlocal last
        total = state.get("total_bytes") or state.get("total_bytes_estimate")
        share = min(1.0, (state.get("downloaded_bytes") or 0) / total) if total else None
        if last != (last := None if share is None else int(share * 100)):
            progress("audio", share)

    return hook


def _get(ydl: Any, url: str, most: int) -> bytes:
    """A small file through yt-dlp's network stack; empty when it is too large."""
    from yt_dlp.networking import Request

    with closing(ydl.urlopen(Request(url))) as response:
        data = bytes(response.read(most + 1))
    return data if len(data) <= most else b""


def _proved(path: Path, seconds: float | None, place: Place) -> Media:
    try:
        media = probe(path)
    except MediaError as error:
        path.unlink(missing_ok=True)
        raise error_for("bad_media", place) from error
    expected = from_seconds(seconds) if seconds else media.duration
    if abs(media.duration - expected) > max(_SHORTER_ALLOWED_MS, expected // _LENGTH_TOLERANCE):
        path.unlink(missing_ok=True)
        raise error_for("bad_media", place)
    return media


def _failure(error: BaseException, warnings: list[str]) -> Failure:
    chain = list(_causes(error))
    statuses = [getattr(cause, "status", None) for cause in chain]
    countries = [code for cause in chain for code in getattr(cause, "countries", None) or ()]
    return Failure(
        text=str(error),
        warnings=tuple(warnings),
        kinds=frozenset(kind.__name__ for cause in chain for kind in type(cause).__mro__),
        status=next((status for status in statuses if isinstance(status, int)), None),
        bug=any(getattr(cause, "expected", True) is False for cause in chain),
        countries=tuple(code for code in countries if re.fullmatch("[A-Z]{2}", str(code))),
    )


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    """An exception and everything under it; yt-dlp hides causes in three places."""
    seen: set[int] = set()
    while error is not None and id(error) not in seen:
        seen.add(id(error))
        yield error
        inner = (getattr(error, "exc_info", None) or (None, None))[1]
        error = inner or getattr(error, "cause", None) or error.__cause__ or error.__context__
