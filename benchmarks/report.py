"""The results as tables for people and as JSON for programs."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from itertools import groupby

from rich.box import SIMPLE
from rich.console import Console
from rich.table import Table

from benchmarks.cost import Cost, Spent
from benchmarks.figures import BANDS, Claim, Figures, bands, share_within
from benchmarks.methods import DIFFLIB_LIMIT

WIDTH = 150

CAPTIONS = (
    *("case", "min", "turns", "method", "<=.25", "<=.5", "<=1 s", "median", "p95", "worst", "bias"),
    *("absent", "c>=.5", "c>=.8", "time"),
)
"""What is shown of methods that go by captions."""

SOUND = (
    *("case", "min", "turns", "method", "<=.1", "<=.25", "<=1 s", "median", "p95", "worst"),
    *("absent", "c>=.8", "cpu/min", "MB"),
)
"""What is shown of programs that go by the sound."""

_LEGEND = f"""\
turns: in the audio; the shares are of these, and one that is called absent is within nothing. Errors in seconds.
absent: found / all, + falsely called absent. c>=.5: worst error of the turns that claim it, + those not in the audio.
c>=.8: turns that claim it: share of them within 0.5 s. time: wall time, ours is 1. \
difflib is left out above {DIFFLIB_LIMIT} characters.
cpu/min: processor seconds of the whole process for a minute of audio. MB: its peak memory.
"""


@dataclass(frozen=True, slots=True)
class Row:
    """One method on one case.

    Attributes:
        case: Name of the case.
        material: Where its text comes from.
        minutes: Length of the audio.
        method: Which one.
        figures: How right it is; None where the method was not run.
        time_ratio: Its wall time over ours in the same run.
        claims: Its placed turns with their confidence.
        spent: What its process took, where it has one of its own.
    """

    case: str
    material: str
    minutes: float
    method: str
    figures: Figures | None
    time_ratio: float | None
    claims: tuple[Claim, ...]
    spent: Spent | None = None


@dataclass(frozen=True, slots=True)
class Target:
    """A measure of the benchmark, what is wanted and what is.

    Attributes:
        measure: In words.
        wanted: In words.
        found: Likewise.
        met: Whether it is reached.
    """

    measure: str
    wanted: str
    found: str
    met: bool


def show_rows(console: Console, title: str, rows: Sequence[Row], columns: Sequence[str] = CAPTIONS) -> None:
    """A table for each material, a block for each case, a line for each method that was run."""
    for material, of_material in groupby(rows, key=lambda row: row.material):
        table = Table(title=f"{title}: {material}", box=SIMPLE, pad_edge=False, padding=(0, 1, 0, 0))
        for name in columns:
            table.add_column(name, justify="left" if name in {"case", "method"} else "right", no_wrap=True)
        for case, block in groupby(of_material, key=lambda row: row.case):
            name = case
            for row in block:
                if row.figures:
                    cells = _cells(row, row.figures) | {"case": name}
                    table.add_row(*(cells.get(column, "") for column in columns))
                    name = ""
            table.add_section()
        console.print(table)


def show_legend(console: Console) -> None:
    """What the columns mean."""
    console.print(_LEGEND)


def show_sections(console: Console, rows: Sequence[Row]) -> None:
    """The signed error of every section."""
    table = Table(title="Sections: seconds off (below 0 is early)", box=SIMPLE)
    for name in ("case", "method", "sections"):
        table.add_column(name)
    for row in rows:
        if row.figures:
            errors = (f"{error:+.2f}" if error is not None else "-" for error in row.figures.sections)
            table.add_row(row.case, row.method, "  ".join(errors))
    console.print(table)


def show_calibration(console: Console, title: str, claimed: Sequence[Claim]) -> None:
    """By band of confidence: how many turns, and how many of them are right."""
    table = Table(title=title, box=SIMPLE)
    for name in ("confidence", "turns", "<=.5 s", "<=1 s"):
        table.add_column(name, justify="right")
    for entry in calibration(claimed):
        table.add_row(
            f"{entry['from']:.1f}-{entry['to']:.1f}",
            str(entry["turns"]),
            _percent(entry["within_0.5"]),
            _percent(entry["within_1"]),
        )
    console.print(table)


def show_costs(console: Console, costs: Iterable[Cost]) -> None:
    """Time and memory of a whole process."""
    table = Table(title="A whole process of ours: loading libraries, reading, aligning", box=SIMPLE)
    for name in ("audio", "characters", "first s", "again s", "peak MB"):
        table.add_column(name, justify="right")
    for cost in costs:
        table.add_row(
            f"{cost.hours} h",
            str(cost.characters),
            f"{cost.first:.2f}",
            f"{cost.again:.2f}",
            f"{cost.peak_megabytes:.0f}",
        )
    console.print(table)


def show_targets(console: Console, targets: Sequence[Target]) -> None:
    """What is wanted beside what is."""
    table = Table(title="Targets", box=SIMPLE)
    for name in ("measure", "wanted", "found", ""):
        table.add_column(name)
    for target in targets:
        table.add_row(target.measure, target.wanted, target.found, "met" if target.met else "NOT MET")
    console.print(table)


def calibration(claimed: Sequence[Claim]) -> list[dict[str, float | None]]:
    """The calibration table as data; the shares of an empty band are None."""
    return [
        {
            "from": place / BANDS,
            "to": (place + 1) / BANDS,
            "turns": len(band),
            "within_0.5": share_within(band, 500),
            "within_1": share_within(band, 1_000),
        }
        for place, band in enumerate(bands(claimed))
    ]


def as_data(row: Row) -> dict[str, object]:
    """A row for JSON, without its claims."""
    data = asdict(row)
    del data["claims"]
    return data


def _cells(row: Row, found: Figures) -> dict[str, str]:
    cells = {"min": f"{row.minutes:.0f}", "turns": str(found.turns), "method": row.method}
    if row.spent:
        cells["cpu/min"] = _number(row.spent.processor / row.minutes)
        cells["MB"] = f"{row.spent.peak_megabytes:.0f}"
    if found.refused:
        return cells | {"<=.25": "refused"}
    shares = {
        f"<={limit}": _percent(share)
        for limit, share in zip((".1", ".25", ".5", "1 s"), found.within, strict=True)
    }
    numbers = {
        "median": _number(found.median),
        "p95": _number(found.p95),
        "worst": _number(found.worst),
        "bias": _number(found.bias),
        "time": _number(row.time_ratio),
    }
    claimed = {
        "c>=.5": "" if found.worst_likely is None else f"{found.worst_likely:.1f}{_plus(found.false_likely)}",
        "c>=.8": "" if found.sure is None else f"{found.sure}: {_percent(found.sure_right)}",
    }
    absent = f"{found.absent_found}/{found.absent}{_plus(found.falsely_absent)}"
    return cells | shares | numbers | claimed | {"absent": absent}


def _plus(count: int | None) -> str:
    return f" +{count}" if count else ""


def _number(value: float | None) -> str:
    return "-" if value is None else f"{value:.3f}"


def _percent(share: float | None) -> str:
    return "-" if share is None else f"{100 * share:.1f}%"
