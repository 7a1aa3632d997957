"""One video: metadata, then our checks, then audio, captions and picture, each kept by itself.

yt-dlp is never asked for captions: a refused caption would cost the audio. Runs in the fetching process.
"""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import Any

from publisher.errors import ContentError, MediaError, Place
from publisher.fetch import ytdlp
from publisher.fetch.base import Network
from publisher.fetch.captions import read_captions
from publisher.fetch.explaining import explained
from publisher.fetch.gate import Gate, ShutError
from publisher.fetch.outcomes import RefusedError, error_for
from publisher.fetch.patience import Patience
from publisher.fetch.pauses import Pauses
from publisher.fetch.records import AUDIO, METADATA, THUMBNAIL, Records, State
from publisher.fetch.retrying import ATTEMPTS, AudioRetries, CaptionRetries
from publisher.fetch.sites import SITES, Page
from publisher.fetch.tracks import Track, candidates, differs
from publisher.files import write_whole
from publisher.media import probe
from publisher.model import CaptionFile, Fetched, Progress
from publisher.timecode import from_seconds

_UNFINISHED = {"is_live": "live", "post_live": "live", "is_upcoming": "upcoming"}
_MAYBE_CAPTIONS = {"rate_limited", "network", "forbidden", "gone", "unknown", "extractor_broken"}
_MAYBE_UNFINISHED = {"upcoming", "extractor_broken", "unknown"}
_NOT_KEPT = {"formats", "requested_formats", "requested_downloads", "url", "http_headers", "cookies"}
"""Links that die within hours, and what may hold a person's cookies."""

_PICTURES = {b"\xff\xd8\xff": "jpg", b"\x89PNG": "png", b"RIFF": "webp"}
_MOST_PICTURE_BYTES = 10_000_000
_MOST_CAPTION_BYTES = 50_000_000
_LONGEST = 24 * 3600
_SHORTER_ALLOWED_MS = 2_000
_LENGTH_TOLERANCE = 50
_NAME = re.compile(r"[^0-9A-Za-z-]")


class Wanted(StrEnum):
    """How much of a video is asked for."""

    METADATA = "metadata"
    CAPTIONS = "captions"  # and metadata
    ALL = "all"


@dataclass(frozen=True, slots=True)
class Request:
    """What the fetching process is asked for.

    Attributes:
        page: The video's page.
        folder: The episode's part of the cache.
        shared: Where is remembered what holds for the whole site; None forgets it.
        language: What is spoken, BCP 47.
        place: Who asks.
        network: How the network may be used.
        patience: How long to wait.
        wanted: How much of it.
    """

    page: Page
    folder: Path
    shared: Path | None
    language: str
    place: Place
    network: Network
    patience: Patience
    wanted: Wanted = Wanted.ALL


class Video:
    """One fetch of one video."""

    def __init__(self, request: Request, progress: Progress) -> None:
        self._request = request
        self._progress = progress
        self._log = ytdlp.Log(progress)
        self._records = Records(request.folder, request.page.video)
        self._site = SITES[request.page.site]
        pauses = Pauses(request.shared, request.network)
        self._gate = Gate(pauses, self._site.name, request.patience, progress)
        self._retries = AudioRetries(request.patience, self._gate)
        self._partial = request.folder / "partial"
        self._no_captions = ""

    def fetch(self) -> Fetched:
        """Bring what is not here yet; a picture or captions that fail do not cost the audio.

        Raises:
            RefusedError: The audio cannot be had.
        """
        import stamina

        retries = stamina.retry_context(on=self._retries, attempts=ATTEMPTS, timeout=None)
        try:
            for attempt in retries:
                with attempt:
                    return self._attempt()
        except RefusedError as error:
            if not self._records.path(AUDIO):
                raise
            self._records.postpone()
            return self._found(None, f"The captions could not be fetched. {error.what}")
        raise AssertionError("a retry ends with a value or an error")

    def _attempt(self) -> Fetched:
        request = self._request
        self._log.warnings.clear()
        cache = (request.shared or request.folder) / "yt-dlp"
        told = ytdlp.parameters(
            self._partial,
            cache,
            site=self._site,
            network=request.network,
            patience=request.patience,
            way=self._retries.way,
            log=self._log,
        )
        with self._explained():
            downloader = ytdlp.open_downloader(told, request.network.ca_file, self._gate)
        with downloader as ydl:
            info = self._metadata(ydl)
            if request.wanted is Wanted.METADATA:
                return Fetched()
            if doubt := self._other_language(info):
                self._progress(doubt, None)
            if request.wanted is Wanted.ALL and not self._records.path(AUDIO):
                self._audio(ydl, info)
            captions, missing = self._captions(ydl, info)
            if request.wanted is Wanted.ALL:
                self._thumbnail(ydl, info)
        return replace(self._found(captions, missing), doubt=doubt)

    def _found(self, captions: CaptionFile | None, missing: str) -> Fetched:
        entry = self._records.entry(AUDIO)
        return Fetched(
            audio=self._records.path(AUDIO),
            captions=captions,
            thumbnail=self._records.path(THUMBNAIL),
            duration=entry.duration if entry else None,
            missing=missing,
        )

    # -- metadata and audio ---------------------------------------------------------------------------

    def _metadata(self, ydl: Any) -> Mapping[str, Any]:
        from yt_dlp.utils import YoutubeDLError

        place = self._request.place
        self._progress("reading the video's page", None)
        try:
            info = self._extracted(ydl)
        except RefusedError as failed:
            if failed.code in _MAYBE_UNFINISHED and isinstance(failed.__cause__, YoutubeDLError):
                _refuse_unfinished(_bare_info(ydl, self._request.page.url), place)
            raise
        _refuse_unfinished(info, place)
        if (info.get("duration") or 0) > _LONGEST:
            raise error_for("too_large", place)
        self._store(ydl.sanitize_info(info))
        return info

    def _extracted(self, ydl: Any) -> Mapping[str, Any]:
        self._no_captions = ""
        if self._site.captions_at_once:
            try:
                with self._explained(pause=False):
                    return self._read_page(ydl)
            except RefusedError as error:
                if error.code not in _MAYBE_CAPTIONS:
                    raise
                self._no_captions = f"The captions could not be fetched. {error.what}"
            ydl.params["writesubtitles"] = False
        with self._explained():
            return self._read_page(ydl)

    def _read_page(self, ydl: Any) -> Mapping[str, Any]:
        info: Mapping[str, Any] = ydl.extract_info(self._request.page.url, download=False)
        return info

    def _store(self, info: Mapping[str, Any]) -> None:
        whole = all(info.get(name) is not None for name in self._site.on_the_page)
        entry = self._records.entry(METADATA)
        if not whole and entry and entry.state is State.DONE and self._records.path(METADATA):
            return
        path = self._request.folder / "info.json"
        public = {name: value for name, value in info.items() if name not in _NOT_KEPT}
        text = json.dumps(public, indent=1, sort_keys=True, default=str)
        write_whole(path, text.encode("ascii"))
        self._records.keep(METADATA, path, whole=whole)

    def _audio(self, ydl: Any, info: Mapping[str, Any]) -> None:
        place = self._request.place
        self._retries.began = True
        try:
            with self._explained():
                done = ydl.process_ie_result(dict(info), download=True)
        except RefusedError as error:
            if error.code in {"too_large", "bad_media"}:
                shutil.rmtree(self._partial, ignore_errors=True)
            raise
        downloads = done.get("requested_downloads") or [{}]
        if not (name := downloads[0].get("filepath")):
            raise error_for("extractor_broken", place)
        path = Path(name)
        _prove(path, info.get("duration"), place)
        target = self._request.folder / path.name
        path.replace(target)
        seconds = info.get("duration")
        self._records.keep(AUDIO, target, duration=from_seconds(seconds) if seconds else None)
        shutil.rmtree(self._partial, ignore_errors=True)
        self._gate.open()

    def _other_language(self, info: Mapping[str, Any]) -> str:
        """What to doubt when the site says that another language is spoken than the episode does.

        It is no refusal: sites guess the language, and a dub may be what somebody wrote down.
        """
        said, expected = _NAME.sub("", str(info.get("language") or ""))[:20], self._request.language
        if not said or not expected or not differs(said, expected):
            return ""
        return (
            f"The site says that the audio is in {said!r}, and the episode that it is in {expected!r}. "
            f"If the site is right, write `language: {said}` in the front matter."
        )

    # -- captions and picture -------------------------------------------------------------------------

    def _captions(self, ydl: Any, info: Mapping[str, Any]) -> tuple[CaptionFile | None, str]:
        """The best track that can be had, and why a better one is missing although it should be there."""
        spoken = self._request.language or str(info.get("language") or "") or self._site.language
        tracks = candidates(info, spoken)
        missing = "The site lists captions, but sent none." if tracks else self._no_captions
        failed = False
        for track in tracks:
            name = f"captions {track.language} {track.kind}"
            try:
                file = self._known(name, track) or self._track(ydl, track, name)
            except RefusedError as error:
                self._records.fail(name, error.code)
                missing, failed = f"The captions could not be fetched. {error.what}", True
                if error.code != "network":
                    break
            else:
                if file:
                    return file, missing if failed else ""
        return None, missing

    def _known(self, name: str, track: Track) -> CaptionFile | None:
        path = self._records.path(name)
        return CaptionFile(path, track.kind, _NAME.sub("", track.language)[:20]) if path else None

    def _track(self, ydl: Any, track: Track, name: str) -> CaptionFile | None:
        import stamina

        retries = CaptionRetries(self._request.patience, self._gate)
        self._progress("captions", None)
        data = b""
        with self._gate.for_captions():
            try:
                for attempt in stamina.retry_context(on=retries, attempts=ATTEMPTS, timeout=None):
                    with attempt, self._explained(pause=False):
                        data = track.text.encode("utf-8") or ytdlp.read_small(
                            ydl, track.url, _MOST_CAPTION_BYTES
                        )
            except RefusedError as error:
                self._gate.shut(error.code)
                raise
            self._gate.open()
        file = self._readable(track, data) if data.strip() else None
        if file:
            self._records.keep(name, file.path)
        else:
            self._records.absent(name)
        return file

    def _readable(self, track: Track, data: bytes) -> CaptionFile | None:
        language = _NAME.sub("", track.language)[:20]
        name = f"captions.{self._request.page.video}.{language}.{track.kind}.{track.format}"
        path = self._request.folder / name
        write_whole(path, data)
        file = CaptionFile(path, track.kind, language)
        try:
            read_captions(file)
        except ContentError:
            path.unlink()
            return None
        return file

    def _thumbnail(self, ydl: Any, info: Mapping[str, Any]) -> None:
        if self._records.path(THUMBNAIL):
            return
        if not info.get("thumbnail"):
            self._records.absent(THUMBNAIL)
            return
        try:
            with self._explained(pause=False):
                data = ytdlp.read_small(ydl, str(info["thumbnail"]), _MOST_PICTURE_BYTES)
        except RefusedError as error:
            if error.code == "gone":
                self._records.absent(THUMBNAIL)
            else:
                self._records.fail(THUMBNAIL, error.code)
            return
        suffix = next((suffix for start, suffix in _PICTURES.items() if data.startswith(start)), None)
        if suffix is None:
            self._records.fail(THUMBNAIL, "bad_media")
            return
        path = self._request.folder / f"thumbnail.{self._request.page.video}.{suffix}"
        write_whole(path, data)
        self._records.keep(THUMBNAIL, path)

    def _explained(self, *, pause: bool = True) -> AbstractContextManager[None]:
        return explained(self._request.place, self._log, self._gate, pause=pause)


def _refuse_unfinished(info: Mapping[str, Any], place: Place) -> None:
    if code := _UNFINISHED.get(str(info.get("live_status"))):
        start = info.get("release_timestamp") if code == "upcoming" else None
        if not start:
            raise error_for(code, place)
        begins = datetime.fromtimestamp(start, UTC)
        wait = (begins - datetime.now(UTC)).total_seconds() + (info.get("duration") or 3_600)
        detail = f"it begins at {begins:%Y-%m-%d %H:%M} UTC"
        raise error_for(code, place, detail=detail, retry_after=max(0.0, wait))


def _bare_info(ydl: Any, url: str) -> Mapping[str, Any]:
    """What the video's page says when there is nothing to play."""
    from yt_dlp.utils import YoutubeDLError

    ydl.params["ignore_no_formats_error"] = True
    try:
        return ydl.extract_info(url, download=False, process=False) or {}
    except (YoutubeDLError, ShutError):
        return {}


def _prove(path: Path, seconds: float | None, place: Place) -> None:
    """Delete a file that is not the audio: it does not decode, or has another length than the site says."""
    try:
        duration = probe(path).duration
    except MediaError as error:
        path.unlink(missing_ok=True)
        raise error_for("bad_media", place) from error
    expected = from_seconds(seconds) if seconds else duration
    if abs(duration - expected) > max(_SHORTER_ALLOWED_MS, expected // _LENGTH_TOLERANCE):
        path.unlink(missing_ok=True)
        raise error_for("bad_media", place)
