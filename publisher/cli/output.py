"""What people see: progress while a run works, and a table when it ends."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Sequence
from dataclasses import asdict
from pathlib import Path

import typer

from publisher import timecode
from publisher.batch import Report
from publisher.model import Method, Outcome, Progress, Status, Timeline, silent
from publisher.text import clean, display_width, one_line

_GAP = "  "
_STEP = 0.01


def progress(*, quiet: bool, verbose: bool) -> Progress:
    """A `Progress` for this terminal: one line that is rewritten; nothing in a pipe unless asked for."""
    if quiet or not (sys.stderr.isatty() or verbose):
        return silent
    return _Line(rewrite=sys.stderr.isatty())


class _Line:
    """Shows the newest step with its share done."""

    def __init__(self, *, rewrite: bool) -> None:
        self._rewrite = rewrite
        self._what = ""
        self._share = -1.0

    def __call__(self, what: str, share: float | None = None) -> None:
        step = -1.0 if share is None else share
        if what == self._what and abs(step - self._share) < _STEP:
            return
        is_new = what != self._what
        self._what, self._share = what, step
        text = one_line(what) if share is None else f"{one_line(what)} {share:4.0%}"
        if self._rewrite:
            sys.stderr.write(f"\r\x1b[2K{text}")
            sys.stderr.flush()
        elif is_new:
            sys.stderr.write(f"{text}\n")


def show_report(report: Report, *, as_json: bool) -> None:
    """Print the table of a run, then what was left out and why; or the same as JSON."""
    if sys.stderr.isatty():
        sys.stderr.write("\r\x1b[2K")
    if as_json:
        feed = str(report.feed) if report.feed else None
        outcomes = [asdict(outcome) for outcome in report.outcomes]
        data = {"show": report.show, "feed": feed, "changed": report.changed, "episodes": outcomes}
        typer.echo(json.dumps(data, ensure_ascii=False))
        return
    rows = [_row(outcome) for outcome in report.outcomes]
    typer.echo(table(("Episode", "Result", "Length", "Chapters", "Title"), rows))
    for outcome in report.outcomes:
        if outcome.reason:
            typer.echo(f"\n{outcome.slug}: {_sentence(outcome)}", err=outcome.status is Status.FAILED)
        for warning in outcome.warnings:
            typer.echo(f"\n{outcome.slug}: {clean(warning)}")
    if report.feed:
        typer.echo(f"\n{_summary(report)}")


def _row(outcome: Outcome) -> tuple[str, ...]:
    length = timecode.clock(outcome.duration) if outcome.duration else ""
    count = str(outcome.chapters) if outcome.status is Status.PUBLISHED else ""
    return outcome.slug, str(outcome.status), length, count, outcome.title


def _sentence(outcome: Outcome) -> str:
    where = f" ({outcome.stage})" if outcome.status is Status.FAILED and outcome.stage else ""
    return f"{outcome.status}{where}: {clean(outcome.reason)}"


def _summary(report: Report) -> str:
    count = sum(outcome.status is Status.PUBLISHED for outcome in report.outcomes)
    files = f"{len(report.changed)} files written" if report.changed else "nothing changed"
    return f"{report.feed}: {count} episode{'' if count == 1 else 's'}, {files}."


def show_files(folder: Path) -> None:
    """Print what lies in a show's output, and its chapters as they go into a video's description."""
    output = folder / "output"
    files = sorted(path for path in output.rglob("*") if path.is_file())
    rows = [(f"{path.relative_to(folder)}", f"{path.stat().st_size:,} bytes") for path in files]
    typer.echo("\n" + table(("File", "Size"), rows))
    for path in files:
        if path.name == "chapters.youtube.txt":
            typer.echo(f"\n{path.relative_to(folder)}:\n{path.read_text(encoding='utf-8')}", nl=False)


def show_timeline(timeline: Timeline, written: Path | None) -> None:
    """Print when each section begins, how sure that is and how it was found."""
    rows = [
        (
            timecode.clock(section.span.start, longest=timeline.duration) if section.span else "absent",
            f"{section.confidence:.2f}",
            str(section.method),
            section.title or "(before the first heading)",
        )
        for section in timeline.sections
    ]
    typer.echo(table(("Start", "Sure", "How", "Section"), rows))
    there = [turn for turn in timeline.turns if turn.present]
    guessed = sum(turn.method is Method.INTERPOLATED for turn in there)
    absent = len(timeline.turns) - len(there)
    typer.echo(f"\n{len(timeline.turns)} turns: {guessed} interpolated, {absent} not in the audio.")
    if written:
        typer.echo(f"Wrote {written}")


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Columns that line up for Chinese and Latin text alike; the last one may be of any width."""
    lines = [tuple(one_line(cell) for cell in row) for row in (head, *rows)]
    widths = [max(display_width(line[column]) for line in lines) for column in range(len(head) - 1)]
    return "\n".join(
        _GAP.join(
            [*(_padded(cell, width) for cell, width in zip(line[:-1], widths, strict=True)), line[-1]]
        ).rstrip()
        for line in lines
    )


def _padded(cell: str, width: int) -> str:
    return cell + " " * (width - display_width(cell))
