"""Bringing audio and captions: the one stage that touches the network, and its cache."""

from __future__ import annotations

from publisher.fetch.base import Fetcher, Job, Network, quiet_retries
from publisher.fetch.captions import read_captions
from publisher.fetch.episode import Cached, cached_audio, fetch_episode
from publisher.fetch.failures import Failed, read_failure
from publisher.fetch.outcomes import OUTCOMES
from publisher.fetch.pauses import Pauses
from publisher.fetch.records import due, unfinished
from publisher.fetch.registry import FETCHERS
from publisher.fetch.videofetcher import VideoFetcher, try_youtube

__all__ = [
    "FETCHERS",
    "OUTCOMES",
    "Cached",
    "Failed",
    "Fetcher",
    "Job",
    "Network",
    "Pauses",
    "VideoFetcher",
    "cached_audio",
    "due",
    "fetch_episode",
    "quiet_retries",
    "read_captions",
    "read_failure",
    "try_youtube",
    "unfinished",
]
