"""`publish align`: the times of a transcript, inside a show or of two files."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from publisher.cli.common import EXIT_FAILED, Common, Folder, Names, Offline, Refine
from publisher.errors import UsageError

if TYPE_CHECKING:
    from publisher.workspace import Settings


def align(
    common: Common,
    *,
    episodes: Names = None,
    audio: Annotated[
        Path | None,
        typer.Option("--audio", help="Align a file with this audio; needs no show.", metavar="FILE"),
    ] = None,
    captions: Annotated[
        Path | None, typer.Option("--captions", help="json3, WebVTT or SRT of that audio.", metavar="FILE")
    ] = None,
    output: Annotated[
        Path | None, typer.Option("-o", "--output", help="Write the timeline here.", metavar="FILE")
    ] = None,
    engine: Annotated[str, typer.Option("--engine", help="auto, captions, recognised or acoustic.")] = "auto",
    model: Annotated[
        str, typer.Option("--model", help="Speech model by name or path.", metavar="NAME|PATH")
    ] = "",
    fast: Annotated[bool, typer.Option("--fast", help="Recognise twice as fast and clearly worse.")] = False,
    refine: Refine = None,
    html: Annotated[
        Path | None, typer.Option("--html", help="Write a page to look at and listen to.", metavar="FILE")
    ] = None,
    mishearings: Annotated[
        Path | None, typer.Option("--mishearings", help="Write what was misheard, as CSV.", metavar="FILE")
    ] = None,
    show: Folder = Path(),
    offline: Offline = False,
) -> None:
    """Find when each section and turn is spoken.

    The times go into a timeline beside the transcript. Inside a show it takes episodes by slug, and prints
    the sections of one; with --audio it takes one Markdown file and needs no show.

    Examples: publish align my-episode
    publish align talk.md --audio talk.m4a --captions talk.json3 -o talk.json
    publish align talk.md --audio talk.m4a --engine recognised --model small
    publish align my-episode --html look.html --mishearings misheard.csv
    """
    names = tuple(episodes or ())
    if audio is None and (captions or output):
        raise UsageError("--captions and --output need --audio FILE.")
    if len(names) != 1:
        if audio or html or mishearings:
            raise UsageError("With --audio, --html or --mishearings, name one episode or Markdown file.")
        with common.run(offline=offline, engine=engine, model=model, fast=fast, refine=refine) as settings:
            _align_show(common, show, names, settings)
        return
    from publisher import examining
    from publisher.cli.output import show_timeline
    from publisher.files import write_whole
    from publisher.workspace import open_show

    with common.run(offline=offline, engine=engine, model=model, fast=fast, refine=refine) as settings:
        if audio:
            cache = output.parent / ".publisher" / "recognised" if output else None
            examined = examining.examine_files(Path(names[0]), audio, captions, settings, cache)
        else:
            examined = examining.examine_episode(open_show(show, settings), names[0])
    written: list[Path] = []
    for path, text in (
        (output, examined.timeline_json),
        (html, lambda: examined.page(html or Path())),
        (mishearings, examined.misheard_csv),
    ):
        if path:
            write_whole(path, text().encode("utf-8"))
            written.append(path)
    if common.json:
        typer.echo(examined.timeline_json(), nl=False)
    else:
        show_timeline(examined.timeline, written, examined.doubt)


def _align_show(common: Common, show: Path, names: tuple[str, ...], settings: Settings) -> None:
    from publisher import batch
    from publisher.cli.output import show_report
    from publisher.workspace import open_show

    report = batch.align_all(open_show(show, settings), names)
    show_report(report, as_json=common.json)
    if report.failed:
        raise typer.Exit(EXIT_FAILED)
