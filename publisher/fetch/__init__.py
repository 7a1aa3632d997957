"""Bringing audio and captions: the one stage that touches the network, and its cache."""

from __future__ import annotations

from publisher.fetch.base import Fetcher, Job, Network
from publisher.fetch.captions import read_captions
from publisher.fetch.episode import fetch_episode
from publisher.fetch.registry import FETCHERS

__all__ = ["FETCHERS", "Fetcher", "Job", "Network", "fetch_episode", "read_captions"]
