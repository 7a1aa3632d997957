"""`publish republish`: another sound for an episode that is published."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from publisher.cli.common import EXIT_FAILED, Common, Folder, Offline
from publisher.errors import UsageError


def republish(
    common: Common,
    *,
    episodes: Annotated[list[str], typer.Argument(help="Episodes by slug.", metavar="EPISODE...")],
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
    show: Folder = Path(),
    offline: Offline = False,
) -> None:
    """Publish another sound of an episode that is out already.

    It says what subscribers will see, and asks. The audio gets a new address; GUID and date stay.

    Exit code: 0 done or nothing to do, 1 failed or not wanted, 2 wrong usage or configuration.

    Example: publish republish my-episode
    """
    from publisher import republishing
    from publisher.cli.output import show_other_sounds, show_report
    from publisher.workspace import open_show

    if common.json and not yes:
        raise UsageError("With --json nobody can be asked.", remedy="Add --yes.")
    with common.run(offline=offline) as settings:
        space = open_show(show, settings)
        sounds = republishing.other_sounds(space, tuple(episodes))
    if not common.json:
        show_other_sounds(sounds)
    if sounds and not yes and not typer.confirm("Publish this?"):
        typer.echo("Nothing was changed.")
        raise typer.Exit(EXIT_FAILED)
    if not sounds:
        return
    with common.run(offline=offline) as settings:
        report = republishing.republish(open_show(show, settings), sounds)
    show_report(report, as_json=common.json)
    if report.failed:
        raise typer.Exit(EXIT_FAILED)
