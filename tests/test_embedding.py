"""What published audio says of itself, read back by other people's programs."""

from __future__ import annotations

import io
import json
import shutil
import subprocess
from pathlib import Path
from typing import Any

import mutagen
import mutagen.id3
import mutagen.mp4
import pytest
from PIL import Image

from publisher import timecode
from publisher.errors import MediaError
from publisher.media import Cover, Tags, difference, embedded, probe, remux
from publisher.media.embedded import NERO
from publisher.media.id3 import id3
from publisher.media.nero import cut_title
from publisher.model import Chapter, silent
from tests.test_media import packets, write

SUFFIXES = (".m4a", ".mp3", ".opus")
TITLES = (
    "开场：新春拜年",
    "مرحبا بالعالم",
    "🎧 问答 👩‍👩‍👧",
    "plain",
    "长" * 100,
    "é" * 63 + "x",
    'a "quoted" = ; # \\ title',
)
COUNTS = (1, 5, 100, 255)
_SECONDS = 12


def cover() -> Cover:
    written = io.BytesIO()
    Image.new("RGB", (1_400, 1_400), (20, 80, 120)).save(written, "JPEG")
    return Cover(written.getvalue(), "image/jpeg", 1_400, 1_400)


def chapters(count: int, first: int = 0) -> tuple[Chapter, ...]:
    step = (_SECONDS * 1_000 - first) // count
    return tuple(
        Chapter(first + place * step, first + (place + 1) * step, f"{TITLES[place % len(TITLES)]}")
        for place in range(count)
    )


def tags(count: int = 5, first: int = 0) -> Tags:
    return Tags(
        title="标题 é 🎧",
        show="坐过站",
        author="作者",
        date="2026-02-17",
        number=7,
        comment="说明 comment",
        language="zh-CN",
        cover=cover(),
        chapters=chapters(count, first),
    )


@pytest.fixture(scope="module")
def sources(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    folder = tmp_path_factory.mktemp("sources")
    return {
        ".m4a": write(folder / "a.m4a", "aac", rate=22_050, layout="mono", container="mp4"),
        ".mp3": write(folder / "a.mp3", "libmp3lame", rate=22_050, layout="mono"),
        ".opus": write(folder / "a.webm", "libopus", rate=48_000, layout="mono"),
    }


def published(sources: dict[str, Path], suffix: str, folder: Path, said: Tags) -> Path:
    target = folder / f"episode{suffix}"
    remux(sources[suffix], target, said, silent)
    return target


def tool(name: str) -> str:
    path = shutil.which(name)
    if path is None:
        pytest.skip(f"{name} is not installed")
    return path


def run(*command: str) -> str:
    return subprocess.run(command, capture_output=True, check=True, encoding="utf-8").stdout


def listed_by_ffprobe(path: Path) -> list[tuple[int, str]]:
    said = json.loads(run(tool("ffprobe"), "-v", "error", "-show_chapters", "-of", "json", str(path)))
    found = ((round(float(row["start_time"]) * 1_000), row["tags"]["title"]) for row in said["chapters"])
    return [(start, title) for start, title in found if title]


@pytest.mark.parametrize("count", COUNTS)
@pytest.mark.parametrize("suffix", SUFFIXES)
def test_ffprobe_reads_every_chapter(
    suffix: str, count: int, sources: dict[str, Path], tmp_path: Path
) -> None:
    path = published(sources, suffix, tmp_path, tags(count))
    assert listed_by_ffprobe(path) == [(each.start, each.title) for each in chapters(count)]


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_chapters_that_begin_late_keep_their_times(
    suffix: str, sources: dict[str, Path], tmp_path: Path
) -> None:
    path = published(sources, suffix, tmp_path, tags(3, first=1_234))
    assert listed_by_ffprobe(path) == [(each.start, each.title) for each in chapters(3, first=1_234)]


@pytest.mark.parametrize("count", COUNTS)
def test_an_mp3_has_one_ordered_table_of_contents_and_its_chapters_in_order(
    count: int, sources: dict[str, Path], tmp_path: Path
) -> None:
    found = mutagen.id3.ID3(published(sources, ".mp3", tmp_path, tags(count)))
    assert found.version == (2, 3, 0)
    (contents,) = found.getall("CTOC")
    assert contents.flags == 3
    assert contents.child_element_ids == [frame.element_id for frame in found.getall("CHAP")]
    assert all(name.isascii() for name in contents.child_element_ids)
    assert [
        (frame.start_time, frame.end_time, frame.sub_frames["TIT2"].text[0]) for frame in found.getall("CHAP")
    ] == [(each.start, each.end, each.title) for each in chapters(count)]
    assert {int(frame.sub_frames["TIT2"].encoding) for frame in found.getall("CHAP")} == {1}


def test_an_mp3_carries_its_tags_and_its_cover(sources: dict[str, Path], tmp_path: Path) -> None:
    said = tags()
    found = mutagen.id3.ID3(published(sources, ".mp3", tmp_path, said))
    assert found["TIT2"].text == [said.title]
    assert found["TALB"].text == [said.show]
    assert found["TPE1"].text == [said.author]
    assert found["TRCK"].text == ["7"]
    assert str(found["TDRC"].text[0]) == said.date
    assert found["TLAN"].text == ["zho"]
    (comment,) = found.getall("COMM")
    assert (comment.lang, comment.text) == ("zho", [said.comment])
    (picture,) = found.getall("APIC")
    assert said.cover is not None
    assert (picture.mime, int(picture.type), picture.data) == ("image/jpeg", 3, said.cover.content)


@pytest.mark.parametrize("count", COUNTS)
def test_an_m4a_has_the_list_of_nero_with_titles_cut_between_characters(
    count: int, sources: dict[str, Path], tmp_path: Path
) -> None:
    found = mutagen.mp4.MP4(published(sources, ".m4a", tmp_path, tags(count))).chapters
    assert [round(each.start * 1_000) for each in found] == [each.start for each in chapters(count)]
    for own, other in zip(chapters(count), found, strict=True):
        assert own.title.startswith(other.title)
        assert len(other.title.encode()) <= 126
        assert other.title == own.title or len(own.title.encode()) > 126


def test_an_m4a_carries_its_tags_and_its_cover(sources: dict[str, Path], tmp_path: Path) -> None:
    said = tags()
    path = published(sources, ".m4a", tmp_path, said)
    found = mutagen.mp4.MP4(path)
    assert found["\xa9nam"] == [said.title]
    assert found["\xa9alb"] == [said.show]
    assert found["\xa9ART"] == [said.author]
    assert found["\xa9day"] == [said.date]
    assert found["\xa9cmt"] == [said.comment]
    assert found["trkn"] == [(7, 0)]
    assert said.cover is not None
    assert [bytes(picture) for picture in found["covr"]] == [said.cover.content]
    assert path.read_bytes()[8:12] == b"M4A "


def test_an_opus_file_carries_everything_in_its_comments(sources: dict[str, Path], tmp_path: Path) -> None:
    said = tags(100)
    found = mutagen.File(published(sources, ".opus", tmp_path, said))
    assert found is not None
    assert found["title"] == [said.title]
    assert found["album"] == [said.show]
    assert found["date"] == [said.date]
    assert found["language"] == ["zho"]
    assert found["tracknumber"] == ["7"]
    assert found["description"] == [said.comment]
    assert len(found["metadata_block_picture"]) == 1
    names = [found[f"chapter{place:03}name"][0] for place in range(100)]
    assert names == [each.title for each in said.chapters]
    assert found["chapter001"] == ["00:00:00.120"]


@pytest.mark.parametrize("count", COUNTS)
@pytest.mark.parametrize("suffix", [".m4a", ".opus"])
def test_mediainfo_reads_the_chapters(
    suffix: str, count: int, sources: dict[str, Path], tmp_path: Path
) -> None:
    lists = [
        [(name.strip("_"), title) for name, title in track["extra"].items() if name.startswith("_")]
        for track in tracks(published(sources, suffix, tmp_path, tags(count)))
        if track["@type"] == "Menu"
    ]
    whole = [(timecode.webvtt(each.start), each.title) for each in chapters(count)]
    whole = [(start.replace(":", "_").replace(".", "_"), title) for start, title in whole]
    short = [(start, cut_title(title)) for start, title in whole]
    assert lists == ([whole, short] if suffix == ".m4a" else [whole])


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_mediainfo_reads_tags_cover_and_length(suffix: str, sources: dict[str, Path], tmp_path: Path) -> None:
    said = tags(255)
    (general, *_) = tracks(published(sources, suffix, tmp_path, said))
    assert general["Title"].startswith("标题 é")  # of an MP3 it reads no character beyond U+FFFF
    assert (general["Album"], general["Performer"], general["Cover"]) == (said.show, said.author, "Yes")
    assert (general["Recorded_Date"], general["Track_Position"]) == (said.date, str(said.number))
    assert said.comment in (general.get("Comment"), general.get("Description"))
    assert float(general["Duration"]) == pytest.approx(_SECONDS, abs=0.1)


def tracks(path: Path) -> list[dict[str, Any]]:
    """All that MediaInfo says; the first is the file as a whole."""
    found: list[dict[str, Any]] = json.loads(run(tool("mediainfo"), "--Output=JSON", str(path)))["media"][
        "track"
    ]
    return found


@pytest.mark.parametrize("count", COUNTS)
@pytest.mark.parametrize("suffix", SUFFIXES)
def test_ffprobe_and_mutagen_read_the_length_and_ffprobe_the_cover(
    suffix: str, count: int, sources: dict[str, Path], tmp_path: Path
) -> None:
    path = published(sources, suffix, tmp_path, tags(count))
    found = mutagen.File(path)
    assert found is not None
    assert found.info.length == pytest.approx(_SECONDS, abs=0.1)
    said = json.loads(
        run(tool("ffprobe"), "-v", "error", "-show_format", "-show_streams", "-of", "json", str(path))
    )
    assert float(said["format"]["duration"]) == pytest.approx(_SECONDS, abs=0.1)
    pictures = [each for each in said["streams"] if each["disposition"]["attached_pic"]]
    assert [(each["codec_name"], each["width"]) for each in pictures] == [("mjpeg", 1_400)]


@pytest.mark.parametrize("count", COUNTS)
def test_eyed3_reads_the_chapters(count: int, sources: dict[str, Path], tmp_path: Path) -> None:
    path = published(sources, ".mp3", tmp_path, tags(count))
    script = (
        "import json, sys, eyed3\n"
        "tag = eyed3.load(sys.argv[1]).tag\n"
        "print(json.dumps([tag.title, len(tag.images), [[*c.times[:2], c.title] for c in tag.chapters]]))\n"
    )
    python = "/usr/bin/python3"
    tool("eyeD3")
    title, pictures, found = json.loads(run(python, "-c", script, str(path)))
    assert (title, pictures) == ("标题 é 🎧", 1)
    assert sorted(found) == sorted([each.start, each.end, each.title] for each in chapters(count))


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_tagging_leaves_the_sound_alone(suffix: str, sources: dict[str, Path], tmp_path: Path) -> None:
    path = published(sources, suffix, tmp_path, tags(100))
    assert packets(path) == packets(sources[suffix])
    assert probe(path).duration == pytest.approx(probe(sources[suffix]).duration, abs=30)


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_the_same_tags_give_the_same_bytes(suffix: str, sources: dict[str, Path], tmp_path: Path) -> None:
    one = published(sources, suffix, tmp_path / "one", tags(5))
    other = published(sources, suffix, tmp_path / "two", tags(5))
    assert one.read_bytes() == other.read_bytes()


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_a_file_without_tags_has_none(suffix: str, sources: dict[str, Path], tmp_path: Path) -> None:
    path = published(sources, suffix, tmp_path, Tags())
    assert set(embedded(path).values()) == {()}
    assert listed_by_ffprobe(path) == []


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_more_chapters_than_a_file_holds_are_cut_at_255(
    suffix: str, sources: dict[str, Path], tmp_path: Path
) -> None:
    path = published(sources, suffix, tmp_path, tags(300))
    assert listed_by_ffprobe(path) == [(each.start, each.title) for each in chapters(300)[:255]]


def test_a_chapter_that_does_not_read_back_fails_and_leaves_the_old_file(
    sources: dict[str, Path], tmp_path: Path
) -> None:
    (tmp_path / "episode.mp3").write_bytes(b"old")
    broken = Tags(chapters=(Chapter(0, 1_000, "one\0two"),))
    with pytest.raises(MediaError, match="do not read back") as caught:
        published(sources, ".mp3", tmp_path, broken)
    assert "one" in caught.value.what
    assert [path.name for path in tmp_path.iterdir()] == ["episode.mp3"]
    assert (tmp_path / "episode.mp3").read_bytes() == b"old"


def test_a_difference_says_what_is_where() -> None:
    meant = chapters(2)
    assert difference(meant, meant, "the file") == ""
    assert difference(meant, meant[:1], "the file") == "It should have 2 chapters; the file has 1."
    other = (meant[0], Chapter(meant[1].start, meant[1].end, "else"))
    assert "says 'else'" in difference(meant, other, "the file")
    late = (meant[0], Chapter(meant[1].start + 1, meant[1].end, meant[1].title))
    assert "starts at 00:00:06.001" in difference(meant, late, NERO)


def test_a_language_that_nobody_knows_is_undetermined() -> None:
    assert Tags(language="zh-Hant-TW").iso_language == "zho"
    assert Tags(language="!!").iso_language == "und"
    assert Tags().iso_language == "und"
    assert b"und".decode().encode("utf-16-le") in id3(Tags(language="xx"))
