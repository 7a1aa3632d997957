"""`publish demo`: see the main job work, with no network."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from publisher.cli.common import EXIT_FAILED, Common


def demo(
    common: Common,
    *,
    folder: Annotated[Path, typer.Argument(help="A folder of its own.", metavar="DIR")] = Path(
        "publisher-demo"
    ),
) -> None:
    """Build the example show, with no network.

    A talk spoken by a machine, aligned with captions that have mistakes: chapters, transcript and feed.

    Example: publish demo my-demo
    """
    from publisher import demo as example
    from publisher.cli.output import show_files, show_report

    with common.run(offline=True) as settings:
        report = example.run(folder, settings)
    show_report(report, as_json=common.json)
    if not common.json:
        show_files(folder)
    if report.failed:
        raise typer.Exit(EXIT_FAILED)
