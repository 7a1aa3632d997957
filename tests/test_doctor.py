from __future__ import annotations

from datetime import date
from importlib import metadata
from pathlib import Path
from typing import Any

import pytest

from publisher.doctor import Finding, Grade, examine
from publisher.fetch import Network
from tests.standin import StandIn
from tests.standin.fixtures import make_audio


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


def test_disk_certificates_and_write_access_are_looked_at(tmp_path: Path) -> None:
    findings = examine(tmp_path)
    assert find(findings, "certificates").grade is Grade.GOOD
    assert "GB free" in find(findings, "disk").found
    assert find(findings, "write access").grade is Grade.GOOD
    assert find(examine(tmp_path / "none"), "write access").grade is Grade.MISSING
    assert "YouTube" not in {finding.name for finding in findings}
    offline = examine(tmp_path, network=Network(offline=True))
    assert "YouTube" not in {finding.name for finding in offline}


def test_certificates_that_cannot_be_read_are_missing(tmp_path: Path) -> None:
    broken = tmp_path / "broken.pem"
    broken.write_text("no certificate", encoding="utf-8")
    finding = find(examine(tmp_path, network=Network(ca_file=broken, offline=True)), "certificates")
    assert finding.grade is Grade.MISSING


@pytest.mark.parametrize(
    ("about", "grade", "found"),
    [
        ({"duration": 19.0}, Grade.GOOD, "answers"),
        ({"state": "bot"}, Grade.WARNING, "bot_check"),
        ({"clients": {"*": "sabr", "VISIONOS": "sabr", "TVHTML5": "sabr"}}, Grade.MISSING, "sabr_only"),
    ],
)
def test_one_request_for_metadata_tries_everything(
    about: dict[str, Any], grade: Grade, found: str, tmp_path: Path
) -> None:
    sound = make_audio(tmp_path / "talk.m4a", 19.0)
    video = {"media": [{"itag": 140, "file": str(sound)}], "duration": 19.0, **about}
    with StandIn({"videos": {"jNQXAC9IVRw": video}}) as site:
        network = Network(proxy=site.proxy, ca_file=site.ca_file)
        finding = find(examine(tmp_path, network=network), "YouTube")
        assert not {"media", "captions", "thumb"} & set(site.kinds())
    assert finding.grade is grade
    assert found in finding.found
    assert [path.name for path in tmp_path.iterdir()] == ["talk.m4a"]


def test_a_network_that_is_not_there_is_a_warning(tmp_path: Path) -> None:
    finding = find(examine(tmp_path, network=Network(proxy="http://127.0.0.1:1")), "YouTube")
    assert finding.grade is Grade.WARNING
    assert finding.found.startswith("network:")
