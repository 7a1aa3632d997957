from __future__ import annotations

from datetime import date
from importlib import metadata
from pathlib import Path

import pytest

from publisher.doctor import Finding, Grade, examine


def find(findings: tuple[Finding, ...], name: str) -> Finding:
    return next(finding for finding in findings if finding.name == name)


def test_an_old_yt_dlp_is_a_warning_with_the_command_that_updates_it(tmp_path: Path) -> None:
    finding = find(examine(tmp_path, today=date(2099, 1, 1)), "yt-dlp")
    assert finding.grade is Grade.WARNING
    assert "pip install --upgrade yt-dlp" in finding.remedy


def test_a_fresh_yt_dlp_is_good(tmp_path: Path) -> None:
    year, month, day = (int(part) for part in metadata.version("yt-dlp").split(".")[:3])
    assert find(examine(tmp_path, today=date(year, month, day)), "yt-dlp").grade is Grade.GOOD


def test_a_missing_javascript_runtime_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("shutil.which", lambda *_args, **_more: None)
    finding = find(examine(tmp_path), "JavaScript runtime")
    assert finding.grade is Grade.MISSING
    assert "pip install deno" in finding.remedy


def test_the_show_is_looked_at_when_there_is_one(
    show_folder: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    assert find(examine(show_folder), "show").grade is Grade.WARNING
    (show_folder / "podcast.toml").write_text("title = 1", encoding="utf-8")
    assert find(examine(show_folder), "show").grade is Grade.MISSING
    empty = tmp_path_factory.mktemp("empty")
    assert "show" not in {finding.name for finding in examine(empty)}
