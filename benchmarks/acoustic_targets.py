"""What alignment by sound alone is meant to reach, beside what it reaches."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from benchmarks.engines import ECHOGARDEN, OURS
from benchmarks.figures import Figures
from benchmarks.recorded import FIRST
from benchmarks.report import Row, Target
from benchmarks.targets import at_least, sections

LENGTHS = (73, 600)
"""Minutes of the talks whose cost is measured."""

_PROCESSOR, _WALL = 60, 45
"""Seconds for the first of them."""

_PEAK = (1_000, 3_000)
"""Megabytes for each."""


def long_name(minutes: int) -> str:
    """The name of a talk whose cost is measured."""
    return f"{minutes} min of talk"


def targets(rows: Sequence[Row]) -> list[Target]:
    """Every target that can be told from what was run."""
    ours = {row.case: row for row in rows if row.method == OURS and row.figures}
    peers = [row for row in rows if row.method != OURS]
    return [
        *_shares(ours, "talk_clean", {100: 0.98, 250: 0.995}),
        *_sections(ours, "talk_clean", 0.1),
        *_shares(ours, "talk_hard", {250: 0.97, 1_000: 0.995}),
        *_worst(ours, "talk_hard", 2),
        *_sections(ours, "talk_hard", 0.25),
        *_absent(ours, "talk_hard"),
        *_shares(ours, "talk_clips", {250: 0.98}),
        *_worst(ours, "talk_clips", 0.5),
        *_shares(ours, "prompts_en_clean", {100: 0.99}),
        *(target for name in ours if name.endswith(FIRST) for target in _shares(ours, name, {250: 0.9})),
        *(_ahead(ours[row.case], row) for row in peers if row.figures and row.case in ours),
        *(_no_slower(ours[row.case], row) for row in peers if row.method == ECHOGARDEN and row.case in ours),
        *_costs(ours),
    ]


def _shares(ours: dict[str, Row], name: str, wanted: dict[int, float]) -> Iterator[Target]:
    for found in _found(ours, name):
        for limit, share in wanted.items():
            yield at_least(f"{name}: turns within {limit / 1_000:g} s", share, found.share(limit))


def _worst(ours: dict[str, Row], name: str, limit: float) -> Iterator[Target]:
    for found in _found(ours, name):
        met = found.worst is not None and found.worst < limit
        yield Target(f"{name}: worst turn", f"under {limit:g} s", _seconds(found.worst), met)


def _sections(ours: dict[str, Row], name: str, limit: float) -> Iterator[Target]:
    for found in _found(ours, name):
        yield sections(name, limit, found)


def _absent(ours: dict[str, Row], name: str) -> Iterator[Target]:
    for found in _found(ours, name):
        yield Target(
            f"{name}: absent turns found, present turns called absent",
            f"all {found.absent}, 0",
            f"{found.absent_found}, {found.falsely_absent}",
            found.absent_found == found.absent and not found.falsely_absent,
        )


def _ahead(ours: Row, peer: Row) -> Target:
    """More turns within 0.25 s; where these are as many, a smaller median error."""
    (mine, our_words), (theirs, their_words) = (_accuracy(row) for row in (ours, peer))
    return Target(
        f"{ours.case}: ahead of {peer.method}", f"more than {their_words}", our_words, mine > theirs
    )


def _accuracy(row: Row) -> tuple[tuple[float, float], str]:
    if row.figures is None or row.figures.median is None:
        return (0.0, 0.0), "nothing"
    share, median = row.figures.share(250), row.figures.median
    return (share, -median), f"{share:.1%} within 0.25 s, median {median:.3f} s"


def _no_slower(ours: Row, peer: Row) -> Target:
    mine, theirs = (row.spent.processor if row.spent else 0.0 for row in (ours, peer))
    return Target(
        f"{ours.case}: no slower than {peer.method}", f"{theirs:.0f} s", f"{mine:.0f} s", mine <= theirs
    )


def _costs(ours: dict[str, Row]) -> Iterator[Target]:
    for minutes, megabytes in zip(LENGTHS, _PEAK, strict=True):
        name = long_name(minutes)
        used = ours[name].spent if name in ours else None
        if used is None:
            continue
        if minutes == LENGTHS[0]:
            yield Target(
                f"{name}: processor time, wall time",
                f"under {_PROCESSOR} s, under {_WALL} s",
                f"{used.processor:.0f} s, {used.wall:.0f} s",
                used.processor < _PROCESSOR and used.wall < _WALL,
            )
        peak = used.peak_megabytes
        yield Target(f"{name}: peak memory", f"under {megabytes} MB", f"{peak:.0f} MB", peak < megabytes)


def _found(ours: dict[str, Row], name: str) -> Iterator[Figures]:
    row = ours.get(name)
    if row and row.figures:
        yield row.figures


def _seconds(value: float | None) -> str:
    return "none" if value is None else f"{value:.2f} s"
