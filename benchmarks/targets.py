"""What the aligner is meant to reach, beside what it reaches."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from benchmarks.cost import Cost
from benchmarks.figures import SURE, Figures, share_within
from benchmarks.report import Row, Target

MISSING_TEXT = "30 % wrong, 10 % not"
"""Cases whose name begins so stand for the target of the same words."""

_SURE_RIGHT = 0.99
_LIKELY_LIMIT = 5.0
_FALSELY_ABSENT = 2


def targets(rows: Sequence[Row], costs: Sequence[Cost]) -> list[Target]:
    """Every target that can be told from what was run."""
    ours = [row for row in rows if row.method == "ours" and row.figures]
    return [
        *_recorded(ours, "talk_clean", quarter=0.85, second=0.99, section=0.3),
        *_recorded(ours, "talk_hard", quarter=0.75, second=0.95, section=0.5),
        *_confidence(ours),
        *_missing_text(ours),
        *_costs(costs),
    ]


def _recorded(
    rows: Sequence[Row], name: str, *, quarter: float, second: float, section: float
) -> Iterator[Target]:
    found = next((row.figures for row in rows if row.case == name), None)
    if found is None:
        return
    yield at_least(f"{name}: turns within 0.25 s", quarter, found.share(250))
    yield at_least(f"{name}: turns within 1 s", second, found.share(1_000))
    yield sections(name, section, found)
    if found.absent:
        yield Target(
            f"{name}: absent turns marked, falsely marked",
            f"all {found.absent}, at most {_FALSELY_ABSENT}",
            f"{found.absent_found}, {found.falsely_absent}",
            found.absent_found == found.absent and found.falsely_absent <= _FALSELY_ABSENT,
        )


def sections(name: str, limit: float, found: Figures) -> Target:
    """Whether every section is placed, and within so many seconds."""
    errors = [None if error is None else abs(error) for error in found.sections]
    met = all(error is not None and error <= limit for error in errors)
    worst = max((error for error in errors if error is not None), default=None)
    words = "one is not placed" if None in errors or worst is None else f"worst {worst:.2f} s"
    return Target(f"{name}: sections", f"all within {limit} s", words, met)


def _confidence(rows: Sequence[Row]) -> Iterator[Target]:
    for title, material in (
        ("recorded talks", ("bench",)),
        ("recorded talks and their cuts", ("bench", "bench cut")),
    ):
        sure = [
            claim
            for row in rows
            if row.material in material
            for claim in row.claims
            if claim.confidence >= SURE
        ]
        right = share_within(sure, 500)
        if right is not None:
            yield at_least(
                f"{title}: of {len(sure)} turns with confidence >= 0.8, within 0.5 s", _SURE_RIGHT, right
            )


def _missing_text(rows: Sequence[Row]) -> Iterator[Target]:
    for row in rows:
        found = row.figures
        if found is None or not row.case.startswith(MISSING_TEXT):
            continue
        worst, false = found.worst_likely or 0.0, found.false_likely or 0
        yield Target(
            f"{row.material}: {row.case}: worst of confidence >= 0.5",
            f"at most {_LIKELY_LIMIT:.0f} s",
            f"{worst:.1f} s" + (f", {false} not in the audio" if false else ""),
            worst <= _LIKELY_LIMIT and not false and not found.refused,
        )


def _costs(costs: Sequence[Cost]) -> Iterator[Target]:
    limits = {1: (1.0, 300.0), 10: (8.0, 1_000.0)}
    for entry in costs:
        seconds, megabytes = limits[entry.hours]
        yield Target(
            f"{entry.hours} h of talk, whole process",
            f"under {seconds:.0f} s, under {megabytes:.0f} MB",
            f"{entry.first:.2f} s, {entry.peak_megabytes:.0f} MB",
            entry.first < seconds and entry.peak_megabytes < megabytes,
        )


def at_least(measure: str, wanted: float, found: float) -> Target:
    """A share that is to be so large or larger."""
    return Target(measure, f">= {100 * wanted:g} %", f"{found:.1%}", found >= wanted)
