"""`publish fetch`: audio and captions into the cache."""

from __future__ import annotations

from pathlib import Path

import typer

from publisher.cli.common import EXIT_FAILED, Common, Folder, Names, Offline


def fetch(common: Common, *, episodes: Names = None, show: Folder = Path(), offline: Offline = False) -> None:
    """Fetch audio and captions into the cache.

    Examples: publish fetch      publish fetch my-episode --proxy http://proxy:8080
    """
    from publisher import batch
    from publisher.cli.output import show_report
    from publisher.workspace import open_show

    with common.run(offline=offline) as settings:
        report = batch.fetch_all(open_show(show, settings), tuple(episodes or ()))
    show_report(report, as_json=common.json)
    if report.failed:
        raise typer.Exit(EXIT_FAILED)
