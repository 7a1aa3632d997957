"""What people see: progress while a run works, and a table when it ends."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn
from rich.table import Table
from rich.text import Text

from publisher import timecode
from publisher.doctor import Finding
from publisher.findings import Finding as RuleFinding
from publisher.importing import Imported
from publisher.model import Method, Outcome, Status, Timeline, silent
from publisher.model import Progress as Tell
from publisher.planning import DANGEROUS, Planned
from publisher.report import Report
from publisher.republishing import OtherSound
from publisher.status import Overview, Standing
from publisher.text import clean, one_line
from publisher.timings import STAGES

_PIPE_WIDTH = 10_000
_MOST_ROWS = 100
_MOST_SLOW = 10
_COLOURS = {"published": "green", "done": "green", "failed": "red", "skipped": "yellow", "ok": "green"}
_COLOURS |= {"warning": "yellow", "missing": "red"}
_COLOURS |= {str(change): "red" for change in DANGEROUS}


class _Console(Console):
    """Prints no text by which somebody steers a terminal, be it only the name of a file."""

    def print(self, *objects: Any, **options: Any) -> None:
        """See `Console`."""
        super().print(*(clean(one) if isinstance(one, str) else one for one in objects), **options)


def _console(*, stderr: bool = False) -> Console:
    """A console that never wraps in a pipe; colours follow the terminal and NO_COLOR."""
    console = _Console(stderr=stderr, highlight=False, markup=False, emoji=False)
    return (
        console
        if console.is_terminal
        else _Console(stderr=stderr, highlight=False, markup=False, emoji=False, width=_PIPE_WIDTH)
    )


@contextmanager
def progress(*, quiet: bool, verbose: bool) -> Iterator[Tell]:
    """Show what is being done: a bar on a terminal, lines in a pipe if they are asked for, else nothing."""
    console = _console(stderr=True)
    if quiet or not (console.is_terminal or verbose):
        yield silent
    elif not console.is_terminal:
        yield _Lines(console)
    else:
        columns = (TextColumn("{task.description}"), BarColumn(), TaskProgressColumn(), TimeRemainingColumn())
        with Progress(*columns, console=console, transient=True) as bar:
            yield _Bar(bar)


class _Lines:
    """Says each step once."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._last = ""

    def __call__(self, what: str, _share: float | None = None) -> None:
        if what != self._last:
            self._last = what
            self._console.print(one_line(what))


class _Bar:
    """Shows the newest step, with a bar where its share is known."""

    def __init__(self, bar: Progress) -> None:
        self._bar = bar
        self._task = bar.add_task("", total=None)
        self._last = ""

    def __call__(self, what: str, share: float | None = None) -> None:
        total = None if share is None else 1.0
        if what != self._last:  # the pace of the step before tells nothing of this one
            self._last = what
            self._bar.reset(self._task)
        self._bar.update(
            self._task, description=Text(one_line(what)).plain, total=total, completed=share or 0.0
        )


def show_report(report: Report, *, as_json: bool, profile: bool = False) -> None:
    """Print the table of a run, then what was left out and why, and where the time went; or the same as JSON."""
    console = _console()
    if as_json:
        feed = str(report.feed) if report.feed else None
        outcomes = [asdict(outcome) for outcome in report.outcomes]
        data = {"show": report.show, "feed": feed, "changed": report.changed, "episodes": outcomes}
        print_json(data | ({"seconds": report.timings} if profile else {}))
        return
    shown = _worth_showing(report)
    _print_table(("Episode", "Result", "Length", "Chapters", "Title"), [_row(o) for o in shown])
    if left_out := len(report.outcomes) - len(shown):
        console.print(f"{_count(left_out, 'episode')} more, as they were.")
    for outcome in shown:
        if outcome.reason:
            _console(stderr=outcome.status is Status.FAILED).print(f"\n{outcome.slug}: {_sentence(outcome)}")
        for warning in outcome.warnings:
            console.print(f"\n{outcome.slug}: {warning}")
    if report.feed:
        console.print(f"\n{_summary(report)}")
    if profile:
        console.print()
        if report.timings:
            _show_profile(report.timings)
        else:
            console.print("No stage took time: all was as it was.")


def _show_profile(timings: Mapping[str, Mapping[str, float]]) -> None:
    """Print the seconds of each stage, and the episodes that took longest."""
    stages = dict.fromkeys((*STAGES, *(stage for each in timings.values() for stage in each)))
    rows = []
    for stage in stages:
        each = [took[stage] for took in timings.values() if stage in took]
        rows.append((stage, f"{sum(each):.1f}", str(len(each)), f"{max(each, default=0.0):.1f}"))
    _print_table(("Stage", "Seconds", "Times", "Longest"), rows)
    slowest = sorted(
        (slug for slug in timings if slug), key=lambda slug: (-sum(timings[slug].values()), slug)
    )
    if slowest:
        _console().print()
        _print_table(
            ("Slowest", "Seconds", *STAGES),
            [
                (
                    slug,
                    f"{sum(timings[slug].values()):.1f}",
                    *(f"{timings[slug].get(stage, 0.0):.1f}" for stage in STAGES),
                )
                for slug in slowest[:_MOST_SLOW]
            ],
        )


def _worth_showing(report: Report) -> tuple[Outcome, ...]:
    """All episodes of a small show; of a large one those that this run had to do with."""
    if len(report.outcomes) <= _MOST_ROWS:
        return report.outcomes
    return tuple(outcome for outcome in report.outcomes if outcome.slug not in report.unchanged)


def print_json(data: object) -> None:
    """Print one line of JSON for machines."""
    print(json.dumps(data, ensure_ascii=False), flush=True)  # noqa: T201 - rich would wrap it


def _row(outcome: Outcome) -> tuple[str, ...]:
    length = timecode.clock(outcome.duration) if outcome.duration else ""
    count = str(outcome.chapters) if outcome.status is Status.PUBLISHED else ""
    return outcome.slug, str(outcome.status), length, count, outcome.title


def _sentence(outcome: Outcome) -> str:
    where = f" ({outcome.stage})" if outcome.status is Status.FAILED and outcome.stage else ""
    return f"{outcome.status}{where}: {outcome.reason}"


def _summary(report: Report) -> str:
    count = sum(outcome.status is Status.PUBLISHED for outcome in report.outcomes)
    files = f"{_count(len(report.changed), 'file')} written" if report.changed else "nothing changed"
    return f"{report.feed}: {_count(count, 'episode')}, {files}."


def _count(number: int, what: str) -> str:
    return f"{number} {what}{'' if number == 1 else 's'}"


def show_files(folder: Path) -> None:
    """Print what lies in a show's output, and its chapters as they go into a video's description."""
    console = _console()
    output = folder / "output"
    shown = (output.glob("*"), *(output.glob(f"{part}/**/*") for part in ("media", "episodes")))
    files = sorted(path for part in shown for path in part if path.is_file())
    console.print()
    rows = [(f"{path.relative_to(folder)}", f"{path.stat().st_size:,} bytes") for path in files]
    _print_table(("File", "Size"), rows)
    for path in files:
        if path.name == "chapters.youtube.txt":
            console.print(f"\n{path.relative_to(folder)}:\n{path.read_text(encoding='utf-8')}", end="")


def show_timeline(timeline: Timeline, written: Sequence[Path], doubt: str = "") -> None:
    """Print when each section begins, how sure that is and how it was found; then what is to be doubted."""
    rows = [
        (
            timecode.clock(section.span.start, longest=timeline.duration) if section.span else "absent",
            f"{section.confidence:.2f}",
            str(section.method),
            section.title or "(before the first heading)",
        )
        for section in timeline.sections
    ]
    _print_table(("Start", "Sure", "How", "Section"), rows)
    there = [turn for turn in timeline.turns if turn.present]
    guessed = sum(turn.method is Method.INTERPOLATED for turn in there)
    absent = len(timeline.turns) - len(there)
    console = _console()
    console.print(f"\n{len(timeline.turns)} turns: {guessed} interpolated, {absent} not in the audio.")
    if doubt:
        console.print(f"\n{doubt}\n")
    for path in written:
        console.print(f"Wrote {path}")


def show_overview(found: Overview, *, now: float) -> None:
    """Print how far each episode is, then why those that stopped did."""
    rows = [
        (
            standing.slug,
            standing.stage,
            _ago(now - standing.since) if standing.since is not None else "",
            _ago(sum(standing.seconds.values())) if standing.seconds else "",
            standing.code,
            _next_try(standing, now),
        )
        for standing in found.episodes
    ]
    _print_table(("Episode", "Stage", "Age", "Took", "Code", "Next try"), rows)
    for standing in found.episodes:
        if standing.reason:
            _console().print(f"\n{standing.slug}: {standing.reason}")
    for what, until in found.paused_until.items():
        _console().print(f"\nAsked to wait by {one_line(what)}: we ask again in {_ago(until - now)}.")


def show_import(found: Imported, folder: Path, *, dry: bool) -> None:
    """Print what an import wrote, what it could not have, and the next command to run."""
    told = [row for row in found.rows if row.state != "known"]
    _print_table(
        ("Result", "File", "Title"),
        [(str(row.state), row.path.name if row.path else row.source, row.title) for row in told],
    )
    for row in told:
        if row.reason:
            _console(stderr=True).print(f"\n{one_line(row.title or row.source)}: {row.reason}")
        for missed in row.missed:
            _console().print(f"\n{one_line(row.title)}: {missed}")
    console = _console()
    known = len(found.rows) - len(told)
    count = sum(row.state == "written" for row in told)
    passed = sum(row.state == "passed over" for row in told)
    console.print(
        f"\n{_count(count, 'file')} written, {_count(known, 'episode')} known before, {passed} passed over."
    )
    for name, value in () if found.written else found.show.items():
        console.print(f"The feed says {name}: {one_line(str(value))}")
    for path in found.written:
        console.print(f"Wrote {path}: fill in base_url, the address at which you will serve output/.")
    for said in found.advice:
        console.print(f"\n{said}")
    if found.stopped:
        _console(stderr=True).print(f"\nStopped. {found.stopped}")
    where = "" if folder == Path() else f" -C {folder}"
    if dry:
        console.print("\nNothing was written. Next: the same command without --dry-run")
    elif found.show or not count:
        console.print(f"\nNext: publish build{where}")
    else:
        console.print(
            "\nNext: correct the drafts in content/ and remove `draft: true`. "
            f"To look at them first: publish build --drafts{where}"
        )


def _next_try(standing: Standing, now: float) -> str:
    if standing.retry_at is None:
        return "after a change" if standing.code else ""
    return f"in {_ago(standing.retry_at - now)}" if standing.retry_at > now else "now"


def _ago(seconds: float) -> str:
    """A length of time in its largest unit."""
    for name, length in (("d", 86_400), ("h", 3_600), ("min", 60)):
        if seconds >= length:
            return f"{int(seconds // length)} {name}"
    return f"{max(0, int(seconds))} s"


def show_findings(findings: Sequence[Finding]) -> None:
    """Print what the doctor found, then what to do."""
    _print_table(("Part", "State", "Found"), [(f.name, str(f.grade), f.found) for f in findings])
    for finding in findings:
        if finding.remedy:
            _console().print(f"\n{finding.name}: {finding.remedy}")


def show_rule_findings(findings: Sequence[RuleFinding], *, stderr: bool = False) -> None:
    """Print what breaks a rule: where, what, what to do, and the stable code."""
    for found in findings:
        said = f"{found.severity}: {found.where}: {found.what} {found.remedy} [{found.code}]"
        _console(stderr=stderr).print(one_line(said))


def show_plan(changes: Sequence[Planned]) -> None:
    """Print what a build would change for subscribers."""
    if changes:
        _print_table(
            ("Episode", "Change", "What subscribers see"),
            [(each.slug, str(each.change), each.what) for each in changes],
        )
    else:
        _console().print("Nothing changes for subscribers.")


def show_other_sounds(sounds: Sequence[OtherSound]) -> None:
    """Print what subscribers will see when these episodes are republished."""
    console = _console()
    if not sounds:
        console.print("The sound is the one that subscribers have: there is nothing to republish.")
    for each in sounds:
        size, length = f"{each.size / 1_000_000:.1f} MB", timecode.clock(each.duration)
        said = (
            f"{each.slug}: “{each.title}” has another sound now ({length}). Apps that have it download {size} again, "
            f"or keep the old sound. Its audio becomes {each.enclosure}; GUID and date stay: no app announces it anew."
        )
        console.print(one_line(said))


def _print_table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="bold")
    for name in head:
        table.add_column(name, overflow="fold")
    for row in rows:
        table.add_row(*(Text(one_line(cell), style=_COLOURS.get(cell, "")) for cell in row))
    _console().print(table)
