"""Episodes made at once: the same bytes, and one that is lost takes no other along."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from publisher import batch, store
from publisher.cli.log import without_secrets
from publisher.errors import BusyError, UsageError
from publisher.executors import Executor, Inline, choose
from publisher.executors.processes import Processes
from publisher.model import Status, silent
from publisher.report import Report
from publisher.sharding import Shard
from publisher.timings import read_timings
from publisher.workspace import Settings, open_show
from tests.conftest import CHECKOUT
from tests.standin.fixtures import make_audio
from tests.test_batch import titles, tree

LINES = (
    "大家好，欢迎收听我们的节目。",
    "新年快乐！今天聊聊市场。",
    "好的，我们从定位说起。",
    "再见，下期再聊。",
)
SAID = "\n\n".join(
    f"{number}\n00:00:0{2 * number},000 --> 00:00:0{2 * number + 1},900\n{line}"
    for number, line in enumerate(LINES)
)
COMMAND = (sys.executable, "-m", "publisher", "build")


def build(folder: Path, executor: Executor, *names: str, **settings: object) -> Report:
    return batch.build(open_show(folder, Settings(**settings)), names, executor=executor)  # type: ignore[arg-type]


def run(folder: Path, *more: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        (*COMMAND, *more),
        check=False, cwd=folder, capture_output=True, encoding="utf-8",
        env=os.environ | {"PYTHONPATH": str(CHECKOUT)},
    )  # fmt: skip


def write_episode(folder: Path, slug: str, *, day: int = 1, fields: str = "") -> Path:
    head = (
        f"---\ntitle: Talk {slug}\ndate: 2026-01-0{day}\naudio: talk.m4a\ncaptions: talk.srt\n{fields}---\n"
    )
    turns = "\n\n".join(f"**{'AB'[number % 2]}**: {line}" for number, line in enumerate(LINES))
    path = folder / "content" / f"{slug}.md"
    path.write_text(f"{head}\n### 开始\n\n{turns}\n", encoding="utf-8")
    return path


@pytest.fixture
def show(show_folder: Path) -> Path:
    make_audio(show_folder / "content/talk.m4a", 8.0)
    (show_folder / "content/talk.srt").write_text(SAID, encoding="utf-8")
    for day, slug in enumerate(("one", "two"), 1):
        write_episode(show_folder, slug, day=day)
    return show_folder


@pytest.fixture
def faulty(show: Path) -> Path:
    """Episodes that go well, and those that go wrong at each stage."""
    for number in range(3, 6):
        write_episode(show, f"more{number}", day=number)
    write_episode(show, "bad-read", fields="title: again\n")
    write_episode(show, "bad-image", fields="image: none.png\n")
    path = write_episode(show, "bad-fetch")
    path.write_text(
        path.read_text(encoding="utf-8").replace("audio: talk.m4a", "audio: none.m4a"), encoding="utf-8"
    )
    write_episode(show, "late", fields="draft: true\n")
    return show


def test_several_processes_give_the_bytes_that_one_gives(
    faulty: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    other = tmp_path_factory.mktemp("other") / "show"
    shutil.copytree(faulty, other)
    reports = []
    for folder, jobs in ((faulty, "1"), (other, "3")):
        done = run(folder, "--jobs", jobs, "--json")
        assert done.returncode == 1, done.stderr
        reports.append(json.loads(done.stdout))
    assert reports[0]["episodes"] == reports[1]["episodes"]
    assert tree(faulty) == tree(other)
    assert len(titles(other)) == 5


def test_what_one_run_made_in_processes_the_next_leaves_alone(show: Path) -> None:
    build(show, Processes(2))
    assert build(show, Inline()).changed == ()


def test_two_new_episodes_of_one_name_get_the_same_names_however_many_are_made_at_once(
    show: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    write_episode(show, "Same")
    write_episode(show, "same")
    other = tmp_path_factory.mktemp("other") / "show"
    shutil.copytree(show, other)
    build(show, Inline())
    build(other, Processes(3))
    assert tree(show) == tree(other)


class _Killer:
    """Kills a process that works on an episode, once."""

    def __init__(self, slug: str) -> None:
        self._slug = slug
        self.killed = 0

    def __call__(self, what: str, share: float | None = None) -> None:
        if self.killed or self._slug not in what:
            return
        for process in _children():
            if "spawn_main" in process.read_text(encoding="utf-8", errors="replace"):
                self.killed = int(process.parent.name)
                os.kill(self.killed, signal.SIGKILL)
                return


def _children() -> list[Path]:
    listed = Path(f"/proc/{os.getpid()}/task/{os.getpid()}/children")
    return [Path(f"/proc/{child}/cmdline") for child in listed.read_text(encoding="utf-8").split()]


@pytest.mark.skipif(not Path("/proc/self/task").is_dir(), reason="looks for processes as Linux lists them")
def test_a_process_that_is_killed_costs_its_episode_and_no_other(show: Path) -> None:
    for number in range(3, 7):
        write_episode(show, f"more{number}", day=number)
    killer = _Killer("two")
    report = build(show, Processes(2), progress=killer)
    assert killer.killed
    (failed,) = (each for each in report.outcomes if each.status is Status.FAILED)
    assert failed.code == "killed"
    assert "signal 9" in failed.reason
    assert len(titles(show)) == 5
    assert not list(show.rglob("*.part"))
    assert not build(show, Processes(2)).failed
    assert len(titles(show)) == 6


def test_ctrl_c_ends_all_processes_and_the_next_run_goes_on(show: Path) -> None:
    for number in range(3, 9):
        write_episode(show, f"more{number}", day=number)
    environment = os.environ | {"PYTHONPATH": str(CHECKOUT)}
    begun = subprocess.Popen(
        (*COMMAND, "--jobs", "2", "-v"),
        cwd=show, stderr=subprocess.PIPE, encoding="utf-8", env=environment, start_new_session=True,
    )  # fmt: skip
    assert begun.stderr
    for line in begun.stderr:
        if "more3" in line:
            break
    os.killpg(begun.pid, signal.SIGINT)
    begun.communicate()
    assert begun.wait() == 130
    assert _is_gone(begun.pid)
    assert not build(show, Inline()).failed
    assert len(titles(show)) == 8


def _is_gone(group: int) -> bool:
    for _ in range(100):
        try:
            os.killpg(group, 0)
        except ProcessLookupError:
            return True
        time.sleep(0.1)
    return False


@pytest.mark.parametrize("address", ["ray://here:1", "dask://", "dask://host", "dask://a:1/x"])
def test_an_executor_that_there_is_not_is_wrong_usage(address: str) -> None:
    with pytest.raises(UsageError, match="dask://HOST:PORT"):
        choose(1, address)


# -- shards -------------------------------------------------------------------------------------------


def test_after_all_parts_are_prepared_a_build_has_only_to_write(
    faulty: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    other = tmp_path_factory.mktemp("other") / "show"
    shutil.copytree(faulty, other)
    run(other)
    for part in ("1/2", "2/2"):
        prepared = run(faulty, "--shard", part)
        assert prepared.returncode in {0, 1}, prepared.stderr
        assert prepared.stdout.endswith("When all are, publish them with: publish build\n")
        assert not (faulty / "output").exists()
    content = {file: file.stat().st_mtime_ns for file in faulty.glob("content/*.timeline.json")}
    sounds = {file: file.stat().st_mtime_ns for file in faulty.glob(".publisher/media/*.m4a.json")}
    assert len(content) == 6
    run(faulty)
    assert {file: file.stat().st_mtime_ns for file in content} == content
    assert len(sounds) >= len(list((faulty / "output/media").iterdir())) > 0
    assert {file: file.stat().st_mtime_ns for file in sounds} == sounds
    assert tree(faulty) == tree(other)


def test_a_build_waits_for_no_part_and_parts_of_another_count_do_not_mix(show: Path) -> None:
    with store.running_part(show / ".publisher", 1, 2, silent):
        with store.running_part(show / ".publisher", 2, 2, silent):
            pass
        for number, total in ((1, 2), (1, 3)):
            with (
                pytest.raises(BusyError, match="Part 1/2"),
                store.running_part(show / ".publisher", number, total, silent),
            ):
                pass
        with pytest.raises(BusyError, match="Part 1/2"):
            build(show, Inline())
    assert not build(show, Inline()).failed


@pytest.mark.parametrize("part", ["0/3", "4/3", "3", "a/b", "-1/2"])
def test_a_part_that_there_is_not_is_wrong_usage(part: str) -> None:
    with pytest.raises(UsageError, match="3/10"):
        Shard.parse(part)


# -- what it says -------------------------------------------------------------------------------------


def test_the_log_is_one_object_a_line_and_says_how_each_episode_went(faulty: Path) -> None:
    done = run(faulty, "--jobs", "2", "--log-json", "--profile")
    lines = [json.loads(line) for line in done.stderr.splitlines() if line.startswith("{")]
    ended = {line["episode"]: line for line in lines if line["event"] == "end"}
    assert (ended["one"]["status"], ended["bad-read"]["code"]) == ("published", "content")
    stages = [line["stage"] for line in lines if line.get("episode") == "one" and line["event"] == "stage"]
    assert stages == ["fetch", "encode", "align", "write"]
    assert lines[-1] | {"at": "", "seconds": 0} == {
        "at": "", "event": "run", "episodes": 9, "failed": 3, "seconds": 0,
    }  # fmt: skip
    assert "Slowest" in done.stdout
    known = read_timings(faulty / ".publisher")
    assert set(known["one"]) == set(stages)
    assert "seconds" not in (faulty / "output/report.json").read_text(encoding="utf-8")
    again = run(faulty, "one", "--profile")
    assert again.stdout.endswith("No stage took time: all was as it was.\n")


def test_a_fault_of_the_show_is_a_line_of_the_log_too(show: Path) -> None:
    (show / "podcast.toml").write_text("title = 1\n", encoding="utf-8")
    done = run(show, "--log-json")
    assert done.returncode == 2
    assert json.loads(done.stderr)["event"] == "error"


@pytest.mark.parametrize(
    ("said", "logged"),
    [
        ("https://me:word@host/a.mp3?token=x#y is gone.", "https://host/a.mp3 is gone."),
        (
            "Look at https://www.youtube.com/watch?v=abcdefghijk",
            "Look at https://www.youtube.com/watch?v=abcdefghijk",
        ),
        ("socks5h://u:p@proxy:1 refuses", "socks5h://proxy:1 refuses"),
    ],
)
def test_the_log_has_no_passwords_and_no_signed_addresses(said: str, logged: str) -> None:
    assert without_secrets(said) == logged
