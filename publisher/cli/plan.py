"""`publish plan`: what subscribers would see of a build."""

from __future__ import annotations

from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated
from zoneinfo import ZoneInfo

import typer

from publisher.cli.common import Common, Folder
from publisher.errors import UsageError

EXIT_DANGEROUS = 3


def plan(
    common: Common,
    *,
    show: Folder = Path(),
    drafts: Annotated[bool, typer.Option("--drafts", help="As if drafts were taken in.")] = False,
    as_of: Annotated[
        str, typer.Option("--as-of", help="As if it were this day or moment.", metavar="DATE")
    ] = "",
) -> None:
    """Say what a build would change for subscribers; nothing is fetched or written.

    Exit code: 0 nothing dangerous, 3 something that subscribers lose or download again.

    Examples: publish plan      publish plan --as-of 2026-12-24
    """
    from publisher.cli.output import print_json, show_plan
    from publisher.planning import plan as work_out
    from publisher.workspace import open_show

    with common.run(drafts=drafts) as settings:
        space = open_show(show, settings)
        changes = work_out(space, _moment(as_of, space.show.timezone))
    if common.json:
        rows = [{**asdict(change), "dangerous": change.dangerous} for change in changes]
        print_json([{**row, "due": row["due"].isoformat() if row["due"] else None} for row in rows])
    else:
        show_plan(changes)
    if any(change.dangerous for change in changes):
        raise typer.Exit(EXIT_DANGEROUS)


def _moment(text: str, timezone: str) -> datetime:
    if not text:
        return datetime.now(UTC)
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise UsageError(f"--as-of {text!r} is no date.", remedy="Write it as 2026-12-24.") from None
    return moment if moment.tzinfo else moment.replace(tzinfo=ZoneInfo(timezone))
