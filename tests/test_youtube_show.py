"""A show whose episode is a YouTube video: `publish build` with the real yt-dlp and a stand-in on loopback."""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import feedparser
import podcastparser
import pytest
from typer.testing import CliRunner

from publisher import pipeline
from publisher.cli.app import app
from publisher.content import read_transcript
from publisher.fetch import fetch_episode
from publisher.media import probe
from publisher.model import Transcript
from tests.conftest import CHECKOUT, PODCAST_TOML
from tests.fetching import FETCHERS
from tests.standin import StandIn
from tests.standin.fixtures import make_audio, make_picture
from tests.talks import example, speak, write_json3

VIDEO = "IpK175HsDQI"
HEAD = f"""---
title: 一集来自视频的节目
date: 2026-02-17
source: https://www.youtube.com/watch?v={VIDEO}
summary: 它的声音和字幕都来自 **YouTube**。
---
"""


def serve(text: Transcript, folder: Path) -> StandIn:
    """YouTube, with a video in which a talk is spoken and whose automatic captions mishear it."""
    talk = speak(text, wrong=0.15)
    make_audio(folder / "talk.m4a", talk.duration / 1_000)
    make_picture(folder / "thumb.jpg")
    write_json3(talk.captions, folder / "talk.json3")
    track = {
        "lang": "zh",
        "kind": "asr",
        "name": "Chinese",
        "cues": [[0, 1, "x"]],
        "files": {"json3": "talk.json3"},
    }
    video = {
        "title": "A video",
        "duration": talk.duration / 1_000,
        "thumbnail": "thumb.jpg",
        "media": [{"itag": 140, "file": "talk.m4a"}],
        "captions": [track],
    }
    return StandIn({"videos": {VIDEO: video, "st_private_": {**video, "state": "private"}}}, root=folder)


@pytest.fixture
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[StandIn]:
    with serve(example(), tmp_path_factory.mktemp("video")) as site:
        yield site


@pytest.fixture
def show(show_folder: Path) -> Path:
    body = (CHECKOUT / "content/why-chapters-matter.md").read_text(encoding="utf-8").split("---\n", 2)[2]
    (show_folder / "content/video.md").write_text(HEAD + body, encoding="utf-8")
    return show_folder


def build(show: Path, site: StandIn, *more: str) -> int:
    network = ("--proxy", site.proxy, "--ca-file", str(site.ca_file))
    return CliRunner().invoke(app, ["build", "-C", str(show), *network, *more]).exit_code


def test_a_video_becomes_an_episode_with_audio_chapters_and_transcript(show: Path, site: StandIn) -> None:
    assert build(show, site) == 0
    feed = show / "output/feed.xml"
    (entry,) = feedparser.parse(str(feed)).entries
    audio = show / "output/media" / entry.enclosures[0].href.rpartition("/")[2]
    assert audio.name == f"2026-02-17-{VIDEO}.m4a"
    assert probe(audio).codec == "aac"
    with feed.open("rb") as file:
        (episode,) = podcastparser.parse("https://example.com/podcast/feed.xml", file)["episodes"]
    assert episode["title"] == "一集来自视频的节目"
    assert episode["enclosures"][0]["file_size"] == audio.stat().st_size
    folder = show / "output/episodes/video"
    lines = (folder / "chapters.youtube.txt").read_text(encoding="utf-8").splitlines()
    assert len(lines) == 5
    assert lines[0].startswith("00:00 ")
    assert f"https://www.youtube.com/watch?v={VIDEO}&amp;t=" in (folder / "notes.html").read_text(
        encoding="utf-8"
    )
    assert "<v 阿岚>" in (folder / "transcript.vtt").read_text(encoding="utf-8")


def test_nothing_is_fetched_twice_and_offline_is_enough_afterwards(show: Path, site: StandIn) -> None:
    assert build(show, site) == 0
    asked = len(site.log)
    assert build(show, site) == 0
    assert build(show, site, "--offline") == 0
    assert len(site.log) == asked


def test_a_private_video_is_told_and_the_others_are_published(show: Path, site: StandIn) -> None:
    text = (show / "content/video.md").read_text(encoding="utf-8").replace(VIDEO, "st_private_")
    (show / "content/hidden.md").write_text(text, encoding="utf-8")
    assert build(show, site) == 1
    report = json.loads((show / "output/report.json").read_text(encoding="utf-8"))
    hidden, video = report["episodes"]
    assert (hidden["status"], hidden["code"], hidden["stage"]) == ("failed", "private", "fetch")
    assert "hidden.md" in hidden["reason"]
    assert hidden["retry_after"] is None
    assert "audio:" in hidden["remedy"]
    assert video["status"] == "published"
    assert len(feedparser.parse(str(show / "output/feed.xml")).entries) == 1


def test_offline_with_nothing_cached_says_what_it_would_fetch(show: Path, site: StandIn) -> None:
    assert build(show, site, "--offline") == 1
    report = json.loads((show / "output/report.json").read_text(encoding="utf-8"))
    assert report["episodes"][0]["code"] == "offline"
    assert site.log == []


def test_captions_that_fail_cost_neither_audio_nor_the_next_try(
    show: Path, site: StandIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pipeline, "fetch_episode", partial(fetch_episode, fetchers=FETCHERS))
    site.site.config["videos"][VIDEO]["faults"] = [
        {"on": "captions", "do": "status", "status": 429, "times": 3}
    ]
    assert build(show, site) == 0
    report = json.loads((show / "output/report.json").read_text(encoding="utf-8"))
    assert "captions" in report["episodes"][0]["warnings"][0]
    assert not (show / "output/episodes/video/chapters.json").exists()
    site.site.config["videos"][VIDEO]["faults"] = []
    (show / ".publisher/sites/pauses.json").unlink()
    assert build(show, site) == 0
    assert (show / "output/episodes/video/chapters.json").exists()


def test_the_real_sample_is_published_from_its_own_address(
    show_folder: Path, shared: Path, tmp_path: Path
) -> None:
    (sample,) = (shared / "sample").glob("*.txt")
    (show_folder / "content/sample.md").write_bytes(sample.read_bytes())
    media = tmp_path / "media"
    media.mkdir()
    with serve(read_transcript(sample), media) as site:
        assert build(show_folder, site, "--drafts") == 0
    (entry,) = feedparser.parse(str(show_folder / "output/feed.xml")).entries
    assert entry.title.startswith("新春特辑")
    lines = (
        (show_folder / "output/episodes/sample/chapters.youtube.txt").read_text(encoding="utf-8").splitlines()
    )
    assert lines[0].startswith("00:00 ")
    titles = [section.title for section in read_transcript(sample).sections]
    assert [line.split(" ", 1)[1] for line in lines] == titles
    assert PODCAST_TOML in (show_folder / "podcast.toml").read_text(encoding="utf-8")
