"""`publish init`: a new show."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

from publisher.cli.common import Common


def init(
    common: Common,
    *,
    folder: Annotated[Path, typer.Argument(help="New or existing folder.", metavar="DIR")],
) -> None:
    """Make a new show to fill in.

    Example: publish init my-show
    """
    from datetime import UTC, datetime

    from publisher.content import create_show

    written = create_show(folder, date=f"{datetime.now(UTC):%Y-%m-%d}")
    if common.json:
        typer.echo(json.dumps({"written": [str(path) for path in written]}, ensure_ascii=False))
        return
    for path in written:
        typer.echo(f"Wrote {path}")
    typer.echo(f"\nNext: fill in {folder / 'podcast.toml'}, write episodes in {folder / 'content'}, then:")
    typer.echo(f"  cd {folder} && publish build")
