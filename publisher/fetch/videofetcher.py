"""The fetcher of a video site's videos; it hands the work to a process of its own."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory

from publisher.errors import Place
from publisher.fetch.base import Job, Network, require_network
from publisher.fetch.outcomes import error_for
from publisher.fetch.patience import Patience
from publisher.fetch.sites import YOUTUBE, Page, Site, site_of, video_page
from publisher.model import Fetched, silent

TRIAL = Patience(pace=0.2, network=(), captions=(), longest_wait=0, limit=60, socket=10)
"""For a request that only tries whether all works."""


def page_of(reference: str, site: Site, place: Place) -> Page:
    """The video that an address means.

    Raises:
        FetchError: Code `unsupported_url`; a channel, a playlist, or no video id.
    """
    page = video_page(reference)
    if page is None:
        raise error_for(
            "unsupported_url",
            place,
            detail=reference,
            remedy=f"Write it as {site.example}. Channels and playlists are for: publish import URL.",
        )
    return page


@dataclass(frozen=True, slots=True)
class VideoFetcher:
    """Brings a video's audio (m4a), captions and thumbnail; its metadata as `info.json`.

    Attributes:
        site: Whose videos.
        patience: How long it waits and how often it tries.
    """

    site: Site
    patience: Patience = field(default_factory=Patience)

    @property
    def name(self) -> str:
        """The site's."""
        return self.site.name

    def matches(self, reference: str) -> bool:
        """Whether the address is on one of the site's hosts."""
        return site_of(reference) is self.site

    def fetch(self, job: Job) -> Fetched:
        """Bring what the video has; a picture or captions that fail do not cost the audio.

        Raises:
            FetchError: See `publisher.fetch.outcomes`, or code `offline`.
        """
        from publisher.fetch.process import fetch_apart
        from publisher.fetch.video import Request

        page = page_of(job.reference, self.site, job.place)
        require_network(page.url, job.network, job.place)
        job.folder.mkdir(parents=True, exist_ok=True)
        request = Request(
            page=page,
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
    from publisher.fetch.video import Request, Wanted

    place = Place(reference)
    with TemporaryDirectory(prefix="publish-") as folder:
        request = Request(
            page=page_of(reference, YOUTUBE, place),
            folder=Path(folder),
            shared=shared.absolute() if shared else None,
            language="",
            place=place,
            network=network,
            patience=patience,
            wanted=Wanted.METADATA,
        )
        fetch_apart(request, silent)
