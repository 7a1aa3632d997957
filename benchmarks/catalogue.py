"""A back catalogue with one job, with two, and on a cluster: `python -m benchmarks.catalogue`.

Short episodes, their sound made once, are built in a fresh copy of the show each time: one by one, two at once, and by
two workers of dask.distributed; then by two workers of which one is killed in the middle. All must give the same feed.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

from benchmarks.catalogue_files import make_show


@dataclass(frozen=True, slots=True)
class Row:
    """One build.

    Attributes:
        what: How it was made.
        seconds: On the clock, with the start of processes, without that of scheduler and workers.
        ratio: How many times as fast as with one job.
        published: Episodes in the feed.
        same: Whether the feed has the bytes that it has with one job.
    """

    what: str
    seconds: float
    ratio: float
    published: int
    same: bool


def main(arguments: list[str] | None = None) -> list[Row]:
    """Make a show, build it in each way, and print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--episodes", type=int, default=500)
    parser.add_argument("--json", type=Path, metavar="FILE")
    asked = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory() as folder:
        rows = list(_measure(Path(folder), asked.episodes))
    for row in rows:
        same = "same feed" if row.same else "ANOTHER FEED"
        sys.stdout.write(
            f"{row.what:<40} {row.seconds:8.1f} s  x {row.ratio:4.2f}  {row.published:5} published  {same}\n"
        )
    if asked.json:
        asked.json.write_text(json.dumps([asdict(row) for row in rows], indent=1) + "\n", encoding="utf-8")
    return rows


def _measure(folder: Path, episodes: int) -> Iterator[Row]:
    source = folder / "source"
    make_show(source, episodes)
    for timeline in source.glob("content/*.timeline.json"):
        timeline.unlink()
    shutil.rmtree(source / ".publisher", ignore_errors=True)
    one, feed = _build(source, folder / "one", "--jobs", "1")
    yield Row("one job", one, 1.0, _count(feed), same=True)
    two, found = _build(source, folder / "two", "--jobs", "2")
    yield Row("two jobs", two, round(one / two, 2), _count(found), found == feed)
    for what, kill_at in (("dask, two workers", 0), ("dask, one of two workers killed", episodes // 2)):
        with _scheduler(folder) as address, _worker(folder, address), _worker(folder, address) as second:
            arguments = ("--executor", address.replace("tcp", "dask"))
            seconds, found = _build(
                source, folder / f"dask{kill_at}", *arguments, victim=second, kill_at=kill_at
            )
        yield Row(what, seconds, round(one / seconds, 2), _count(found), found == feed)


def _count(feed: bytes) -> int:
    return feed.count(b"<item>")


def _build(
    source: Path, show: Path, *arguments: str, victim: subprocess.Popen[str] | None = None, kill_at: int = 0
) -> tuple[float, bytes]:
    """Seconds of a build in a fresh copy, and the feed; the victim is killed once so many episodes have ended."""
    shutil.copytree(source, show)
    begun, ended = time.perf_counter(), 0
    with subprocess.Popen(  # noqa: S603 - our own interpreter and module
        (sys.executable, "-m", "publisher", "build", "--offline", "--log-json", "-C", str(show), *arguments),
        stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, encoding="utf-8", env=_environment(),
    ) as process:  # fmt: skip
        for line in process.stderr or ():
            ended += '"event": "end"' in line
            if victim and kill_at and ended == kill_at:
                victim.kill()
    seconds = time.perf_counter() - begun
    feed = (show / "output/feed.xml").read_bytes()
    shutil.rmtree(show)
    return round(seconds, 1), feed


@contextmanager
def _scheduler(folder: Path) -> Iterator[str]:
    arguments = ("scheduler", "--host", "127.0.0.1", "--port", "0", "--no-dashboard")
    with _dask(folder, arguments, r"tcp://[\d.]+:\d+") as (_, address):
        yield address


@contextmanager
def _worker(folder: Path, address: str) -> Iterator[subprocess.Popen[str]]:
    arguments = ("worker", address, "--nthreads", "1", "--no-nanny", "--no-dashboard")
    with _dask(folder, arguments, "Registered to") as (process, _):
        yield process


@contextmanager
def _dask(
    folder: Path, arguments: tuple[str, ...], until: str
) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """A command of dask, once it has said what it is to say; its log goes to a file."""
    log = Path(tempfile.mkstemp(dir=folder, suffix=".log")[1])
    with log.open("w", encoding="utf-8") as sink:
        process = subprocess.Popen(  # noqa: S603 - our own interpreter and module
            (sys.executable, "-m", "dask", *arguments),
            cwd=folder,
            stderr=sink,
            encoding="utf-8",
            env=_environment(),
        )
    try:
        while not (found := re.search(until, log.read_text(encoding="utf-8"))):
            if process.poll() is not None:
                raise RuntimeError(log.read_text(encoding="utf-8"))
            time.sleep(0.1)
        yield process, found[0]
    finally:
        process.kill()
        process.wait()


def _environment() -> dict[str, str]:
    return os.environ | {"PYTHONPATH": str(Path(__file__).resolve().parents[1])}


if __name__ == "__main__":
    main()
