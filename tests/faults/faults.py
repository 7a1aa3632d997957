"""Each fault: it is made, and the show must come out of it. What is lost is an `AssertionError`.

The promise is the same each time: the feed never names a file that is not there, and the next build ends with the tree
that an undisturbed one would have left.
"""

from __future__ import annotations

import os
import shutil
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from random import Random
from threading import Lock

from publisher import batch, files
from publisher.errors import ConfigError
from publisher.files import LocalDisk
from publisher.workspace import Settings, open_show
from tests.faults.shows import build, change, missing, start, tree, undisturbed

CACHE_DAMAGES: dict[str, Callable[[bytes], bytes | None]] = {
    "gone": lambda _: None,
    "empty": lambda _: b"",
    "cut in half": lambda content: content[: len(content) // 2],
    "garbage": lambda content: b"\xff\x00{" * (len(content) // 3 + 1),
}


def _cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


def _become_a_folder(path: Path) -> None:
    """No program can read it then, not even one of root."""
    path.unlink()
    path.mkdir()


SPOILT: list[tuple[str, Callable[[Path], None]]] = [
    ("content/three.webm", _cut),
    ("content/one.m4a", _cut),
    ("content/one.json3", _cut),
    ("content/one.timeline.json", _cut),
    ("podcast.lock.json", _cut),
    ("content/one.json3", _become_a_folder),
    ("content/one.m4a", _become_a_folder),
    ("podcast.lock.json", _become_a_folder),
]
"""A person's own files, and what is done to them."""

READ = ("webm", "md", "json3")
"""Files of the episode `three` that are read."""


@contextmanager
def comes_through(show: Path) -> Iterator[None]:
    """Do something to a show: nothing may be missing then, and the next build must end as if it had not been."""
    expected = undisturbed(show, show.with_name("undisturbed"))
    yield
    assert missing(show) == []
    build(show)
    assert missing(show) == []
    assert tree(show) == expected


# -- killed -------------------------------------------------------------------------------------------


def length_of_a_build(show: Path) -> float:
    """Seconds from the moment at which a build has the show for itself to its end."""
    change(show, 1)
    process = start(show)
    _wait_for_work(show, process.pid)
    begun = time.monotonic()
    process.communicate()
    return time.monotonic() - begun


def kill_at(show: Path, number: int, moment: float) -> None:
    """Kill a build (SIGKILL) so many seconds after it began to work, and watch the feed meanwhile."""
    change(show, number)
    with comes_through(show):
        process = start(show)
        _wait_for_work(show, process.pid)
        end = time.monotonic() + moment
        while time.monotonic() < end and process.poll() is None:
            assert missing(show) == []
        process.kill()
        process.communicate()


def _wait_for_work(show: Path, process: int) -> None:
    note = show / ".publisher/run.json"
    end = time.monotonic() + 60
    while time.monotonic() < end:
        if note.exists() and str(process) in note.read_text(encoding="utf-8"):
            return
        time.sleep(0.002)
    raise TimeoutError("the build did not begin")


# -- disks --------------------------------------------------------------------------------------------


class FailingDisk(LocalDisk):
    """A disk that works so many times and then never again, or fails once."""

    def __init__(self, good: int, code: int, *, for_good: bool = True) -> None:
        self.calls = 0
        self._alone = Lock()
        self._good = good
        self._code = code
        self._for_good = for_good

    def _count(self, path: Path) -> None:
        with self._alone:  # several files are waited for at once
            self.calls += 1
            fails = self.calls > self._good and (self._for_good or self.calls == self._good + 1)
        if fails:
            raise OSError(self._code, os.strerror(self._code), str(path))

    def write(self, path: Path, content: bytes) -> None:
        self._count(path)
        super().write(path, content)

    def sync(self, path: Path) -> None:
        self._count(path)
        super().sync(path)

    def rename(self, path: Path, target: Path) -> None:
        self._count(path)
        super().rename(path, target)


def calls_of_a_build(show: Path) -> int:
    """How often a build after a change asks the disk for something; the show is left as it was."""
    copy = Path(shutil.copytree(show, show.with_name("counted")))
    disk = FailingDisk(10**9, 0)
    change(copy, 1)
    with files.through(disk):
        build(copy)
    shutil.rmtree(copy)
    return disk.calls


def disk_fails(show: Path, number: int, good: int, code: int, *, for_good: bool) -> None:
    """Build on a disk that fails after so many calls."""
    change(show, number)
    disk = FailingDisk(good, code, for_good=for_good)
    with comes_through(show), files.through(disk):
        try:
            told = build(show).failed
        except OSError as error:
            told = error.errno == code
        assert told or disk.calls <= good


# -- files --------------------------------------------------------------------------------------------


def cache_files(show: Path) -> list[Path]:
    """The cache, but for the files by which runs know of each other, and the times of words: all are made anew."""
    found = (path for path in (show / ".publisher").rglob("*") if path.is_file())
    cached = sorted(path for path in found if not path.name.startswith("run."))
    return [*cached, *sorted((show / "content").glob("*.words.json"))]


def damage(path: Path, how: str) -> None:
    """Do something to a file."""
    content = CACHE_DAMAGES[how](path.read_bytes())
    if content is None:
        path.unlink()
    else:
        path.write_bytes(content)


def cache_is_damaged(show: Path, path: Path, how: str) -> None:
    """Damage one file of the cache, and build with another title so that the cache is needed."""
    change(show, 2)
    with comes_through(show):
        damage(path, how)


def output_is_damaged(show: Path, path: Path, how: str) -> None:
    """Damage one file of the output; only the build can mend that, so the feed is looked at after it."""
    expected = undisturbed(show, show.with_name("undisturbed"))
    damage(path, how)
    build(show)
    assert missing(show) == []
    assert tree(show) == expected


def source_is_spoilt(show: Path, path: Path, spoil: Callable[[Path], None]) -> None:
    """Spoil a file of a person's own for one build: it is told, the last good version stays, and all is well after."""
    kept, before = path.with_name("kept aside"), (show / "output/feed.xml").read_bytes()
    with comes_through(show):
        shutil.copy2(path, kept)
        spoil(path)
        try:
            assert build(show).failed
        except ConfigError as error:
            assert str(path) in str(error)  # noqa: PT017 - a broken lock ends the run, other files an episode
        assert (show / "output/feed.xml").read_bytes() == before
        if path.is_dir():
            path.rmdir()
        kept.replace(path)


def source_changes_while_it_is_read(show: Path, path: Path) -> None:
    """Change a file while the audio of its episode is encoded, and back again after the run."""
    content, expected = path.read_bytes(), tree(show)
    shutil.rmtree(show / ".publisher/media")
    shutil.rmtree(show / "output/media")
    (show / ".publisher/ledger.sqlite3").unlink()

    def meddle(what: str, share: float | None = None) -> None:
        if what == "Encoding the audio" and path.read_bytes() == content:
            path.write_bytes(content + b"\n\n")

    report = batch.build(open_show(show, Settings(progress=meddle)))
    told = [outcome.reason for outcome in report.outcomes if outcome.slug == "three"]
    assert path.read_bytes() != content
    assert "changed while it was read" in told[0]
    assert missing(show) == []
    path.write_bytes(content)
    build(show)
    assert tree(show) == expected


def times_are_in_the_future(show: Path) -> None:
    """Date every file sixty years ahead, as it looks after the clock was set back."""
    change(show, 2)
    with comes_through(show):
        ahead = time.time() + 60 * 365 * 86_400
        for path in show.rglob("*"):
            os.utime(path, (ahead, ahead))


# -- others -------------------------------------------------------------------------------------------


def two_builds_at_once(show: Path, number: int) -> None:
    """Start two builds together: both end well, or one says that the other is at work."""
    change(show, number)
    with comes_through(show):
        processes = [start(show), start(show)]
        while any(process.poll() is None for process in processes):
            assert missing(show) == []
        for process in processes:
            _, said = process.communicate()
            assert process.returncode == 0 or b"Another run of publish is at work" in said


def is_killed_by_chance(show: Path, chance: Random, number: int, length: float) -> None:
    """Kill a build at a random moment."""
    kill_at(show, number, chance.uniform(0, length))
