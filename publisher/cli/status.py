"""`publish status`: how far each episode is."""

from __future__ import annotations

from pathlib import Path

from publisher.cli.common import Common, Folder, Names


def status(common: Common, *, episodes: Names = None, show: Folder = Path()) -> None:
    """Say how far each episode is, what it waits for, and when another try is worth it.

    Reads what earlier runs left, asks nobody and changes nothing.

    Example: publish status      publish status my-episode --json
    """
    import time
    from dataclasses import asdict

    from publisher.cli.output import print_json, show_overview
    from publisher.status import overview
    from publisher.workspace import open_show

    now = time.time()
    with common.run() as settings:
        found = overview(open_show(show, settings), tuple(episodes or ()), now=now)
    if common.json:
        print_json(asdict(found))
    else:
        show_overview(found, now=now)
