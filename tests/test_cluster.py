"""Episodes on a cluster: a scheduler and workers as people start them."""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

import pytest

from publisher import batch
from publisher.errors import UsageError
from publisher.executors import Inline, choose
from publisher.report import Report
from publisher.workspace import Settings, open_show
from tests.conftest import CHECKOUT
from tests.test_batch import titles, tree
from tests.test_executors import faulty, show, write_episode  # noqa: F401 - fixtures

pytest.importorskip("distributed", reason="dask.distributed (the extra cluster) is not installed")
pytestmark = pytest.mark.filterwarnings("default")  # of the libraries of the cluster


@contextmanager
def started(
    *arguments: str, folder: Path, until: str, **variables: str
) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """A command of dask, once it has said what it is to say."""
    process = subprocess.Popen(
        (sys.executable, "-m", "dask", *arguments),
        cwd=folder, stderr=subprocess.PIPE, encoding="utf-8",
        env=os.environ | {"PYTHONPATH": str(CHECKOUT), **variables},
    )  # fmt: skip
    assert process.stderr
    try:
        for line in process.stderr:
            if found := re.search(until, line):
                yield process, found[0]
                break
        else:
            pytest.fail("it ended without a word")
    finally:
        process.kill()
        process.wait()
        process.stderr.close()


@pytest.fixture
def scheduler(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    folder = tmp_path_factory.mktemp("scheduler")
    with started(
        "scheduler",
        "--host",
        "127.0.0.1",
        "--port",
        "0",
        "--no-dashboard",
        folder=folder,
        until=r"tcp://[\d.]+:\d+",
    ) as (_, address):
        yield address


def worker(
    scheduler: str, folder: Path, *more: str, **variables: str
) -> AbstractContextManager[tuple[subprocess.Popen[str], str]]:
    arguments = ("worker", scheduler, "--nthreads", "1", "--no-nanny", "--no-dashboard", *more)
    return started(*arguments, folder=folder, until="Registered to", **variables)


class Killer:
    """Kills a process as soon as so many episodes are under way."""

    def __init__(self, process: subprocess.Popen[str], number: int) -> None:
        self._process = process
        self._number = number
        self.killed = False

    def __call__(self, what: str, share: float | None = None) -> None:
        found = re.match(r"(\d+) of", what)
        if not self.killed and found and int(found[1]) >= self._number:
            self._process.send_signal(signal.SIGKILL)
            self.killed = True


@pytest.fixture
def copied(tmp_path_factory: pytest.TempPathFactory) -> Callable[[Path], Path]:
    """Copies a show that is to be built elsewhere, to be built alone."""
    return lambda folder: Path(shutil.copytree(folder, tmp_path_factory.mktemp("other") / "show"))


def same_as_alone(folder: Path, alone: Path, report: Report) -> None:
    """Whether a build elsewhere gave what a build of the copy here gives."""
    expected = batch.build(open_show(alone, Settings()), executor=Inline())
    assert [(each.slug, each.status, each.code) for each in report.outcomes] == [
        (each.slug, each.status, each.code) for each in expected.outcomes
    ]
    assert report.changed == expected.changed
    ours, theirs = tree(folder), tree(alone)
    reason = {"output/report.json"}  # it names the folders
    assert {k: v for k, v in ours.items() if k not in reason} == {
        k: v for k, v in theirs.items() if k not in reason
    }


def test_a_worker_that_is_killed_in_the_middle_costs_no_episode_and_the_bytes_are_the_same(
    faulty: Path,  # noqa: F811
    scheduler: str,
    copied: Callable[[Path], Path],
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    alone, elsewhere = copied(faulty), tmp_path_factory.mktemp("elsewhere")
    with worker(scheduler, elsewhere, "--resources", "fetch=1"), worker(scheduler, elsewhere) as (second, _):
        killer = Killer(second, 5)
        cluster = choose(1, scheduler.replace("tcp", "dask"))
        report = batch.build(open_show(faulty, Settings(progress=killer)), executor=cluster)
    assert killer.killed
    same_as_alone(faulty, alone, report)
    assert len(titles(faulty)) == 5
    assert set(report.timings["one"]) == {"fetch", "encode", "align", "write"}


def test_the_report_of_a_cluster_names_files_as_a_build_here_does(
    faulty: Path,  # noqa: F811
    scheduler: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(faulty)
    with worker(scheduler, tmp_path):
        report = batch.build(
            open_show(Path(), Settings()), executor=choose(1, scheduler.replace("tcp", "dask"))
        )
    written = Path("output/report.json").read_bytes()
    assert [each.reason for each in report.outcomes if str(faulty) in each.reason] == []
    assert batch.build(open_show(Path(), Settings())).changed == ()
    assert Path("output/report.json").read_bytes() == written


def test_a_scheduler_that_is_not_there_is_told_in_a_sentence(show: Path) -> None:  # noqa: F811
    write_episode(show, "three", day=3)
    with pytest.raises(UsageError, match="No scheduler answers"):
        batch.build(open_show(show, Settings()), executor=choose(1, "dask://127.0.0.1:9"))
