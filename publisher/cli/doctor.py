"""`publish doctor`: what is installed, and what to do about it."""

from __future__ import annotations

from pathlib import Path

import typer

from publisher.cli.common import EXIT_FAILED, Common, Folder, Offline


def doctor(common: Common, *, show: Folder = Path(), offline: Offline = False) -> None:
    """Say what is installed and what is missing.

    Asks YouTube for the metadata of one video, unless it is --offline.

    Exit code: 1 when something that YouTube or the show needs is missing.

    Example: publish doctor
    """
    from dataclasses import asdict

    from publisher.cli.output import print_json, show_findings
    from publisher.doctor import Grade, examine

    findings = examine(show, network=common.network(offline=offline))
    if common.json:
        print_json([asdict(finding) for finding in findings])
    else:
        show_findings(findings)
    if any(finding.grade is Grade.MISSING for finding in findings):
        raise typer.Exit(EXIT_FAILED)
