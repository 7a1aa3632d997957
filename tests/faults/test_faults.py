"""`publish build` killed, on a full disk, beside another one, on damaged files: it ends right."""

from __future__ import annotations

import errno
import shutil
import subprocess
from contextlib import suppress
from pathlib import Path
from random import Random

import pytest

from tests.faults import faults
from tests.faults.shows import build, make_show, missing, tree, undisturbed

KILLS = 20
"""200 with: python -m tests.faults --kills 200"""


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    show = make_show(tmp_path_factory.mktemp("built") / "show")
    assert not build(show).failed
    return show


@pytest.fixture
def show(built: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(built, tmp_path / "show"))


def test_a_build_that_is_killed_at_any_moment_leaves_a_whole_feed_and_is_made_good(show: Path) -> None:
    chance = Random(9)  # noqa: S311 - the same moments every time, as far as a clock allows
    length = faults.length_of_a_build(show)
    for number in range(KILLS):
        faults.is_killed_by_chance(show, chance, number, length)


@pytest.mark.parametrize("code", [errno.ENOSPC, errno.EROFS])
def test_a_disk_that_fails_at_any_call_costs_nothing(show: Path, code: int) -> None:
    calls = faults.calls_of_a_build(show)
    assert calls > 20
    for good in range(0, calls, 5):
        faults.disk_fails(show, good, good, code, for_good=True)
        faults.disk_fails(show, good, good + 2, code, for_good=False)


def test_a_disk_that_is_really_full_costs_nothing(show: Path, tmp_path: Path) -> None:
    small = tmp_path / "small"
    small.mkdir()
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=4m", "tmpfs", small], check=False)
    if mounted.returncode:
        pytest.skip("a small disk can only be mounted by root")
    try:
        there = Path(shutil.copytree(show, small / "show"))
        expected = undisturbed(there, tmp_path / "undisturbed")
        shutil.rmtree(there / "output/episodes/one")
        with suppress(OSError), (there / "filler").open("wb", buffering=0) as filler:
            while True:
                filler.write(b"x" * 4_096)
        with pytest.raises(OSError):  # noqa: PT011 - whichever file was the first that did not fit
            build(there)
        (there / "filler").unlink()
        build(there)
        assert missing(there) == []
        assert tree(there) == expected
    finally:
        subprocess.run(["umount", small], check=True)


@pytest.mark.parametrize("how", list(faults.CACHE_DAMAGES))
def test_a_damaged_cache_costs_nothing_but_time(show: Path, how: str) -> None:
    names = [path.relative_to(show) for path in faults.cache_files(show)]
    assert len(names) > 5
    for name in names:
        if (show / name).exists():
            faults.cache_is_damaged(show, show / name, how)


@pytest.mark.parametrize("how", list(faults.CACHE_DAMAGES))
def test_a_damaged_output_is_made_good(show: Path, how: str) -> None:
    for path in sorted(path for path in (show / "output").rglob("*") if path.is_file())[::4]:
        faults.output_is_damaged(show, path, how)


@pytest.mark.parametrize(("name", "spoil"), faults.SPOILT)
def test_a_spoilt_source_is_told_and_its_last_good_version_stays(
    show: Path, name: str, spoil: object
) -> None:
    assert callable(spoil)
    faults.source_is_spoilt(show, show / name, spoil)


@pytest.mark.parametrize("suffix", faults.READ)
def test_a_file_that_changes_while_it_is_read_is_not_published(show: Path, suffix: str) -> None:
    faults.source_changes_while_it_is_read(show, show / f"content/three.{suffix}")


def test_files_dated_in_the_future_cost_nothing(show: Path) -> None:
    faults.times_are_in_the_future(show)


def test_two_builds_at_once_end_as_one(show: Path) -> None:
    for number in range(3):
        faults.two_builds_at_once(show, number)
