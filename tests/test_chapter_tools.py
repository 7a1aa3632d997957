"""Chapter files, as Debian's tools read them: cuetools the cue sheets, MKVToolNix the Matroska and OGM chapters."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from publisher.chapters import FORMATS, About
from publisher.model import Chapter
from tests.standin.fixtures import make_audio

ABOUT = About(title="第一期 “即梦”", show="公园闲谈", duration=36_000)
CHAPTERS = (
    Chapter(0, 12_000, "开场 & <问候> \"引\" 'q'"),
    Chapter(12_000, 24_500, "ToC --> ToB; # = \\ 😀"),
    Chapter(24_500, 36_000, "é]]> &amp; &nbsp;"),
)


def run(*command: str | Path) -> str:
    """What a tool prints; a test is skipped where it is not installed."""
    if shutil.which(str(command[0])) is None:
        pytest.skip(f"{command[0]} is not installed here")
    done = subprocess.run(command, capture_output=True, check=False, timeout=60)
    assert done.returncode == 0, (done.stdout + done.stderr).decode("utf-8", "replace")
    return done.stdout.decode("utf-8")


def write(folder: Path, name: str) -> Path:
    path = folder / FORMATS[name].filename
    path.write_text(FORMATS[name].write(CHAPTERS, ABOUT), encoding="utf-8")
    return path


def frames(ms: int) -> str:
    """A cue sheet's time: minutes, seconds, and 75ths of a second."""
    return f"{ms // 60_000}:{ms // 1_000 % 60:02}.{ms % 1_000 * 75 // 1_000:02}"


def test_cuetools_read_titles_and_starts_of_a_cue_sheet(tmp_path: Path) -> None:
    sheet = write(tmp_path, "cue")
    titles = run("cueprint", "-d", "", "-t", "%n %t\\n", sheet).splitlines()
    assert titles == [
        f"{number} {chapter.title.replace(chr(34), chr(39))}" for number, chapter in enumerate(CHAPTERS, 1)
    ]
    assert run("cueprint", "-d", "%T\\n", "-t", "", sheet) == f"{ABOUT.title}\n"
    breaks = run("cuebreakpoints", sheet).split()
    assert breaks == [frames(chapter.start) for chapter in CHAPTERS[1:]]


@pytest.mark.parametrize("name", ["matroska", "ogm"])
def test_mkvmerge_takes_our_chapters_and_gives_them_back(tmp_path: Path, name: str) -> None:
    audio, merged = make_audio(tmp_path / "talk.m4a", 36), tmp_path / "talk.mka"
    charset = ("--chapter-charset", "UTF-8")
    run("mkvmerge", "-q", "-o", merged, *charset, "--chapters", write(tmp_path, name), audio)
    xml, simple = tmp_path / "back.xml", tmp_path / "back.txt"
    run("mkvextract", "-q", merged, "chapters", xml)
    run("mkvextract", "-q", merged, "chapters", "--simple", simple)
    for back, form in ((xml, FORMATS["matroska"]), (simple, FORMATS["ogm"])):
        read = form.read(back.read_text(encoding="utf-8-sig"))
        assert [(chapter.start, chapter.title) for chapter in read] == [
            (chapter.start, chapter.title) for chapter in CHAPTERS
        ]
