"""Readers from npm: programs that others wrote, asked by our tests."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Sequence
from typing import Any

import pytest

from tests.conftest import CHECKOUT

READERS = CHECKOUT / "tests/readers"


def require_readers() -> None:
    """Skip a test where Node or its packages are missing."""
    if shutil.which("node") is None:
        pytest.skip("Node is not installed here")
    if not (READERS / "node_modules").is_dir():
        pytest.skip("the readers are not installed: run npm ci --prefix tests/readers")


def feeds(feed: bytes) -> Any:
    """What podcast-partytime, feedsmith and rss-parser read in a feed, by their names."""
    return json.loads(_run("feeds.mjs", feed))


def webvtt(texts: Sequence[tuple[str, str]]) -> Any:
    """What webvtt-parser and vtt.js read in WebVTT files, each given with its mode, `chapters` or `subtitles`."""
    files = [{"text": text, "mode": mode} for text, mode in texts]
    return json.loads(_run("webvtt.mjs", json.dumps(files).encode("ascii")))


def _run(script: str, given: bytes) -> bytes:
    require_readers()
    command = ["node", str(READERS / script)]
    run = subprocess.run(command, input=given, capture_output=True, check=False, timeout=120)
    assert run.returncode == 0, run.stderr.decode("utf-8", "replace")
    return run.stdout
