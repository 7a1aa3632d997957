"""How yt-dlp is set up, asked and understood. The only importer of yt-dlp; runs in the fetching process."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from io import StringIO
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

from publisher.fetch.base import Network
from publisher.fetch.gate import Gate
from publisher.fetch.outcomes import Failure
from publisher.fetch.patience import Patience
from publisher.fetch.sites import Site
from publisher.model import Progress

MOST_BYTES = 4_000_000_000
_LONGEST_PAUSE = 60
_HANDLERS = {"Requests", "Urllib"}
CAPTIONS_AT_ONCE = {"writesubtitles": True, "subtitleslangs": ["-all"]}
"""Read the captions, and download none: what cannot be downloaded would cost the audio."""

FLAT = {
    "noplaylist": False,
    "extract_flat": "in_playlist",
    "extractor_args": {"youtubetab": {"approximate_date": [""]}},
}
"""What yt-dlp is told besides for the list of a playlist, without touching its videos."""

_SKIPPED = ("hls", "dash", "translated_subs")


class TooLargeError(Exception):
    """More came than we take."""


@dataclass(frozen=True, slots=True)
class Way:
    """How YouTube is asked this time.

    Attributes:
        without: Names of clients that are not tried.
        everything: Whether streams that we do not want may serve, as the last resort.
    """

    without: tuple[str, ...] = ()
    everything: bool = False


@dataclass(slots=True)
class Log:
    """Keeps yt-dlp's warnings, and shows when it waits as YouTube demands."""

    progress: Progress
    warnings: list[str] = field(default_factory=list)

    def debug(self, message: str) -> None:
        """Most of it is noise."""
        if "as required by the site" in message:
            self.progress("waiting as YouTube demands", None)

    def warning(self, message: str) -> None:
        """Often the only place where a reason stands."""
        self.warnings.append(message)

    def error(self, _message: str) -> None:
        """Errors come as exceptions too."""


def parameters(
    folder: Path, cache: Path, *, site: Site, network: Network, patience: Patience, way: Way, log: Log
) -> dict[str, Any]:
    """What yt-dlp is told.

    Args:
        folder: Where the download goes.
        cache: Where yt-dlp keeps what it learned of YouTube's player.
        site: Who is asked; no other extractor is let in.
        network: How the network may be used.
        patience: How long to wait.
        way: How YouTube is asked.
        log: Hears what yt-dlp says.
    """

    def pause(n: int) -> float:
        return float(min(_LONGEST_PAUSE, patience.pace * 2.0**n))

    return {
        "format": "ba[ext=m4a]/ba[acodec^=mp4a]/ba/b",
        "format_sort": ["lang"],  # the original before a dub
        "noplaylist": True,
        "allowed_extractors": list(site.extractors),
        "paths": {"home": str(folder)},
        # A part of one video or format must never be continued with the bytes of another.
        "outtmpl": {"default": "audio.%(id)s.%(format_id)s.%(ext)s"},
        "continuedl": True,
        "updatetime": False,
        "fixup": "never",  # needs ffmpeg; publisher.media remuxes
        "cachedir": str(cache),
        "retries": 3,
        "fragment_retries": 5,
        "extractor_retries": 2,
        "file_access_retries": 3,
        "retry_sleep_functions": dict.fromkeys(("http", "fragment", "extractor"), pause),
        "skip_unavailable_fragments": False,
        "ignoreerrors": False,
        "socket_timeout": patience.socket,
        "sleep_interval_requests": patience.pace,
        "js_runtimes": {"deno": {}},
        "extractor_args": {"youtube": _extractor_args(network.extractor_args, way)},
        "quiet": True,
        "noprogress": True,
        "color": "no_color",
        "logger": log,
        "progress_hooks": [_shown(log.progress)],
        **(CAPTIONS_AT_ONCE if site.captions_at_once else {}),
        **({"cookiefile": network.cookies} if network.cookies else {}),
        **({"cookiesfrombrowser": (network.cookies_from_browser,)} if network.cookies_from_browser else {}),
        **({"ratelimit": network.limit_rate} if network.limit_rate else {}),
        **({"proxy": network.proxy} if network.proxy else {}),
    }


def _extractor_args(ours: Mapping[str, Sequence[str]], way: Way) -> dict[str, list[str]]:
    told = {name: list(values) for name, values in ours.items()}
    if not way.everything:
        told.setdefault("skip", list(_SKIPPED))
    if way.without:
        clients = told.get("player_client") or ["default"]
        told["player_client"] = [*clients, *(f"-{name}" for name in way.without)]
    return told


def _shown(progress: Progress) -> Callable[[Mapping[str, Any]], None]:
    """A hook for yt-dlp that speaks once for each per cent, and stops what never ends."""
    last: int | None = -1

    def hook(state: Mapping[str, Any]) -> None:
        nonlocal last
        total = state.get("total_bytes") or state.get("total_bytes_estimate")
        done = state.get("downloaded_bytes") or 0
        if max(done, total or 0) > MOST_BYTES:
            raise TooLargeError
        share = min(1.0, done / total) if total else None
        if last != (last := None if share is None else int(share * 100)):
            progress("audio", share)

    return hook


def open_downloader(told: Mapping[str, Any], ca_file: Path | None, gate: Gate) -> Any:
    """A `YoutubeDL` whose every request passes the gate; a context manager."""
    os.environ["YTDLP_NO_PLUGINS"] = "1"
    from yt_dlp import YoutubeDL

    ydl = YoutubeDL(dict(told, cookiefile=_copy_of(told.get("cookiefile"))))
    handlers = ydl._request_director.handlers  # noqa: SLF001 - there is no option for it
    for name in set(handlers) - _HANDLERS:  # they look up addresses by themselves, past our guard
        del handlers[name]
    if ca_file:
        for handler in handlers.values():
            _trust(handler, ca_file)
    _get_ready(ydl, handlers)
    _pass_the_gate(ydl, gate)
    return ydl


def _copy_of(cookies: Path | None) -> StringIO | None:
    """The cookies in memory, since yt-dlp writes to its cookie file."""
    from yt_dlp.cookies import CookieLoadError

    try:
        return StringIO(cookies.read_text(encoding="utf-8")) if cookies else None
    except (OSError, UnicodeDecodeError) as error:
        raise CookieLoadError("the file cannot be read") from error


def _get_ready(ydl: Any, handlers: Mapping[str, Any]) -> None:
    """Read certificates and cookies before the first request, so that little time is between the gate and the wire."""
    if requests := handlers.get("Requests"):
        requests._get_instance(cookiejar=ydl.cookiejar, legacy_ssl_support=None)  # noqa: SLF001 - as above


def _trust(handler: Any, ca_file: Path) -> None:
    usual = handler._make_sslcontext  # noqa: SLF001 - there is no option for it

    def with_ours(*arguments: Any, **named: Any) -> Any:
        context = usual(*arguments, **named)
        context.load_verify_locations(cafile=str(ca_file))
        return context

    handler._make_sslcontext = with_ours  # noqa: SLF001 - as above


def _pass_the_gate(ydl: Any, gate: Gate) -> None:
    from yt_dlp.networking.exceptions import HTTPError

    usual = ydl.urlopen

    def urlopen(request: Any) -> Any:
        gate.enter()
        try:
            response = usual(request)
        except HTTPError as error:
            gate.refused(error.status, error.response.headers.get("Retry-After") or "", error.response.url)
            raise
        gate.passed()
        return response

    ydl.urlopen = urlopen


def read_small(ydl: Any, url: str, most: int) -> bytes:
    """A small file through yt-dlp's network stack; empty when it is too large."""
    from yt_dlp.networking import Request

    with closing(ydl.urlopen(Request(url))) as response:
        data = bytes(response.read(most + 1))
    return data if len(data) <= most else b""


def clients_behind(url: str) -> tuple[str, ...]:
    """yt-dlp's names for the client that a media link was made for."""
    from yt_dlp.extractor.youtube._base import INNERTUBE_CLIENTS

    asked = parse_qs(urlsplit(url).query).get("c", [""])[0]
    return tuple(
        name
        for name, client in INNERTUBE_CLIENTS.items()
        if client["INNERTUBE_CONTEXT"]["client"]["clientName"] == asked
    )


def failure_of(error: BaseException, warnings: Sequence[str]) -> Failure:
    """What is left of a failed run."""
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
