"""Episodes made at once: the same bytes, and one that is lost takes no other along."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from publisher import batch
from publisher.executors import Executor
from publisher.executors.inline import Inline
from publisher.executors.processes import Processes
from publisher.model import Status
from publisher.workspace import Settings, open_show
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


def build(folder: Path, executor: Executor, *names: str, **settings: object) -> batch.Report:
    return batch.build(open_show(folder, Settings(**settings)), names, executor=executor)  # type: ignore[arg-type]


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
        done = subprocess.run(
            (*COMMAND, "--jobs", jobs, "--json"), cwd=folder, capture_output=True, text=True
        )
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
