"""`publish chapters`: an episode's chapters in one format, to standard output."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

from publisher.cli.common import Common, Folder
from publisher.errors import UsageError


def chapters(
    common: Common,
    *,
    episode: Annotated[str, typer.Argument(help="The episode's slug.", metavar="EPISODE")],
    format_: Annotated[str, typer.Option("-f", "--format", help="youtube, vtt or json.")] = "youtube",
    show: Folder = Path(),
) -> None:
    """Print an episode's chapters in one format.

    The default is the form that goes into a video's description.

    Examples: publish chapters my-episode      publish chapters my-episode --format vtt > chapters.vtt
    """
    from publisher.chapters import WRITERS
    from publisher.pipeline import known_chapters
    from publisher.workspace import open_show

    if format_ not in WRITERS:
        raise UsageError(f"There is no format {format_!r}.", remedy=f"Choose {', '.join(WRITERS)}.")
    with common.run() as settings:
        found, about = known_chapters(open_show(show, settings), episode)
    text = WRITERS[format_].write(found, about)
    if common.json:
        text = json.dumps({"episode": episode, "format": format_, "text": text}, ensure_ascii=False)
    typer.echo(text.rstrip("\n"))
