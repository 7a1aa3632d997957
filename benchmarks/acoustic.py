"""How exact alignment by sound alone is, ours and others': `python -m benchmarks.acoustic [FOLDER] [--only NAME]`.

Talks put together from Debian's recordings are always measured, and those of FOLDER (`NAME.md`, `NAME.opus` or `.wav`,
`NAME.truth.json`). Each is aligned whole, and its first three minutes alone.
"""

from __future__ import annotations

import argparse
import json
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from functools import partial
from pathlib import Path

from rich.console import Console

from benchmarks import acoustic_targets, engines, joined, packages, recorded, report
from benchmarks.case import Case, Guess, Planned
from benchmarks.cost import Spent
from benchmarks.figures import claims, figures
from benchmarks.report import Row
from publisher.content import read_transcript

CHECKOUT = Path(__file__).resolve().parents[1]
FOLDER = CHECKOUT.parent / "shared" / "bench"
EXAMPLE = CHECKOUT / "content" / "why-chapters-matter.md"


def main(arguments: Sequence[str] | None = None) -> None:
    """Run what is asked for; print tables, write JSON."""
    options = _options(arguments)
    console = Console(width=report.WIDTH)
    others = {} if options.ours else _others(console)
    with tempfile.TemporaryDirectory() as scratch:
        made = options.talks or Path(scratch)
        _make(console, made, options.packages)
        folders = [made, options.folder]
        rows = list(_rows(console, _cases(folders, Path(scratch)), options.only, others))
        lengths = acoustic_targets.LENGTHS if options.long else acoustic_targets.LENGTHS[:1]
        rows += _rows(console, _long(folders, lengths, Path(scratch)), options.only, {})
    report.show_legend(console)
    report.show_sections(console, rows)
    wanted = acoustic_targets.targets(rows)
    report.show_targets(console, wanted)
    if options.json:
        data = {
            "rows": [report.as_data(row) for row in rows],
            "targets": [asdict(target) for target in wanted],
        }
        options.json.write_text(json.dumps(data, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.acoustic", description=__doc__)
    parser.add_argument(
        "folder", nargs="?", type=Path, default=FOLDER, metavar="FOLDER", help="more talks with known times"
    )
    parser.add_argument("--only", default="", metavar="NAME", help="only cases with NAME in 'material: case'")
    parser.add_argument("--ours", action="store_true", help="leave out aeneas and echogarden")
    parser.add_argument(
        "--packages",
        type=Path,
        default=packages.user_cache(),
        metavar="DIR",
        help="where Debian's recordings are or are downloaded to",
    )
    parser.add_argument("--talks", type=Path, metavar="DIR", help="keep the talks that are put together here")
    parser.add_argument("--long", action="store_true", help="measure the cost of ten hours, too")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the figures to FILE too")
    return parser.parse_args(arguments)


def _others(console: Console) -> dict[str, str]:
    """The other programs that are installed; a line on how to install each that is not."""
    found = {}
    for engine in engines.PEERS:
        program = engines.installed(engine)
        if program:
            found[engine.name] = program
        else:
            console.print(
                f"{engine.name} is not installed and not measured. Install it with: {engine.install}"
            )
    return found


def _make(console: Console, folder: Path, cache: Path) -> None:
    """Put the talks together, unless they are there; without recordings a line says so."""
    if recorded.names(folder):
        return
    try:
        share = packages.recordings(cache)
    except packages.NoRecordings as reason:
        console.print(str(reason))
        return
    folder.mkdir(parents=True, exist_ok=True)
    with console.status("putting talks together"):
        joined.write_all(share, read_transcript(EXAMPLE), folder)


def _rows(console: Console, cases: Iterator[Planned], only: str, others: dict[str, str]) -> Iterator[Row]:
    for planned in cases:
        if only in planned.label:
            found = list(_measured(console, planned, others))
            report.show_rows(console, "Alignment by sound", found, report.SOUND)
            yield from found


def _cases(folders: Sequence[Path], scratch: Path) -> Iterator[Planned]:
    for folder in folders:
        for name in recorded.names(folder):
            material = recorded.material(folder, name)
            yield Planned(f"{material}: {name}", partial(recorded.talk, folder, name))
            yield Planned(
                f"{material}: {name}: {recorded.FIRST}",
                partial(_opening, folder, name, scratch),
            )


def _opening(folder: Path, name: str, scratch: Path) -> Case:
    return recorded.opening(recorded.talk(folder, name), scratch)


def _long(folders: Sequence[Path], lengths: Sequence[int], scratch: Path) -> Iterator[Planned]:
    """Long talks for their cost: the recorded talks end to end or, without them, those of syllables."""
    places = [(folder, name) for folder in folders for name in recorded.names(folder)]
    talks = [place for place in places if place[1] in recorded.NAMES] or [
        place for place in places if place[1].startswith(joined.SYLLABLES)
    ]
    for minutes in lengths if talks else ():
        name = acoustic_targets.long_name(minutes)
        yield Planned(f"long: {name}", partial(_end_to_end, name, talks, minutes, scratch))


def _end_to_end(name: str, talks: Sequence[tuple[Path, str]], minutes: int, scratch: Path) -> Case:
    cases = [recorded.talk(folder, talk) for folder, talk in talks]
    return recorded.end_to_end(name, cases, minutes, scratch)


def _measured(console: Console, planned: Planned, others: dict[str, str]) -> Iterator[Row]:
    case = planned.make()
    with console.status(f"{planned.label}: {engines.OURS}"):
        yield _row(case, engines.OURS, *engines.ours(case))
    for engine in engines.PEERS:
        if engine.name in others:
            with console.status(f"{planned.label}: {engine.name}"):
                yield _row(case, engine.name, *engines.peer(engine, others[engine.name], case))


def _row(case: Case, method: str, guess: Guess, used: Spent) -> Row:
    return Row(
        case=case.name,
        material=case.material,
        minutes=round(case.duration / 60_000, 1),
        method=method,
        figures=figures(case, guess),
        time_ratio=None,
        claims=tuple(claims(case, guess)),
        spent=used,
    )


if __name__ == "__main__":
    main()
