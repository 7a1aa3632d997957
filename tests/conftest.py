"""Fixtures for all tests: small shows in temporary folders, and the real material beside the checkout."""

from __future__ import annotations

import shutil
import signal
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import settings

settings.register_profile("suite", derandomize=True)
settings.register_profile("thorough", max_examples=10_000)
settings.load_profile("suite")
"""The suite tries the same cases each time; `--hypothesis-profile thorough` and `python -m tests.fuzz` try new ones."""

# A shell's background job ignores Ctrl-C, and so would the programs that tests start.
signal.signal(signal.SIGINT, signal.default_int_handler)

CHECKOUT = Path(__file__).resolve().parents[1]

PODCAST_TOML = """\
title = "Test show"
description = "A show for tests."
link = "https://example.com/show"
base_url = "https://example.com/podcast"
language = "zh-CN"
author = "Tester"
category = "Technology"
"""

Write = Callable[[str, str], Path]


@pytest.fixture
def show_folder(tmp_path: Path) -> Path:
    """A show without episodes."""
    (tmp_path / "podcast.toml").write_text(PODCAST_TOML, encoding="utf-8")
    (tmp_path / "content").mkdir()
    return tmp_path


@pytest.fixture
def shared() -> Path:
    """The real material that lies beside a developer's checkout."""
    folder = CHECKOUT.parent / "shared"
    if not folder.is_dir():
        pytest.skip("the real sample and the bench are not beside this checkout")
    return folder


@pytest.fixture(scope="session")
def good(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A published show of two episodes without a fault."""
    from tests.published import write_show

    return write_show(tmp_path_factory.mktemp("good") / "output")


@pytest.fixture
def output(good: Path, tmp_path: Path) -> Path:
    """A copy of it to break."""
    return Path(shutil.copytree(good, tmp_path / "output"))
