"""`publish build`: everything."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from publisher.cli.common import EXIT_FAILED, Common, Folder, Names, Offline, Refine


def build(
    common: Common,
    *,
    episodes: Names = None,
    show: Folder = Path(),
    drafts: Annotated[bool, typer.Option("--drafts", help="Take drafts in.")] = False,
    refine: Refine = None,
    offline: Offline = False,
    verify: Annotated[
        bool, typer.Option("--verify", help="Read every file again instead of trusting sizes and times.")
    ] = False,
    jobs: Annotated[
        int, typer.Option("--jobs", help="Episodes at once; 0 takes one for each core.", metavar="N")
    ] = 1,
    executor: Annotated[
        str, typer.Option("--executor", help="Make the episodes on a cluster.", metavar="dask://HOST:PORT")
    ] = "",
) -> None:
    """Fetch, align and write everything into output/.

    What has not changed is left alone.

    Exit code: 0 all done, 1 some episodes failed (the others are published), 2 wrong usage or configuration.

    Examples: publish build      publish build --drafts      publish build my-episode      publish build --jobs 0
    """
    from publisher import batch
    from publisher.cli.output import show_report
    from publisher.workspace import open_show

    with common.run(offline=offline, drafts=drafts, verify=verify, refine=refine) as settings:
        report = batch.build(open_show(show, settings), tuple(episodes or ()))
    show_report(report, as_json=common.json)
    if report.failed:
        raise typer.Exit(EXIT_FAILED)
