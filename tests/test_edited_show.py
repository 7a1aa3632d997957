"""A show whose episode is cut and has an intro: what belongs to the audio moves, what belongs to the video stays."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import feedparser
import pytest

from publisher import batch, media
from publisher.chapters import FORMATS
from publisher.checking import check
from publisher.model import Chapter, Status
from publisher.video import video_of
from publisher.workspace import Settings, open_show
from tests.conftest import CHECKOUT
from tests.standin.fixtures import make_audio
from tests.talks import example, speak, write_json3
from tests.test_media import packets

TALK = speak(example(), wrong=0.1)
BODY = (CHECKOUT / "content/why-chapters-matter.md").read_text(encoding="utf-8").split("---\n", 2)[2]
AUDIO = """
[audio]
also = ["opus"]
intro = "assets/intro.m4a"
"""
BEGIN, CUT = 10_000, (60_000, 75_000)


def write_episode(folder: Path, fields: str) -> None:
    head = "---\ntitle: Talk\ndate: 2026-01-01\naudio: talk.m4a\ncaptions: talk.json3\nepisode: 3\n"
    (folder / "content/one.md").write_text(f"{head}{fields}---\n{BODY}", encoding="utf-8")


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("show")
    (folder / "content").mkdir()
    (folder / "assets").mkdir()
    shutil.copy(CHECKOUT / "podcast.toml", folder)
    shutil.copy(CHECKOUT / "assets/cover.png", folder / "assets")
    with (folder / "podcast.toml").open("a", encoding="utf-8") as file:
        file.write(AUDIO)
    make_audio(folder / "assets/intro.m4a", 5)
    make_audio(folder / "content/talk.m4a", TALK.duration / 1_000)
    write_json3(TALK.captions, folder / "content/talk.json3")
    write_episode(folder, 'trim: "0:10 -"\ncut:\n- "1:00 - 1:15"\n')
    report = batch.build(open_show(folder, Settings(debug=True)))
    assert not report.failed
    return folder


def chapters(folder: Path, name: str) -> tuple[Chapter, ...]:
    form = FORMATS[name]
    return form.read((folder / "output/episodes/one" / form.filename).read_text(encoding="utf-8"))


def moved(time: int) -> int:
    """Where a moment of the talk is heard, counted by hand."""
    before_cut = min(max(time - BEGIN, 0), CUT[0] - BEGIN)
    return 5_000 + before_cut + max(time - CUT[1], 0)


def test_the_check_finds_nothing_wrong(built: Path) -> None:
    space = open_show(built, Settings())
    assert [found.code for found in check(space.output, space.show.base_url, "psp1")] == []


def test_the_audio_is_as_long_as_what_is_left_and_the_intro(built: Path) -> None:
    (file,) = (built / "output/media").glob("*.m4a")
    meant = 5_000 + TALK.duration - BEGIN - (CUT[1] - CUT[0])
    assert media.probe(file).duration == pytest.approx(meant, abs=100)


def test_chapters_move_with_the_audio_and_stay_with_the_video(built: Path) -> None:
    video, audio = chapters(built, "youtube"), chapters(built, "json")
    kept = [each for each in video if moved(each.end) > moved(each.start) or each == video[-1]]
    assert [each.title for each in audio] == [each.title for each in kept]
    assert [each.start for each in audio[1:]] == [
        pytest.approx(moved(each.start), abs=1_000) for each in kept[1:]
    ]
    assert audio[0].start == 0
    for file in (built / "output/media").iterdir():
        for where, found in media.embedded(file).items():
            assert media.difference(audio, found, where) == ""


def test_the_captions_for_the_video_keep_its_time(built: Path) -> None:
    video = video_of(open_show(built, Settings()), "one")
    assert video.captions == built / "output/episodes/one/video.srt"
    folder = built / "output/episodes/one"
    assert len(folder.joinpath("transcript.srt").read_text()) < len(folder.joinpath("video.srt").read_text())
    words = json.loads((folder / "transcript.words.json").read_text(encoding="utf-8"))
    assert all(turn["start"] >= 5 for turn in words["turns"])


def test_the_feed_offers_the_other_format(built: Path) -> None:
    feed = (built / "output/feed.xml").read_text(encoding="utf-8")
    assert '<podcast:alternateEnclosure type="audio/ogg"' in feed
    (opus,) = (built / "output/media").glob("*.opus")
    assert f"media/{opus.name}" in feed
    assert f'length="{opus.stat().st_size}"' in feed
    (entry,) = feedparser.parse(feed).entries
    assert entry.enclosures[0].type == "audio/x-m4a"


def test_the_report_has_the_loudness(built: Path) -> None:
    (row,) = json.loads((built / "output/report.json").read_text(encoding="utf-8"))["episodes"]
    assert row["loudness"]["integrated"] == pytest.approx(-16, abs=1)
    assert set(row["source_loudness"]) == {"integrated", "range", "true_peak"}


def test_peaks_are_written_for_the_player(built: Path) -> None:
    peaks = json.loads((built / "output/episodes/one/peaks.json").read_text(encoding="utf-8"))
    assert (peaks["version"], peaks["channels"], peaks["bits"]) == (2, 1, 8)
    assert len(peaks["data"]) == 2 * peaks["length"]
    (file,) = (built / "output/media").glob("*.m4a")
    length = peaks["length"] * peaks["samples_per_pixel"] / peaks["sample_rate"]
    assert length == pytest.approx(media.probe(file).duration / 1_000, rel=0.01)


def test_an_edited_chapter_rewrites_tags_and_encodes_nothing(built: Path, tmp_path: Path) -> None:
    folder = Path(shutil.copytree(built, tmp_path / "show"))
    write_episode(folder, 'trim: "0:10 -"\ncut:\n- "1:00 - 1:15"\nchapters:\n- "0:00 Only one"\n')
    said: list[str] = []

    def listen(what: str, _share: float | None = None) -> None:
        said.append(what)

    settings = Settings(debug=True, progress=listen)
    before = {file.suffix: file.read_bytes() for file in (built / "output/media").iterdir()}
    assert not batch.build(open_show(folder, settings)).failed
    assert "Writing the audio" in said
    for file in (folder / "output/media").iterdir():
        assert packets(file) == packets(built / "output/media" / file.name)
        assert file.read_bytes() != before[file.suffix]
        assert {each.title for found in media.embedded(file).values() for each in found} == {"Only one"}


def test_cutting_everything_is_refused_with_its_place(built: Path, tmp_path: Path) -> None:
    folder = Path(shutil.copytree(built, tmp_path / "show"))
    write_episode(folder, 'cut:\n- "0:00 - 9:00:00"\n')
    (outcome,) = batch.build(open_show(folder, Settings())).outcomes
    assert outcome.status is Status.FAILED
    assert "leave nothing of the audio" in outcome.reason
    assert "(cut)" in outcome.reason


@pytest.mark.parametrize(
    "fields",
    [
        'trim: "10"\n',
        'trim: "2:00 - 1:00"\n',
        "cut: soon\n",
        'cut:\n- "1:00 -"\n',
        "cut:\n- {start: x, end: y}\n",
    ],
)
def test_a_stretch_that_is_none_is_told_with_its_field(fields: str, built: Path, tmp_path: Path) -> None:
    folder = Path(shutil.copytree(built, tmp_path / "show"))
    write_episode(folder, fields)
    (outcome,) = batch.build(open_show(folder, Settings())).outcomes
    assert "is not a stretch of time" in outcome.reason
