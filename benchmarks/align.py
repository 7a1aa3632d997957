"""The benchmark of the aligner: `python -m benchmarks.align [--quick] [--only NAME] [--json FILE]`."""

from __future__ import annotations

import argparse
import json
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from pathlib import Path

from rich.console import Console

from benchmarks import recorded, report, synthetic
from benchmarks.case import Case, Planned
from benchmarks.cost import Cost, cost
from benchmarks.figures import Claim, claims, figures
from benchmarks.methods import METHODS
from benchmarks.report import Row, Target
from benchmarks.targets import targets

CHECKOUT = Path(__file__).resolve().parents[1]
SHARED = CHECKOUT.parent / "shared"


def main(arguments: Sequence[str] | None = None) -> None:
    """Run what is asked for; print tables, write JSON."""
    options = _options(arguments)
    console = Console(width=report.WIDTH)
    made = _run(console, synthetic.cases(materials(), quick=options.quick), options.only)
    real = [] if options.quick else _run(console, _recorded(), options.only)
    costs = [] if options.quick or options.only else _costs(console)
    wanted = targets([*made, *real], costs)
    _show(console, made, real, costs, wanted)
    if options.json:
        data = _data(made, real, costs, wanted)
        options.json.write_text(json.dumps(data, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.align", description=__doc__)
    parser.add_argument(
        "--quick", action="store_true", help="a few short made talks; no recordings, no memory"
    )
    parser.add_argument("--only", default="", metavar="NAME", help="only cases with NAME in 'material: case'")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the figures to FILE too")
    return parser.parse_args(arguments)


def materials() -> dict[str, Path]:
    """The transcripts that talks are made from: ours, and the real one where it lies beside the checkout."""
    found = {"example": CHECKOUT / "content" / "why-chapters-matter.md"}
    real = sorted((SHARED / "sample").glob("*.txt"))
    if real:
        found["sample"] = real[0]
    return found


def _recorded() -> Iterator[Planned]:
    yield from recorded.talks(SHARED / "bench")
    with tempfile.TemporaryDirectory() as scratch:
        yield from recorded.cuts(SHARED / "bench", Path(scratch))


def _run(console: Console, cases: Iterator[Planned], only: str) -> list[Row]:
    rows: list[Row] = []
    for planned in cases:
        if only in planned.label:
            with console.status(planned.label):
                rows.extend(_rows(planned.make()))
    return rows


def _rows(case: Case) -> Iterator[Row]:
    reference = 0.0
    for name, method in METHODS.items():
        begun = time.perf_counter()
        guess = method(case)
        taken = time.perf_counter() - begun
        reference = reference or taken
        yield Row(
            case=case.name,
            material=case.material,
            minutes=round(case.duration / 60_000, 1),
            method=name,
            figures=figures(case, guess) if guess else None,
            time_ratio=round(taken / reference, 3) if guess else None,
            claims=tuple(claims(case, guess)) if guess else (),
        )


def _costs(console: Console) -> list[Cost]:
    with console.status("time and memory"):
        return [cost(synthetic.long_talk(materials(), hours=hours), hours) for hours in (1, 10)]


def _show(
    console: Console,
    made: Sequence[Row],
    real: Sequence[Row],
    costs: Sequence[Cost],
    wanted: Sequence[Target],
) -> None:
    if made:
        report.show_rows(console, "Made talks", made)
        report.show_legend(console)
        report.show_calibration(console, "Calibration: made talks", _claims(made))
    if real:
        report.show_rows(console, "Recorded talks", real)
        report.show_legend(console)
        report.show_sections(console, real)
        report.show_calibration(console, "Calibration: recorded talks", _claims(real))
    if costs:
        report.show_costs(console, costs)
    if wanted:
        report.show_targets(console, wanted)


def _claims(rows: Sequence[Row]) -> list[Claim]:
    return [claim for row in rows for claim in row.claims]


def _data(
    made: Sequence[Row], real: Sequence[Row], costs: Sequence[Cost], wanted: Sequence[Target]
) -> dict[str, object]:
    return {
        "rows": [report.as_data(row) for row in (*made, *real)],
        "calibration": {
            "made": report.calibration(_claims(made)),
            "recorded": report.calibration(_claims(real)),
        },
        "costs": [asdict(entry) for entry in costs],
        "targets": [asdict(target) for target in wanted],
    }


if __name__ == "__main__":
    main()
