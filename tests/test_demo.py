from __future__ import annotations

import json
from pathlib import Path

import feedparser
import pytest
from typer.testing import CliRunner

from publisher.cli.app import app

pytest.importorskip("espeakng_loader", reason="the synthetic voice is not installed")


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("demo") / "show"
    result = CliRunner().invoke(app, ["demo", str(folder)])
    assert result.exit_code == 0, result.output
    assert "chapters.youtube.txt" in result.stdout
    return folder


def test_the_demo_is_a_whole_show(demo: Path) -> None:
    (entry,) = feedparser.parse(str(demo / "output/feed.xml")).entries
    assert int(entry.itunes_duration) > 7 * 60
    assert "机器合成" in entry.description
    chapters = json.loads(
        (demo / "output/episodes/why-chapters-matter/chapters.json").read_text(encoding="utf-8")
    )
    assert len(chapters["chapters"]) == 5


def test_its_times_are_those_at_which_the_voice_spoke(demo: Path) -> None:
    (truth,) = demo.glob(".publisher/fetch/*/truth.json")
    known = json.loads(truth.read_text(encoding="utf-8"))["turns"]
    (file,) = demo.glob("content/*.timeline.json")
    found = json.loads(file.read_text(encoding="utf-8"))["turns"]
    off = [abs(turn["start"] - real["start"]) for turn, real in zip(found, known, strict=True)]
    assert max(off) <= 1
    assert sum(error <= 0.25 for error in off) >= 0.9 * len(off)


def test_it_can_be_run_again(demo: Path) -> None:
    result = CliRunner().invoke(app, ["demo", str(demo)])
    assert result.exit_code == 0
    assert "nothing changed" in result.stdout


def test_it_does_not_touch_a_folder_with_other_things(tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("x", encoding="utf-8")
    assert CliRunner().invoke(app, ["demo", str(tmp_path)]).exit_code == 2
    assert [path.name for path in tmp_path.iterdir()] == ["mine.txt"]
