"""`publish import`: episode files from videos, channels, playlists and podcast feeds."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from publisher.cli.common import EXIT_FAILED, Common, Folder

if TYPE_CHECKING:
    from publisher.importing import Imported


def import_(
    common: Common,
    *,
    reference: Annotated[
        str, typer.Argument(help="A video, channel, playlist or podcast feed.", metavar="URL|FEED")
    ],
    show: Folder = Path(),
    everything: Annotated[
        bool, typer.Option("--all", help="Go on behind the first episode that is known.")
    ] = False,
    limit: Annotated[
        int | None, typer.Option("--limit", min=1, help="Only so many, the newest.", metavar="N")
    ] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say what would be written.")] = False,
) -> None:
    """Write an episode file for each video or feed item that the show does not have.

    Of a video come title, date, description, tags, chapters and a draft transcript made of its captions. Of a feed
    come GUID, date, title, notes, audio, and transcript and chapters where it has them; in an empty folder also
    podcast.toml. A file that exists is never touched.

    Exit code: 0 all done, 1 some could not be had, 2 wrong usage or configuration.

    Examples: publish import https://www.youtube.com/@show --limit 10
    publish import https://example.com/feed.xml -C new-show
    """
    from publisher.cli.output import print_json, show_import
    from publisher.importing import Options, import_from

    options = Options(past_known=everything, most=limit or 0, dry=dry_run)
    with common.run() as settings:
        found = import_from(show, reference, options, network=settings.network, progress=settings.progress)
    if common.json:
        print_json(_as_json(found))
    else:
        show_import(found, show, dry=dry_run)
    if found.failed:
        raise typer.Exit(EXIT_FAILED)


def _as_json(found: Imported) -> dict[str, object]:
    rows = [{**asdict(row), "path": str(row.path) if row.path else None} for row in found.rows]
    return {**asdict(found), "rows": rows, "written": [str(path) for path in found.written]}
