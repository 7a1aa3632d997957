"""Subtitles and ffmetadata: how wide a line is, and what srt, pysubs2 and ffmpeg read."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pysubs2
import pytest
import srt
from hypothesis import given, settings
from hypothesis import strategies as st

from publisher.chapters import FORMATS
from publisher.model import Cue
from publisher.text import display_width, one_line
from publisher.transcripts import WRITERS, cues
from publisher.transcripts.units import units
from tests.builders import timeline, transcript
from tests.standin.fixtures import make_audio
from tests.test_chapter_tools import ABOUT as ABOUT_CHAPTERS
from tests.test_chapter_tools import CHAPTERS
from tests.test_readers_webvtt import cue_lists
from tests.test_transcript_cues import SPEECH
from tests.test_transcripts import ABOUT, CUES

TIMES = [(cue.span.start, cue.span.end) for cue in CUES]


def probed(path: Path, *shown: str) -> Any:
    """What ffprobe says of a file."""
    if shutil.which("ffprobe") is None:
        pytest.skip("ffprobe is not installed here")
    command = ("ffprobe", "-v", "error", *shown, "-of", "json", str(path))
    return json.loads(subprocess.run(command, capture_output=True, check=True, encoding="utf-8").stdout)


def test_srt_reads_numbers_times_and_names() -> None:
    read = list(srt.parse(WRITERS["srt"].write(CUES, ABOUT), ignore_errors=False))
    assert [each.index for each in read] == list(range(1, len(CUES) + 1))
    assert [
        (round(a.start.total_seconds() * 1_000), round(a.end.total_seconds() * 1_000)) for a in read
    ] == TIMES
    said = [one_line(each.content) for each in read]
    assert said == ["小苏: 大家好， 欢迎收听。", "A & B <b> → C", "老修 <x> & y: 好的。", "（笑声）"]


@settings(deadline=None)
@given(cue_lists())
def test_srt_reads_a_cue_for_each_that_says_anything(given_cues: tuple[Cue, ...]) -> None:
    shown = [cue for cue in given_cues if one_line(cue.text)]
    read = list(srt.parse(WRITERS["srt"].write(given_cues, ABOUT), ignore_errors=False))
    assert [round(each.start.total_seconds() * 1_000) for each in read] == [cue.span.start for cue in shown]


@pytest.mark.parametrize("name", ["srt", "vtt"])
def test_pysubs2_reads_the_times(name: str) -> None:
    read = pysubs2.SSAFile.from_string(WRITERS[name].write(CUES, ABOUT), format_=name)
    assert [(each.start, each.end) for each in read] == TIMES


@pytest.mark.parametrize("name", ["srt", "vtt"])
def test_ffmpeg_reads_the_times(tmp_path: Path, name: str) -> None:
    path = tmp_path / WRITERS[name].filename
    path.write_text(WRITERS[name].write(CUES, ABOUT), encoding="utf-8")
    packets = probed(path, "-show_packets")["packets"]
    times = [(float(row["pts_time"]), float(row["duration_time"])) for row in packets]
    assert [(round(start * 1_000), round((start + length) * 1_000)) for start, length in times] == TIMES


def test_ffmpeg_puts_the_ffmetadata_into_audio(tmp_path: Path) -> None:
    if shutil.which("ffmpeg") is None:
        pytest.skip("ffmpeg is not installed here")
    listed, made = tmp_path / "chapters.ffmetadata", tmp_path / "made.m4a"
    listed.write_text(FORMATS["ffmetadata"].write(CHAPTERS, ABOUT_CHAPTERS), encoding="utf-8")
    audio = make_audio(tmp_path / "talk.m4a", 36)
    command = ("ffmpeg", "-v", "error", "-i", audio, "-i", listed, "-map_metadata", "1", "-c", "copy", made)
    subprocess.run(command, check=True, stdin=subprocess.DEVNULL)
    rows = probed(made, "-show_chapters")["chapters"]
    found = [(round(float(row["start_time"]) * 1_000), row["tags"]["title"]) for row in rows]
    assert found == [(chapter.start, chapter.title) for chapter in CHAPTERS]


@settings(deadline=None)
@given(
    st.lists(
        st.tuples(st.sampled_from(["", "Al", "小苏", "Christopher", "主持人 Ann"]), SPEECH),
        min_size=1,
        max_size=4,
    )
)
def test_an_srt_of_our_own_cues_has_two_lines_of_32_columns_names_included(
    turns: list[tuple[str, str]],
) -> None:
    talk = transcript(("A", turns))
    spans = [(place * 30_000, place * 30_000 + 29_000) for place in range(len(turns))]
    made = cues(timeline(talk, spans=spans), talk)
    for block in WRITERS["srt"].write(made, ABOUT).split("\n\n"):
        shown = block.rstrip("\n").split("\n")[2:]
        assert len(shown) <= 2
        for line in shown:
            assert display_width(line) <= 32 or len(units(line.partition(": ")[2])) == 1


def test_a_name_in_front_makes_room_for_itself() -> None:
    text = "We talk about how a podcast is found, and why it is heard."
    talk = transcript(("A", [("Christopher", text), ("Christopher", text)]))
    first, second, *others = cues(timeline(talk, spans=[(0, 5_000), (5_000, 9_000)]), talk)
    assert [first.text, second.text] == ["We talk about\nhow a podcast is found,", "and why it is heard."]
    assert [cue.text for cue in others] == ["We talk about how a podcast\nis found, and why it is heard."]
