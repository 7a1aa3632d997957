from __future__ import annotations

import json
import os
import re
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from publisher.chapters import FORMATS, PUBLISHED, About
from publisher.cli.app import app
from publisher.cli.output import show_report
from publisher.model import Chapter, Outcome, Status
from publisher.report import Report
from publisher.text import display_width
from tests.conftest import CHECKOUT, PODCAST_TOML
from tests.standin.fixtures import make_audio
from tests.talks import example, speak, write_json3

COMMANDS = (
    "init",
    "fetch",
    "align",
    "build",
    "serve",
    "chapters",
    "video",
    "check",
    "plan",
    "republish",
    "status",
    "doctor",
    "demo",
)


def run(*arguments: object) -> Result:
    return CliRunner().invoke(app, [str(argument) for argument in arguments])


@pytest.fixture(scope="module")
def show(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A show of one episode and one that is broken, built once."""
    folder = tmp_path_factory.mktemp("show")
    (folder / "content").mkdir()
    (folder / "podcast.toml").write_text(PODCAST_TOML, encoding="utf-8")
    talk = speak(example())
    make_audio(folder / "content/talk.m4a", talk.duration / 1_000)
    write_json3(talk.captions, folder / "content/talk.json3")
    text = (CHECKOUT / "content/why-chapters-matter.md").read_text(encoding="utf-8")
    text = text.replace("audio: synthetic", "audio: talk.m4a\ncaptions: talk.json3")
    (folder / "content/talk.md").write_text(text, encoding="utf-8")
    (folder / "content/broken.md").write_text("---\ntitle: A\n---\n", encoding="utf-8")
    run("build", "-C", folder)
    return folder


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_has_help_with_an_example(command: str) -> None:
    result = run(command, "--help")
    assert result.exit_code == 0
    assert "Example" in result.stdout
    assert f"publish {command}" in result.stdout


def test_help_names_every_command_and_loads_nothing_heavy() -> None:
    script = (
        "import sys; from publisher.cli.app import app; app(['--help'], standalone_mode=False);"
        "heavy = {'av', 'numpy', 'yt_dlp', 'feedgen', 'lxml', 'requests', 'pydantic', 'opencc', 'stamina'};"
        "print(sorted(heavy & set(sys.modules)))"
    )
    said = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True).stdout
    assert all(command in said for command in COMMANDS)
    assert said.splitlines()[-1] == "[]"


def test_the_version_is_said() -> None:
    first, *others = run("--version").stdout.splitlines()
    assert re.fullmatch(r"publish \d+\.\d+\.\d+( \(commit [0-9a-f]{12}\))?", first)
    assert [line.split()[0] for line in others] == ["Python", "PyAV", "yt-dlp"]
    assert re.search(r"FFmpeg \d+\.", others[1])


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish", "powershell"])
def test_shells_complete_commands(shell: str) -> None:
    command = [sys.executable, "-m", "publisher"]
    asked = {
        "_PUBLISH_COMPLETE": f"complete_{shell}",
        "COMP_WORDS": "publish ch",
        "COMP_CWORD": "1",
        "_TYPER_COMPLETE_ARGS": "publish ch",
        "_TYPER_COMPLETE_FISH_ACTION": "get-args",
        "_TYPER_COMPLETE_WORD_TO_COMPLETE": "ch",
    }
    done = subprocess.run(command, env={**os.environ, **asked}, capture_output=True, text=True, check=False)
    assert {"chapters", "check"} <= set(re.findall(r"[a-z]+", done.stdout)), done.stderr


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_a_shell_that_is_there_can_read_its_completion(shell: str, tmp_path: Path) -> None:
    program = shutil.which(shell)
    if program is None:
        pytest.skip(f"{shell} is not installed")
    asked = {**os.environ, "_PUBLISH_COMPLETE": f"source_{shell}"}
    command = [sys.executable, "-m", "publisher"]
    script = tmp_path / "completion"
    script.write_bytes(subprocess.run(command, env=asked, capture_output=True, check=True).stdout)
    assert b"publish" in script.read_bytes()
    subprocess.run([program, "-n", script], check=True)
    (tmp_path / "publish").write_text(
        f'#!/bin/sh\nexec "{sys.executable}" -m publisher "$@"\n', encoding="utf-8"
    )
    (tmp_path / "publish").chmod(0o755)
    typed = {
        "bash": "COMP_WORDS=(publish ch); COMP_CWORD=1; _publish_completion publish; echo ${COMPREPLY[@]}",
        "fish": "complete -C 'publish ch'",
        "zsh": "_arguments() { print -r -- $@ }; words=(publish ch); CURRENT=2; _publish_completion publish",
    }
    path = f"{tmp_path}{os.pathsep}{os.environ['PATH']}"
    quiet = "compdef() { }; " if shell == "zsh" else ""
    done = subprocess.run(
        [program, "-c", f"{quiet}source '{script}'; {typed[shell]}"],
        env={**os.environ, "PATH": path}, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert {"chapters", "check"} <= set(re.findall(r"[a-z]+", done.stdout)), done.stderr


def test_one_failed_episode_makes_exit_code_1_and_a_table(show: Path) -> None:
    result = run("build", "-C", show)
    assert result.exit_code == 1
    lines = result.stdout.splitlines()
    assert lines[0].split() == ["Episode", "Result", "Length", "Chapters", "Title"]
    assert "talk" in result.stdout
    assert "broken.md" in result.stderr
    assert "Traceback" not in result.output


def test_json_is_for_machines(show: Path) -> None:
    data = json.loads(run("build", "-C", show, "--json").stdout)
    assert {row["slug"]: row["status"] for row in data["episodes"]} == {
        "broken": "failed",
        "talk": "published",
    }
    assert data["feed"].endswith("feed.xml")


@pytest.mark.parametrize("arguments", [("build",), ("fetch",), ("align",), ("chapters", "x")])
def test_a_folder_without_a_show_is_exit_code_2_with_one_sentence(
    tmp_path: Path, arguments: tuple[str, ...]
) -> None:
    result = run(*arguments, "-C", tmp_path)
    assert result.exit_code == 2
    assert "publish init" in result.stderr


def test_errors_are_json_when_asked(tmp_path: Path) -> None:
    result = run("build", "-C", tmp_path, "--json")
    assert result.exit_code == 2
    assert json.loads(result.stdout)["error"]["where"].endswith("podcast.toml")


def test_wrong_options_are_exit_code_2(tmp_path: Path, show: Path) -> None:
    assert run("build", "--colour").exit_code == 2
    assert run("chapters", "talk", "-C", show, "--format", "pdf").exit_code == 2
    assert run("align", "--captions", "x.json3").exit_code == 2
    assert run("build", "-C", show, "--ca-file", tmp_path / "none.pem").exit_code == 2
    assert run("build", "nobody", "-C", show).exit_code == 2


@pytest.mark.parametrize(
    ("name", "file"),
    [(name, FORMATS[name].filename) for name in PUBLISHED],
)
def test_chapters_go_to_standard_output_as_they_are_in_the_file(show: Path, name: str, file: str) -> None:
    result = run("chapters", "talk", "-C", show, "--format", name)
    assert result.exit_code == 0
    assert result.stdout == (show / "output/episodes/talk" / file).read_text(encoding="utf-8")


def test_a_chapter_file_is_converted_and_what_youtube_refuses_is_said(tmp_path: Path) -> None:
    labels = tmp_path / "labels.txt"
    labels.write_text("0.0\t60.0\tA\n60.0\t65.0\tB\n65.0\t99.0\tC\n", encoding="utf-8")
    result = run("chapters", labels, "--to", "youtube")
    assert (result.exit_code, result.stdout) == (0, "00:00 A\n01:00 B\n01:05 C\n")
    assert "[youtube-chapter-short]" in result.stderr
    fitted = run("chapters", labels, "--to", "vtt", "--fit", "youtube", "--duration", "2:00")
    assert fitted.stdout.count("-->") == 2
    assert "00:02:00.000" in fitted.stdout
    data = json.loads(run("chapters", labels, "--to", "youtube", "--json").stdout)
    assert [found["code"] for found in data["findings"]] == ["youtube-chapter-short"]


def test_a_list_without_an_end_is_given_one_and_says_so(tmp_path: Path) -> None:
    listed = tmp_path / "list.txt"
    listed.write_text("0:00 A\n1:00 B\n", encoding="utf-8")
    result = run("chapters", listed, "--to", "vtt")
    assert "00:01:00.000 --> 00:01:01.000" in result.stdout
    assert "[chapter-end-unknown]" in result.stderr


@pytest.mark.parametrize("name", FORMATS)
def test_every_format_is_converted_into_every_other(tmp_path: Path, name: str) -> None:
    chapters = (
        Chapter(0, 61_000, "A & <b>"),
        Chapter(61_000, 3_700_000, "中文"),
        Chapter(3_700_000, 3_800_000, "C"),
    )
    source = tmp_path / "list"
    source.write_text(FORMATS[name].write(chapters, About("t", "s", 3_800_000)), encoding="utf-8")
    for other, form in FORMATS.items():
        result = run("chapters", source, "--to", other.upper(), "--duration", "1:03:20")
        assert (result.exit_code, result.stderr) == (0, "")
        found = form.read(result.stdout)
        assert [(each.start, each.title) for each in found] == [(each.start, each.title) for each in chapters]
        assert not form.ends or found[-1].end == 3_800_000


def test_an_episode_that_is_not_there_gets_names_like_it_and_no_endless_list(tmp_path: Path) -> None:
    (tmp_path / "podcast.toml").write_text(PODCAST_TOML, encoding="utf-8")
    (tmp_path / "content").mkdir()
    for number in range(400):
        (tmp_path / f"content/talk-{number:03}.md").touch()
    like = run("chapters", "tolk-123", "-C", tmp_path)
    assert (like.exit_code, "Do you mean talk-123" in like.stderr) == (2, True)
    other = run("video", "zzz", "-C", tmp_path)
    assert "talk-000" in other.stderr
    assert "and 388 more." in other.stderr
    assert "talk-100" not in other.stderr


def test_chapter_files_and_options_that_cannot_be_are_refused(tmp_path: Path) -> None:
    (tmp_path / "x.txt").write_text("0:00 A\n", encoding="utf-8")
    assert run("chapters", tmp_path / "none.txt", "--to", "vtt").exit_code == 2
    assert "Say --to json" in run("chapters", tmp_path / "x.txt", "--format", "json").stderr
    assert run("chapters", tmp_path / "x.txt", "--to", "vtt", "--duration", "long").exit_code == 2
    assert run("chapters", tmp_path / "x.txt", "--to", "vtt", "--fit", "vimeo").exit_code == 2


def test_the_block_for_the_video_has_the_chapters_and_where_the_captions_lie(show: Path) -> None:
    result = run("video", "talk", "-C", show)
    assert result.exit_code == 0
    assert (show / "output/episodes/talk/chapters.youtube.txt").read_text(encoding="utf-8") in result.stdout
    data = json.loads(run("video", "talk", "-C", show, "--json").stdout)
    assert len(data["description"]) <= 5_000
    assert Path(data["captions"]).is_file()
    assert data["title"].startswith("没人听完的后半集")


def test_chapters_of_an_episode_without_times_say_what_to_do(tmp_path: Path) -> None:
    (tmp_path / "podcast.toml").write_text(PODCAST_TOML, encoding="utf-8")
    shutil.copytree(CHECKOUT / "content", tmp_path / "content", ignore=shutil.ignore_patterns("*.json"))
    result = run("chapters", "why-chapters-matter", "-C", tmp_path)
    assert result.exit_code == 1
    assert "publish align why-chapters-matter" in result.stderr


def test_a_file_is_aligned_without_any_show(show: Path, tmp_path: Path) -> None:
    content, target = show / "content", tmp_path / "t.json"
    result = run(
        "align",
        content / "talk.md",
        "--audio",
        content / "talk.m4a",
        "--captions",
        content / "talk.json3",
        "-o",
        target,
    )
    assert result.exit_code == 0
    data = json.loads(target.read_text(encoding="utf-8"))
    assert (data["version"], len(data["sections"]), len(data["turns"])) == (1, 5, 54)
    assert example().sections[0].title in result.stdout


def test_align_and_fetch_work_on_a_show(show: Path) -> None:
    assert run("fetch", "talk", "-C", show).exit_code == 0
    assert run("align", "talk", "-C", show).exit_code == 0


def test_a_new_show_builds_at_once(tmp_path: Path) -> None:
    assert run("init", tmp_path / "new").exit_code == 0
    result = run("build", "-C", tmp_path / "new")
    assert result.exit_code == 0
    assert "draft" in result.stdout
    assert run("init", tmp_path / "new").exit_code == 2


def test_the_doctor_says_what_is_there(show: Path) -> None:
    result = run("doctor", "-C", show, "--offline")
    for part in ("yt-dlp", "yt-dlp-ejs", "JavaScript runtime", "audio", "show"):
        assert part in result.stdout


def test_columns_line_up_for_chinese_and_latin_text(capsys: pytest.CaptureFixture[str]) -> None:
    outcomes = (Outcome("节目", Status.FAILED, "Ω"), Outcome("ab", Status.FAILED, "Ω"))
    show_report(Report("Show", outcomes), as_json=False)
    rows = [line for line in capsys.readouterr().out.splitlines() if "Ω" in line]
    assert len(rows) == 2
    assert len({display_width(row[: row.index("Ω")]) for row in rows}) == 1


def test_a_pipe_gets_no_colours_and_no_wrapped_lines(show: Path) -> None:
    command = [sys.executable, "-m", "publisher", "build", "-C", str(show)]
    said = subprocess.run(command, capture_output=True, text=True, check=False, cwd=CHECKOUT)
    assert "\x1b" not in said.stdout + said.stderr
    assert any(
        "没人听完的后半集：章节、文字稿与RSS怎么把听众留到终点站" in line for line in said.stdout.splitlines()
    )


def test_ctrl_c_ends_with_130_and_no_traceback(tmp_path: Path) -> None:
    pytest.importorskip("espeakng_loader")
    process = subprocess.Popen(
        [sys.executable, "-m", "publisher", "demo", str(tmp_path / "demo"), "-v"],
        stderr=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        cwd=CHECKOUT,
    )
    assert process.stderr is not None
    assert process.stderr.readline()  # its first step
    process.send_signal(signal.SIGINT)
    _, said = process.communicate(timeout=60)
    assert process.returncode == 130
    assert "Stopped." in said
    assert "Traceback" not in said
    assert not list((tmp_path / "demo").rglob("*.part"))


def test_one_episode_can_be_looked_at_and_its_mishearings_listed(show: Path, tmp_path: Path) -> None:
    page, ledger = tmp_path / "look.html", tmp_path / "misheard.csv"
    result = run("align", "talk", "-C", show, "--html", page, "--mishearings", ledger)
    assert result.exit_code == 0
    assert example().sections[2].title in result.stdout
    assert "<audio" in page.read_text(encoding="utf-8")
    assert ledger.read_text(encoding="utf-8").startswith("written,heard,count")


def test_a_speech_model_is_asked_for_when_there_are_no_captions(show: Path) -> None:
    content = show / "content"
    result = run("align", content / "talk.md", "--audio", content / "talk.m4a", "--engine", "recognised")
    assert result.exit_code == 2
    assert "--model" in result.stderr
