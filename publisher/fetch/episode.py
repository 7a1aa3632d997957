"""An episode's audio and captions: from the cache if they are there, else from where the front matter says."""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from publisher.errors import ContentError, FetchError, Place
from publisher.fetch.base import Fetcher, Job, Network
from publisher.fetch.captions import read_captions
from publisher.fetch.failures import forget_failure, remember_failure
from publisher.fetch.http import HttpFetcher, download
from publisher.fetch.local import LocalFetcher, locate
from publisher.fetch.manifest import Manifest
from publisher.fetch.records import due
from publisher.fetch.registry import FETCHERS
from publisher.model import CaptionFile, CaptionKind, Episode, Fetched, Progress, silent

_SYNTHETIC_VERSION = 1  # one more when the machine speaks differently


def fetch_episode(
    episode: Episode,
    *,
    root: Path,
    cache: Path,
    network: Network,
    progress: Progress,
    fetchers: Sequence[Fetcher] = FETCHERS,
    shared: Path | None = None,
) -> Fetched:
    """Bring an episode's audio and captions; what is in the cache is not fetched again.

    The audio comes from `audio:`, else from `source:`; the captions from `captions:`, else from where the
    audio comes from. Local paths are used in place.

    Args:
        episode: Whose.
        root: The show's folder.
        cache: This episode's own part of the cache; it is made.
        network: How the network may be used.
        progress: Told what is being done.
        fetchers: The first that matches is used.
        shared: Where all episodes' fetchers remember that a site asked us to wait; None forgets it.

    Returns:
        Audio, and captions unless there are none. Its `missing` says that captions exist and could not be had this
        time; the next call tries again.

    Raises:
        FetchError: The audio, or captions that the front matter names, cannot be had.
    """
    cache.mkdir(parents=True, exist_ok=True)
    manifest = Manifest(cache)

    def job(reference: str) -> Job:
        return Job(reference, cache, episode, network, progress, root, shared)

    try:
        captions, missing = (
            _given_captions(job(episode.captions), manifest) if episode.captions else (None, "")
        )
        found = _audio(job(_audio_reference(episode)), manifest, fetchers)
    except FetchError as error:
        remember_failure(cache, error, now=time.time())
        raise
    forget_failure(cache)
    if not episode.captions:
        return found
    return replace(found, captions=captions, missing=missing)


@dataclass(frozen=True, slots=True)
class Cached:
    """The audio that a run would take without asking anybody.

    Attributes:
        path: The file; None when there is none.
        reworded: Whether there is none because the machine that speaks would say something else now.
    """

    path: Path | None
    reworded: bool = False


def cached_audio(episode: Episode, *, root: Path, cache: Path) -> Cached:
    """The audio of an episode as far as it is here: a person's own file, or what was fetched. Nothing is written."""
    reference = episode.audio or episode.source
    job = Job(reference, cache, episode, Network(offline=True), silent, root)
    fetcher = next((fetcher for fetcher in FETCHERS if reference and fetcher.matches(reference)), None)
    if fetcher is None:
        return Cached(None)
    if isinstance(fetcher, LocalFetcher):
        try:
            return Cached(locate(job))
        except FetchError:
            return Cached(None)
    manifest = Manifest(cache)
    known = manifest.read("audio", _key(fetcher, job))
    if known:
        return Cached(known.audio)
    return Cached(None, reworded=fetcher.name == "synthetic" and manifest.holds("audio"))


def _audio_reference(episode: Episode) -> str:
    reference = episode.audio or episode.source
    if not reference:
        raise FetchError(
            "The episode does not say where its audio is.",
            code="no_source",
            place=Place(str(episode.path), field="source"),
            remedy="Add `source:` with the address of the video, or `audio:` with a file, an address "
            "or the word synthetic.",
        )
    return reference


def _audio(job: Job, manifest: Manifest, fetchers: Sequence[Fetcher]) -> Fetched:
    fetcher = next((fetcher for fetcher in fetchers if fetcher.matches(job.reference)), None)
    if fetcher is None:
        raise FetchError(
            "We cannot fetch from such an address.",
            code="unsupported_url",
            place=job.place,
            remedy="Use https://, a path on this computer, or the word synthetic.",
        )
    key = _key(fetcher, job)
    known = manifest.read("audio", key)
    complete = known and (job.episode.captions or not known.missing)
    if known and complete and (job.network.offline or not due(job.folder, time.time())):
        return known
    try:
        found = fetcher.fetch(job)
    except FetchError:
        if known:
            return known  # the audio is here; only what goes with it still is not
        raise
    if known and complete and found.missing:
        return known
    manifest.write("audio", key, found)
    return found


def _key(fetcher: Fetcher, job: Job) -> str:
    """Whatever decides what is fetched."""
    episode = job.episode
    match fetcher.name:
        case "youtube" | "bilibili":  # captions are chosen by the language
            return f"{job.reference} {episode.language}"
        case "synthetic":
            turns = [(turn.speaker, turn.text) for turn in episode.transcript.turns]
            text = json.dumps([_SYNTHETIC_VERSION, episode.language, turns])
            return f"synthetic {hashlib.sha256(text.encode('utf-8')).hexdigest()}"
        case _:
            return job.reference


def _given_captions(job: Job, manifest: Manifest) -> tuple[CaptionFile | None, str]:
    """The track that the front matter names, or why it cannot be had now."""
    language = job.episode.language
    if LocalFetcher().matches(job.reference):
        return CaptionFile(locate(job), CaptionKind.GIVEN, language), ""
    if not HttpFetcher().matches(job.reference):
        raise FetchError(
            "We cannot fetch captions from such an address.",
            code="unsupported_url",
            place=job.place,
            remedy="Use https:// or a path on this computer.",
        )
    known = manifest.read("captions", job.reference)
    if known and known.captions:
        return CaptionFile(known.captions.path, CaptionKind.GIVEN, language), ""
    try:
        track = _downloaded_captions(job)
    except FetchError as error:
        if not error.again:
            raise
        return None, f"The captions could not be fetched. {error.what}"
    manifest.write("captions", job.reference, Fetched(captions=track))
    return track, ""


def _downloaded_captions(job: Job) -> CaptionFile:
    track = CaptionFile(download(job, "captions"), CaptionKind.GIVEN, job.episode.language)
    try:
        read_captions(track)
    except ContentError as error:
        track.path.unlink(missing_ok=True)
        raise FetchError(
            f"What came from the address is not a caption track. {error.what}",
            code="bad_captions",
            place=job.place,
            remedy="Give the address of a json3, WebVTT or SRT file.",
        ) from error
    return track
