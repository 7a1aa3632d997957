"""A real browser, and `publish serve` as a person starts it, for tests that look at pages."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.conftest import CHECKOUT

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, Page

FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


@contextmanager
def chromium(*flags: str) -> Iterator[Browser]:
    """The Chromium that is installed; without one the test is skipped."""
    from playwright.sync_api import sync_playwright

    program = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    if program is None:
        pytest.skip("no Chromium is installed")
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=program, args=[*FLAGS, *flags])
        yield opened
        opened.close()


@contextmanager
def watched(context: BrowserContext, own: str) -> Iterator[Page]:
    """A tab; at the end nothing was complained of on its console and nobody but `own` was asked for anything."""
    faults: list[str] = []
    tab = context.new_page()
    tab.on("pageerror", lambda error: faults.append(str(error)))
    tab.on("console", lambda said: faults.append(said.text) if said.type in {"error", "warning"} else None)
    tab.on(
        "request",
        lambda asked: faults.append(asked.url) if not asked.url.startswith((own, "data:")) else None,
    )
    yield tab
    tab.close()
    assert faults == []


def wait_for(page: Page, expression: str) -> None:
    """Wait in small steps; the page's own policy forbids the browser to do it."""
    for _ in range(200):
        if page.evaluate(expression):
            return
        page.wait_for_timeout(50)
    pytest.fail(f"not within ten seconds: {expression}")


@contextmanager
def publish_serve(show: Path, *options: str) -> Iterator[str]:
    """Run `publish serve` on a free port; gives its address."""
    command = [
        sys.executable,
        "-m",
        "publisher",
        "serve",
        "--show",
        str(show),
        "--port",
        "0",
        "--offline",
        "--json",
    ]
    surroundings = {**os.environ, "PYTHONPATH": str(CHECKOUT)}
    with subprocess.Popen(
        [*command, *options], stdout=subprocess.PIPE, env=surroundings, text=True
    ) as server:
        assert server.stdout
        try:
            yield str(json.loads(server.stdout.readline())["url"])
        finally:
            server.send_signal(signal.SIGINT)
            server.stdout.read()
    assert server.returncode == 0
