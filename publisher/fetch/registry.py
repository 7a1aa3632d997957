"""All fetchers; the first that matches a reference fetches it."""

from __future__ import annotations

from publisher.fetch.base import Fetcher
from publisher.fetch.http import HttpFetcher
from publisher.fetch.local import LocalFetcher
from publisher.fetch.sites import BILIBILI, YOUTUBE
from publisher.fetch.synthetic import SyntheticFetcher
from publisher.fetch.videofetcher import VideoFetcher

FETCHERS: tuple[Fetcher, ...] = (
    VideoFetcher(YOUTUBE),
    VideoFetcher(BILIBILI),
    SyntheticFetcher(),
    HttpFetcher(),
    LocalFetcher(),
)
