"""`publish check`: what apps, directories and listeners would stumble over."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from publisher.cli.common import EXIT_FAILED, Common, Folder


def check(
    common: Common,
    url: Annotated[str, typer.Argument(help="A published feed; none means output/.", metavar="[URL]")] = "",
    *,
    show: Folder = Path(),
    profile: Annotated[str, typer.Option("--profile", help="psp1, apple, spotify, youtube or all.")] = "all",
) -> None:
    """Read output/ back and say what is wrong with it, where, and what to do.

    Checked are the feed, the audio, every link, and that all chapter lists and transcripts say the same.

    With the address of a published feed, the same is checked there, and how the server hands the files out.

    Exit code: 0 nothing worse than a warning, 1 an error, 2 wrong usage or configuration.

    Examples: publish check      publish check --profile apple      publish check https://example.com/feed.xml
    """
    from publisher.checking import check as examine
    from publisher.checking import check_published
    from publisher.cli.output import print_json, show_rule_findings
    from publisher.findings import Severity
    from publisher.workspace import open_show

    with common.run() as settings:
        if url:
            findings = check_published(url, settings.network, profile, progress=settings.progress)
        else:
            space = open_show(show, settings)
            findings = examine(space.output, space.show.base_url, profile)
    errors = sum(finding.severity is Severity.ERROR for finding in findings)
    if common.json:
        print_json([asdict(finding) for finding in findings])
    else:
        show_rule_findings(findings)
        typer.echo(f"{_counted(errors, 'error')}, {_counted(len(findings) - errors, 'warning')}.")
    if errors:
        raise typer.Exit(EXIT_FAILED)


def _counted(number: int, what: str) -> str:
    return f"{number} {what}" if number == 1 else f"{number} {what}s"
