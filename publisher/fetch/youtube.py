"""YouTube: which addresses are videos, and the fetcher, which hands the work to a process of its own."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.parse import parse_qs, urlsplit

from publisher.errors import Place
from publisher.fetch.base import Job, Network, require_network
from publisher.fetch.outcomes import error_for
from publisher.fetch.patience import Patience
from publisher.model import Fetched, silent

TRIAL = Patience(pace=0.2, network=(), captions=(), longest_wait=0, limit=60, socket=10)
"""For a request that only tries whether all works."""

_HOSTS = {
    *("youtube.com", "www.youtube.com", "m.youtube.com", "music.youtube.com"),
    *("youtube-nocookie.com", "www.youtube-nocookie.com", "youtu.be"),
}
_VIDEO_ID = re.compile(r"[0-9A-Za-z_-]{11}")
_PATHS_WITH_ID = {"shorts", "live", "embed", "v"}


def video_id(reference: str, place: Place) -> str:
    """The eleven characters of a video.

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
    return video


@dataclass(frozen=True, slots=True)
class YouTubeFetcher:
    """Brings a video's audio (m4a), captions (json3) and thumbnail; its metadata as `info.json`.

    Attributes:
        patience: How long it waits and how often it tries.
    """

    patience: Patience = field(default_factory=Patience)

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
        from publisher.fetch.process import fetch_apart
        from publisher.fetch.video import Request

        video = video_id(job.reference, job.place)
        url = f"https://www.youtube.com/watch?v={video}"
        require_network(job, url)
        job.folder.mkdir(parents=True, exist_ok=True)
        request = Request(
            url=url,
            video=video,
            folder=job.folder.absolute(),
            shared=job.shared.absolute() if job.shared else None,
            language=job.episode.language,
            place=job.place,
            network=job.network,
            patience=self.patience,
        )
        return fetch_apart(request, job.progress)


def try_youtube(network: Network, *, reference: str, shared: Path | None, patience: Patience = TRIAL) -> None:
    """Ask YouTube for a video's metadata, through everything that a fetch goes through.

    Args:
        network: How the network may be used.
        reference: A video's address.
        shared: Where is remembered that YouTube asked us to wait.
        patience: How long to wait.

    Raises:
        FetchError: What is wrong.
    """
    from publisher.fetch.process import fetch_apart
    from publisher.fetch.video import Request

    place = Place(reference)
    video = video_id(reference, place)
    with TemporaryDirectory(prefix="publish-") as folder:
        request = Request(
            url=f"https://www.youtube.com/watch?v={video}",
            video=video,
            folder=Path(folder),
            shared=shared.absolute() if shared else None,
            language="",
            place=place,
            network=network,
            patience=patience,
            only_metadata=True,
        )
        fetch_apart(request, silent)
