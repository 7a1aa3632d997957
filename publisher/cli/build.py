"""`publish build`: everything."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from publisher.cli.common import EXIT_FAILED, Common, Folder, Names, Offline, Refine
from publisher.errors import PublisherError


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
    bucket: Annotated[
        str,
        typer.Option(
            "--bucket",
            help="Hand files to the cluster through this, without a shared folder.",
            metavar="s3://NAME",
        ),
    ] = "",
    shard: Annotated[
        str,
        typer.Option(
            "--shard", help="Only prepare this part of the episodes, for a build later.", metavar="3/10"
        ),
    ] = "",
    profile: Annotated[bool, typer.Option("--profile", help="Say where the time went.")] = False,
    log_json: Annotated[
        bool, typer.Option("--log-json", help="Log as lines of JSON on the standard error.")
    ] = False,
) -> None:
    """Fetch, align and write everything into output/.

    What has not changed is left alone.

    Exit code: 0 all done, 1 some episodes failed (the others are published), 2 wrong usage or configuration.

    Examples: publish build      publish build --drafts      publish build my-episode      publish build --jobs 0
    """
    import time

    from publisher import batch, sharding
    from publisher.cli.log import log_error, log_event, log_run
    from publisher.cli.output import show_report
    from publisher.executors import choose
    from publisher.model import Status, unwatched
    from publisher.workspace import open_show

    begun, names = time.perf_counter(), tuple(episodes or ())
    watch = log_event if log_json else unwatched
    settings = common.run(
        offline=offline, quiet=log_json, drafts=drafts, verify=verify, refine=refine, watch=watch
    )
    try:
        workers = choose(jobs, executor, bucket)
        part = sharding.Shard.parse(shard) if shard else None
        with settings as chosen:
            space = open_show(show, chosen)
            report = (
                sharding.prepare(space, names, part, workers)
                if part
                else batch.build(space, names, executor=workers)
            )
    except PublisherError as error:
        if not log_json or common.debug:
            raise
        log_error(error)
        raise typer.Exit(error.exit_code) from None
    if log_json:
        failed = sum(outcome.status is Status.FAILED for outcome in report.outcomes)
        log_run(episodes=len(report.outcomes), failed=failed, seconds=time.perf_counter() - begun)
    show_report(report, as_json=common.json, profile=profile)
    if part and not common.json:
        typer.echo(
            f"\nPart {part.number} of {part.total} is prepared. When all are, publish them with: publish build"
        )
    if report.failed:
        raise typer.Exit(EXIT_FAILED)
