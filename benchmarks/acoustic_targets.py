"""What alignment by sound alone is meant to reach, beside what it reaches."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from benchmarks.engines import ECHOGARDEN, OURS
from benchmarks.figures import Figures
from benchmarks.recorded import FIRST
from benchmarks.report import Row, Target
from benchmarks.targets import at_least, sections

LONG_TALK = 73
"""Minutes of talk that are aligned in less than PROCESSOR seconds of processor time, in less than PEAK megabytes."""

PROCESSOR = 60
PEAK = 1_000
LONG = 30
"""Minutes of a talk from which its cost stands for that of a long one."""


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
        *(target for row in ours.values() if row.minutes >= LONG for target in _costs(row)),
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


def _costs(row: Row) -> Iterator[Target]:
    if row.spent:
        seconds, peak = row.spent.processor / row.minutes * LONG_TALK, row.spent.peak_megabytes
        yield Target(
            f"{row.case}: at its rate, processor time for {LONG_TALK} min",
            f"under {PROCESSOR} s",
            f"{seconds:.0f} s",
            seconds < PROCESSOR,
        )
        yield Target(f"{row.case}: peak memory", f"under {PEAK} MB", f"{peak:.0f} MB", peak < PEAK)


def _found(ours: dict[str, Row], name: str) -> Iterator[Figures]:
    row = ours.get(name)
    if row and row.figures:
        yield row.figures


def _seconds(value: float | None) -> str:
    return "none" if value is None else f"{value:.2f} s"
