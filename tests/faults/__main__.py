"""Every fault in full, and the table of what came of it: `python -m tests.faults --kills 200`."""

from __future__ import annotations

import argparse
import errno
import shutil
import sys
import tempfile
import traceback
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from random import Random

from tests.faults import faults
from tests.faults.shows import build, make_show

BEGIN, END = "<!-- table of faults -->", "<!-- end of the table -->"
Try = Callable[[], None]


def main() -> int:
    """Try all, print the table, and put it into a document if that is asked for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kills", type=int, default=20)
    parser.add_argument("--write", type=Path, metavar="FILE")
    asked = parser.parse_args()
    rows: list[tuple[str, int, int]] = []
    with tempfile.TemporaryDirectory() as folder:
        built = make_show(Path(folder, "built"))
        build(built)
        for name, tries in _groups(built, asked.kills):
            outcomes = [_survived(each) for each in tries]
            rows.append((name, len(outcomes), outcomes.count(False)))
            sys.stderr.write(f"{rows[-1]}\n")
    lines = ["| fault | tried | survived | lost |", "| --- | --- | --- | --- |"]
    lines += [f"| {name} | {tried} | {tried - lost} | {lost} |" for name, tried, lost in rows]
    table = "\n".join(lines)
    sys.stdout.write(f"{table}\n")
    if asked.write:
        before, _, rest = asked.write.read_text(encoding="utf-8").partition(BEGIN)
        after = rest.partition(END)[2]
        asked.write.write_text(f"{before}{BEGIN}\n{table}\n{END}{after}", encoding="utf-8")
    return int(any(lost for _, _, lost in rows))


def _groups(built: Path, kills: int) -> Iterator[tuple[str, list[Try]]]:
    def show() -> Path:
        target = built.with_name("show")
        shutil.rmtree(target, ignore_errors=True)
        return Path(shutil.copytree(built, target))

    def on_a_copy(fault: Callable[..., None], *arguments: object, **more: object) -> Try:
        return lambda: fault(show(), *arguments, **more)

    def on_a_file(fault: Callable[..., None], name: str, *arguments: object) -> Try:
        def attempt() -> None:
            copy = show()
            fault(copy, copy / name, *arguments)

        return attempt

    killed = show()
    length = faults.length_of_a_build(killed)
    chance = Random(9)  # noqa: S311 - the same moments every time, as far as a clock allows
    same = killed.rename(built.with_name("killed"))
    yield (
        "killed (SIGKILL) at a random moment",
        [partial(faults.is_killed_by_chance, same, chance, number, length) for number in range(kills)],
    )
    calls = faults.calls_of_a_build(show())
    for said, code in (("full (ENOSPC)", errno.ENOSPC), ("read-only (EROFS)", errno.EROFS)):
        for how, for_good in ((", from then on", True), (", once", False)):
            tries = [on_a_copy(faults.disk_fails, 1, good, code, for_good=for_good) for good in range(calls)]
            yield f"the disk is {said} at each write, sync and rename{how}", tries
    cached = [str(path.relative_to(built)) for path in faults.cache_files(built)]
    published = [
        str(path.relative_to(built)) for path in sorted((built / "output").rglob("*")) if path.is_file()
    ]
    for how in faults.CACHE_DAMAGES:
        yield (
            f"a file of the cache, or of the times of words, is {how}",
            [on_a_file(faults.cache_is_damaged, name, how) for name in cached],
        )
    for how in faults.CACHE_DAMAGES:
        yield (
            f"a file of the output is {how}",
            [on_a_file(faults.output_is_damaged, name, how) for name in published],
        )
    yield (
        "audio, captions, timeline or lock is cut in half, or unreadable",
        [on_a_file(faults.source_is_spoilt, name, spoil) for name, spoil in faults.SPOILT],
    )
    yield (
        "a file changes while it is read",
        [
            on_a_file(faults.source_changes_while_it_is_read, f"content/three.{suffix}")
            for suffix in faults.READ
        ],
    )
    yield "the clock was set back: all files are of the future", [on_a_copy(faults.times_are_in_the_future)]
    yield "two builds at once", [on_a_copy(faults.two_builds_at_once, number) for number in range(10)]


def _survived(attempt: Try) -> bool:
    try:
        attempt()
    except Exception:  # noqa: BLE001 - whatever it was, this one is lost
        traceback.print_exc()
        return False
    return True


if __name__ == "__main__":
    sys.exit(main())
