"""Cookies, speed and extractor arguments: what reaches YouTube, and what must not reach anybody else."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from publisher.cli.app import app
from publisher.config import read_extractor_args, read_show
from publisher.errors import ConfigError, FetchError
from publisher.fetch import Network, fetch_episode
from publisher.fetch.patience import Patience
from publisher.fetch.sites import YOUTUBE
from publisher.fetch.ytdlp import Log, Way, parameters
from publisher.model import Fetched, silent
from tests.conftest import PODCAST_TOML
from tests.fetching import FETCHERS, episode
from tests.standin import StandIn
from tests.standin.fixtures import make_audio

VIDEO = "IpK175HsDQI"
PRIVATE = "s3cr3t-of-a-person"
COOKIES = f"# Netscape HTTP Cookie File\n.youtube.com\tTRUE\t/\tTRUE\t2147483647\tMINE\t{PRIVATE}\n"


@pytest.fixture
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[StandIn]:
    folder = tmp_path_factory.mktemp("media")
    make_audio(folder / "talk.m4a", 4.0)
    video = {
        "duration": 4.0,
        "media": [{"itag": 140, "file": "talk.m4a"}],
        "clients": {"TVHTML5": "direct", "*": "direct"},
    }
    with StandIn({"videos": {VIDEO: video}}, root=folder) as site:
        yield site


def fetch(site: StandIn, folder: Path, cookies: Path) -> Fetched:
    return fetch_episode(
        episode(f"https://www.youtube.com/watch?v={VIDEO}"),
        root=folder,
        cache=folder / "cache",
        network=Network(proxy=site.proxy, ca_file=site.ca_file, cookies=cookies),
        progress=silent,
        fetchers=FETCHERS,
        shared=folder / "sites",
    )


def test_cookies_reach_youtube_and_are_written_nowhere(
    site: StandIn, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    private = tmp_path / "private"
    private.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(private))
    cookies = tmp_path / "cookies.txt"
    cookies.write_text(COOKIES, encoding="utf-8")
    cookies.chmod(0o400)
    fetch(site, tmp_path, cookies)

    assert any(PRIVATE in (entry["cookie"] or "") for entry in site.log)
    assert not any(PRIVATE in (entry["cookie"] or "") for entry in site.log if "youtube" not in entry["host"])
    assert cookies.read_text(encoding="utf-8") == COOKIES
    assert list(private.iterdir()) == []
    for file in [*(tmp_path / "cache").rglob("*"), *(tmp_path / "sites").rglob("*")]:
        assert not file.is_file() or PRIVATE.encode() not in file.read_bytes(), file


@pytest.mark.parametrize("content", [f"{PRIVATE} and nothing else\n", None])
def test_cookies_that_cannot_be_read_are_told_without_their_content(
    content: str | None, site: StandIn, tmp_path: Path
) -> None:
    cookies = tmp_path / "cookies.txt"
    if content:
        cookies.write_text(content, encoding="utf-8")
    with pytest.raises(FetchError) as caught:
        fetch(site, tmp_path, cookies)

    assert caught.value.code == "cookies"
    assert PRIVATE not in str(caught.value)


def test_the_rate_and_the_extractor_arguments_reach_yt_dlp(tmp_path: Path) -> None:
    network = Network(limit_rate=500_000, extractor_args={"player_client": ["web"], "lang": ["zh"]})
    way = Way(without=("tv_samsung",))
    told = parameters(
        tmp_path, tmp_path, site=YOUTUBE, network=network, patience=Patience(), way=way, log=Log(silent)
    )

    assert told["ratelimit"] == 500_000
    youtube = told["extractor_args"]["youtube"]
    assert youtube["player_client"] == ["web", "-tv_samsung"]
    assert youtube["lang"] == ["zh"]
    assert "hls" in youtube["skip"]


def test_extractor_arguments_are_read_from_the_show(tmp_path: Path) -> None:
    table = '\n[youtube]\nextractor_args = {player_client = ["default", "-web"]}\n'
    (tmp_path / "podcast.toml").write_text(PODCAST_TOML + table, encoding="utf-8")

    assert read_extractor_args(tmp_path) == {"player_client": ("default", "-web")}
    assert read_show(tmp_path).title == "Test show"


def test_wrong_extractor_arguments_are_told_with_their_line(tmp_path: Path) -> None:
    table = '\n[youtube]\nextractor_args = "player_client=web"\n'
    (tmp_path / "podcast.toml").write_text(PODCAST_TOML + table, encoding="utf-8")
    with pytest.raises(ConfigError) as caught:
        read_show(tmp_path)

    assert "youtube.extractor_args" in str(caught.value)
    assert f":{PODCAST_TOML.count(chr(10)) + 3}" in str(caught.value)


def run(*arguments: object) -> Result:
    return CliRunner().invoke(app, [str(argument) for argument in arguments])


@pytest.mark.parametrize(
    ("option", "value"),
    [
        ("--cookies", "none.txt"),
        ("--cookies-from-browser", "lynx"),
        ("--limit-rate", "fast"),
        ("--limit-rate", "0"),
    ],
)
def test_a_wrong_option_is_exit_code_2(option: str, value: str, show_folder: Path) -> None:
    result = run("fetch", "-C", show_folder, option, value)

    assert result.exit_code == 2
    assert value in result.stderr
