"""A show whose source is Opus and that publishes M4A, Opus and MP3: built, checked, and read by others."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import av
import mutagen
import numpy as np
import pytest

from publisher import media
from publisher.chapters import FORMATS
from publisher.media.nero import cut_title
from tests.conftest import CHECKOUT
from tests.test_embedding import listed_by_ffprobe, run, tool, tracks
from tests.test_executors import LINES, SAID
from tests.test_mastering import loudness, talk
from tests.test_media import packets

CHAPTERS = ("开场 🎧", "مرحبا", "长" * 60)
HEAD = (
    "---\ntitle: 标题 é 🎧\ndate: 2026-01-01\naudio: talk.opus\ncaptions: talk.srt\nepisode: 3\nchapters:\n"
    + "".join(f'- "0:{12 * place:02} {title}"\n' for place, title in enumerate(CHAPTERS))
    + "---\n"
)
BODY = "\n### 开始\n\n" + "\n\n".join(f"**A**: {line}" for line in LINES)
PODCAST = "{https://podcastindex.org/namespace/1.0}"
CODECS = {".m4a": "aac", ".opus": "opus", ".mp3": "mp3"}
MIMES = {".m4a": "audio/x-m4a", ".opus": "audio/ogg", ".mp3": "audio/mpeg"}
RATE = 48_000


def write_opus(path: Path) -> None:
    """Something like talk, in stereo, far softer than it should be."""
    sound = np.tile(talk(RATE, 2) * 0.1, 2)
    with av.open(str(path), "w") as output:
        stream = output.add_stream("libopus", rate=RATE, layout="stereo")
        assert isinstance(stream, av.AudioStream)
        for at in range(0, sound.shape[1], 960):
            piece = np.ascontiguousarray(sound[:, at : at + 960])
            frame = av.AudioFrame.from_ndarray(piece, format="fltp", layout="stereo")
            frame.sample_rate = RATE
            output.mux(stream.encode(frame))
        output.mux(stream.encode(None))


def publish(folder: Path, *arguments: str) -> None:
    command = (sys.executable, "-m", "publisher", *arguments)
    done = subprocess.run(
        command,
        cwd=folder,
        check=False,
        capture_output=True,
        encoding="utf-8",
        env={"PYTHONPATH": str(CHECKOUT)},
    )
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("show")
    (folder / "content").mkdir()
    shutil.copy(CHECKOUT / "podcast.toml", folder)
    shutil.copytree(CHECKOUT / "assets", folder / "assets")
    with (folder / "podcast.toml").open("a", encoding="utf-8") as file:
        file.write('\n[audio]\nalso = ["opus", "mp3"]\n')
    write_opus(folder / "content/talk.opus")
    (folder / "content/talk.srt").write_text(SAID, encoding="utf-8")
    (folder / "content/one.md").write_text(HEAD + BODY, encoding="utf-8")
    publish(folder, "build")
    return folder


def file_of(built: Path, suffix: str) -> Path:
    (path,) = (built / "output/media").glob(f"*{suffix}")
    return path


def test_the_check_finds_nothing_wrong(built: Path) -> None:
    publish(built, "check")


def test_the_feed_offers_the_others_beside_the_one_that_everybody_gets(built: Path) -> None:
    (item,) = ET.parse(built / "output/feed.xml").iter("item")  # noqa: S314  our own
    (enclosure,) = item.iter("enclosure")
    first = file_of(built, ".m4a")
    assert enclosure.get("url", "").endswith(f"/media/{first.name}")
    assert (enclosure.get("type"), enclosure.get("length")) == (MIMES[".m4a"], str(first.stat().st_size))
    others = {each.get("title"): each for each in item.iter(f"{PODCAST}alternateEnclosure")}
    assert set(others) == {"OPUS", "MP3"}
    for name, other in others.items():
        suffix = f".{str(name).lower()}"
        path = file_of(built, suffix)
        assert (other.get("type"), other.get("length")) == (MIMES[suffix], str(path.stat().st_size))
        assert int(other.get("bitrate", 0)) == pytest.approx(media.probe(path).bit_rate, rel=0.01)
        (source,) = other.iter(f"{PODCAST}source")
        assert source.get("uri", "").endswith(f"/media/{path.name}")


@pytest.mark.parametrize("suffix", CODECS)
def test_every_file_is_as_long_and_as_loud_as_meant(suffix: str, built: Path) -> None:
    found = media.probe(file_of(built, suffix))
    assert (found.codec, found.channels) == (CODECS[suffix], 2)
    assert found.duration == pytest.approx(media.probe(built / "content/talk.opus").duration, abs=60)
    assert loudness(found.path) == pytest.approx(-16, abs=0.5)


@pytest.mark.parametrize("suffix", CODECS)
def test_others_read_the_same_chapters_and_the_title_from_every_file(suffix: str, built: Path) -> None:
    path = file_of(built, suffix)
    form = FORMATS["json"]
    meant = form.read((built / "output/episodes/one" / form.filename).read_text(encoding="utf-8"))
    assert tuple(each.title for each in meant) == CHAPTERS
    assert listed_by_ffprobe(path) == [(each.start, each.title) for each in meant]
    shown = ("-show_entries", "format_tags:stream_tags", "-of", "json")
    said: dict[str, Any] = json.loads(run(tool("ffprobe"), "-v", "error", *shown, str(path)))
    tags = said["format"].get("tags", {}) | said["streams"][0].get("tags", {})
    assert tags["title"] == "标题 é 🎧"
    found = mutagen.File(path, easy=True)
    assert found is not None
    assert found["title"] == ["标题 é 🎧"]
    assert found.info.length == pytest.approx(media.probe(path).duration / 1_000, abs=0.1)
    menus = [
        [title for name, title in track["extra"].items() if name.startswith("_")]
        for track in tracks(path)
        if track["@type"] == "Menu"
    ]
    whole, short = list(CHAPTERS), [cut_title(title) for title in CHAPTERS]
    assert menus == {".m4a": [whole, short], ".opus": [whole], ".mp3": []}[suffix]


def test_a_new_title_encodes_nothing_in_any_format(built: Path, tmp_path: Path) -> None:
    folder = Path(shutil.copytree(built, tmp_path / "show"))
    (folder / "content/one.md").write_text(HEAD.replace("标题", "另一个") + BODY, encoding="utf-8")
    publish(folder, "build")
    for suffix in CODECS:
        assert packets(file_of(folder, suffix)) == packets(file_of(built, suffix))
        assert file_of(folder, suffix).read_bytes() != file_of(built, suffix).read_bytes()
