"""The plug-point of fetching: what a fetcher is asked and what it answers."""

from __future__ import annotations

import re
import ssl
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from publisher.errors import FetchError, Place
from publisher.model import Episode, Fetched, Progress

_PROXY = re.compile(r"(?:https?|socks[45][ah]?)://[^/\s]", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Network:
    """How the network may be used.

    Attributes:
        proxy: URL of a proxy; empty means what the environment says (`HTTPS_PROXY`, `NO_PROXY`, ...).
        ca_file: Certificates (PEM) to trust besides the usual ones.
        offline: Take what is cached and ask nobody.
        cookies: Cookies of a signed-in person, in Netscape's format; never written to.
        cookies_from_browser: A browser whose cookies are taken, as yt-dlp names it.
        limit_rate: Bytes a second at most; 0 is no limit.
        extractor_args: What yt-dlp's YouTube extractor is told, such as `{"player_client": ["default"]}`.
    """

    proxy: str = ""
    ca_file: Path | None = None
    offline: bool = False
    cookies: Path | None = None
    cookies_from_browser: str = ""
    limit_rate: int = 0
    extractor_args: Mapping[str, Sequence[str]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Job:
    """One thing to fetch.

    Attributes:
        reference: As the person wrote it in the front matter.
        folder: This episode's part of the cache; the fetcher writes only here.
        episode: Whose audio or captions these are.
        network: How the network may be used.
        progress: Told what is being done.
        root: The show's folder; None when there is none.
        shared: Where all episodes' fetchers remember what holds for a whole site; None forgets it.
    """

    reference: str
    folder: Path
    episode: Episode
    network: Network
    progress: Progress
    root: Path | None = None
    shared: Path | None = None

    @property
    def place(self) -> Place:
        """The front-matter field that asks for this."""
        episode = self.episode
        fields = {"audio": episode.audio, "captions": episode.captions, "source": episode.source}
        field = next((name for name, value in fields.items() if value == self.reference), "source")
        return Place(str(episode.path), field=field)


class Fetcher(Protocol):
    """Brings audio, and what else a place has, into an episode's part of the cache."""

    @property
    def name(self) -> str:
        """The field's word for the kind of place: `youtube`, `http`, ..."""

    def matches(self, reference: str) -> bool:
        """Whether this fetcher reads such references; looks at the text only."""

    def fetch(self, job: Job) -> Fetched:
        """Bring the audio, proved to be audio; resumes what was begun.

        Raises:
            FetchError: It cannot be had; the error says whether it may work later.
        """


def require_network(what: str, network: Network, place: Place) -> None:
    """Refuse to go on when we are offline, or the proxy or the certificates cannot be used.

    Args:
        what: What would be fetched, such as `https://example.com/a.mp3`.
        network: How the network may be used.
        place: Who asks.

    Raises:
        FetchError: Code `offline`, `proxy` or `tls`.
    """
    if network.offline:
        raise FetchError(
            f"This would fetch {what}, which is not in the cache, but the run is offline.",
            code="offline",
            again=True,
            place=place,
            remedy="Run once without --offline, or name a file on this computer.",
        )
    if network.proxy and not _PROXY.match(network.proxy):
        raise FetchError(
            "This proxy cannot be used.",
            code="proxy",
            place=Place("the command line", field="--proxy"),
            remedy="Write it as http://host:port or socks5://host:port.",
        )
    if network.ca_file:
        _check_certificates(network.ca_file)


def _check_certificates(ca_file: Path) -> None:
    try:
        ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT).load_verify_locations(cafile=ca_file)
    except OSError as error:
        raise FetchError(
            "The file of certificates cannot be read, or holds none.",
            code="tls",
            place=Place(str(ca_file), field="--ca-file"),
            remedy="Name a PEM file with -----BEGIN CERTIFICATE----- in it.",
        ) from error


def quiet_retries() -> None:
    """Retries are the fetcher's business; what comes of them is told at the end."""
    import stamina.instrumentation

    stamina.instrumentation.set_on_retry_hooks([])
