"""`publish doctor`: what is installed, and what to do about it."""

from __future__ import annotations

import json
from pathlib import Path

import typer

from publisher.cli.common import EXIT_FAILED, Common, Folder


def doctor(common: Common, *, show: Folder = Path()) -> None:
    """Say what is installed and what is missing.

    Exit code: 1 when something that YouTube or the show needs is missing.

    Example: publish doctor
    """
    from dataclasses import asdict

    from publisher.cli.output import table
    from publisher.doctor import Grade, examine

    findings = examine(show)
    if common.json:
        typer.echo(json.dumps([asdict(finding) for finding in findings], ensure_ascii=False))
    else:
        typer.echo(table(("Part", "State", "Found"), [(f.name, str(f.grade), f.found) for f in findings]))
        for finding in findings:
            if finding.remedy:
                typer.echo(f"\n{finding.name}: {finding.remedy}")
    if any(finding.grade is Grade.MISSING for finding in findings):
        raise typer.Exit(EXIT_FAILED)
