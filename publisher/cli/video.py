"""`publish video`: what goes into the video of an episode."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from publisher.cli.common import Common, Folder


def video(
    common: Common,
    *,
    episode: Annotated[str, typer.Argument(help="The episode's slug.", metavar="EPISODE")],
    fit: Annotated[bool, typer.Option("--fit", help="Merge chapters that are too short.")] = False,
    show: Folder = Path(),
) -> None:
    """Print the title, description and tags for an episode's video, and where its captions lie.

    The description holds the chapters and no more than the 5,000 characters that YouTube takes.

    Example: publish video my-episode
    """
    from publisher.cli.output import print_json, show_rule_findings
    from publisher.video import video_of
    from publisher.workspace import open_show

    with common.run() as settings:
        found = video_of(open_show(show, settings), episode, fitted=fit)
    if common.json:
        captions = str(found.captions) if found.captions else None
        print_json({**asdict(found), "captions": captions})
        return
    where = str(found.captions) if found.captions else "There are none yet: run publish build."
    parts = (
        ("Title", found.title),
        ("Description", found.description),
        ("Tags", ", ".join(found.tags)),
        ("Captions to upload", where),
    )
    typer.echo("\n\n".join(f"== {head} ==\n{text}" for head, text in parts if text))
    show_rule_findings(found.findings, stderr=True)
