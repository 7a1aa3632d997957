"""`publish check`: what apps, directories and listeners would stumble over."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from publisher.cli.common import EXIT_FAILED, Common, Folder


def check(
    common: Common,
    *,
    show: Folder = Path(),
    profile: Annotated[str, typer.Option("--profile", help="psp1, apple, spotify, youtube or all.")] = "all",
) -> None:
    """Read output/ back and say what is wrong with it, where, and what to do.

    Checked are the feed, the audio, every link, and that all chapter lists and transcripts say the same.

    Exit code: 0 nothing worse than a warning, 1 an error, 2 wrong usage or configuration.

    Examples: publish check      publish check --profile apple
    """
    from publisher.checking import check as examine
    from publisher.cli.output import print_json, show_rule_findings
    from publisher.findings import Severity
    from publisher.workspace import open_show

    with common.run() as settings:
        space = open_show(show, settings)
        findings = examine(space.output, space.show.base_url, profile)
    errors = sum(finding.severity is Severity.ERROR for finding in findings)
    if common.json:
        print_json([asdict(finding) for finding in findings])
    else:
        show_rule_findings(findings)
        typer.echo(f"{errors} errors, {len(findings) - errors} warnings.")
    if errors:
        raise typer.Exit(EXIT_FAILED)
