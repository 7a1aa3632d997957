"""What tests of fetching share: a hasty fetcher, an episode of a video, and a watch on every connection."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from publisher.fetch.patience import Patience
from publisher.fetch.sites import YOUTUBE
from publisher.fetch.videofetcher import VideoFetcher
from publisher.model import Episode, Transcript

HASTY = Patience(pace=0, between_videos=0, network=(0, 0), captions=(0, 0), socket=1)
FETCHERS = (VideoFetcher(YOUTUBE, HASTY),)

WATCHED = """
import os, sys

def hook(event, arguments):
    if event == "socket.connect" and isinstance(arguments[1], tuple):
        with open(os.environ["CONNECTIONS"], "a") as file:
            file.write(f"{arguments[1][0]}:{arguments[1][1]}\\n")

sys.addaudithook(hook)
"""
"""A `sitecustomize` that writes down every address that a process connects to."""


def episode(source: str, *, language: str = "en") -> Episode:
    return Episode(
        slug="talk",
        path=Path("content/talk.md"),
        title="Talk",
        published=datetime(2026, 1, 1, tzinfo=UTC),
        transcript=Transcript(()),
        source=source,
        language=language,
    )


def customise(folder: Path, code: str, setenv: Callable[[str, str], None]) -> None:
    """Have every Python that is started from here run this code first."""
    folder.mkdir(exist_ok=True)
    (folder / "sitecustomize.py").write_text(code, encoding="utf-8")
    setenv("PYTHONPATH", str(folder))
