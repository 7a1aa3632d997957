"""`publish status`: how far each episode is, from what earlier runs left."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from publisher.cli.app import app
from publisher.status import Overview, overview
from publisher.workspace import Settings, open_show
from tests.standin import StandIn
from tests.standin.fixtures import make_audio

NOW = 4_000_000_000.0
"""Later than any file of a test."""


@pytest.fixture
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[StandIn]:
    folder = tmp_path_factory.mktemp("media")
    make_audio(folder / "talk.m4a", 4.0)
    defaults = {
        "duration": 4.0,
        "media": [{"itag": 140, "file": "talk.m4a"}],
        "clients": {"TVHTML5": "direct"},
    }
    states = {"st_private_": "private", "st_bot_____": "bot", "st_well____": "ok"}
    with StandIn(
        {"defaults": defaults, "videos": {k: {"state": v} for k, v in states.items()}}, root=folder
    ) as site:
        yield site


def write(show: Path, slug: str, video: str, more: str = "") -> None:
    head = f"---\ntitle: T\ndate: 2026-01-01\nsource: https://youtu.be/{video}\n{more}---\n\n**A**: Hello.\n"
    (show / f"content/{slug}.md").write_text(head, encoding="utf-8")


def run(show: Path, site: StandIn, command: str, *more: str) -> Any:
    network = ("--proxy", site.proxy, "--ca-file", str(site.ca_file))
    return CliRunner().invoke(app, [command, "-C", str(show), *network, *more])


def look(show: Path, now: float = NOW) -> Overview:
    return overview(open_show(show, Settings()), now=now)


def test_each_episode_has_its_stage_its_code_and_its_next_try(show_folder: Path, site: StandIn) -> None:
    write(show_folder, "a-hidden", "st_private_")
    write(show_folder, "b-well", "st_well____")
    write(show_folder, "c-draft", "st_well____", "draft: true\n")
    (show_folder / "content/d-broken.md").write_text("---\ntitle: A\n---\n", encoding="utf-8")
    run(show_folder, site, "build")
    write(show_folder, "e-new", "st_well____")

    found = look(show_folder)

    assert [(s.slug, s.stage, s.code) for s in found.episodes] == [
        ("a-hidden", "fetch", "private"),
        ("b-well", "published", ""),
        ("c-draft", "read", "draft"),
        ("d-broken", "read", "content"),
        ("e-new", "new", ""),
    ]
    assert all(standing.retry_at is None for standing in found.episodes)
    assert found.paused_until == {}


def test_a_wait_is_told_for_the_episode_and_for_the_site(show_folder: Path, site: StandIn) -> None:
    write(show_folder, "robot", "st_bot_____")
    run(show_folder, site, "fetch")
    (standing,) = look(show_folder).episodes
    assert standing.since
    assert (standing.code, standing.retry_at) == ("bot_check", standing.since + 4 * 3_600)
    result = run(show_folder, site, "status")
    assert result.exit_code == 0
    assert "bot_check" in result.stdout
    assert "in 3 h" in result.stdout
    assert "Asked to wait by youtube: we ask again in 3 h" in result.stdout


def test_what_succeeds_is_no_longer_told_as_failed(show_folder: Path, site: StandIn) -> None:
    write(show_folder, "one", "st_private_")
    run(show_folder, site, "fetch")
    write(show_folder, "one", "st_well____")
    run(show_folder, site, "fetch")

    (standing,) = look(show_folder).episodes
    assert (standing.stage, standing.code) == ("fetched", "")


def test_status_asks_nobody_writes_nothing_and_speaks_json(show_folder: Path, site: StandIn) -> None:
    write(show_folder, "one", "st_well____")
    before = sorted(show_folder.rglob("*"))
    data = json.loads(run(show_folder, site, "status", "--json").stdout)

    assert data["episodes"][0] | {"since": None} == {
        "slug": "one", "stage": "new", "since": None, "code": "", "reason": "", "retry_at": None,
        "seconds": {},
    }  # fmt: skip
    assert data["paused_until"] == {}
    assert site.log == []
    assert sorted(show_folder.rglob("*")) == before
