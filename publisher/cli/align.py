"""`publish align`: the times of a transcript, inside a show or of two files."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from publisher.cli.common import EXIT_FAILED, Common, Folder, Names, Offline
from publisher.errors import UsageError


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
    engine: Annotated[str, typer.Option("--engine", help="auto or captions.")] = "auto",
    show: Folder = Path(),
    offline: Offline = False,
) -> None:
    """Find when each section and turn is spoken.

    The times go into a timeline beside the transcript. Inside a show it takes episodes by slug; with
    --audio it takes one Markdown file and needs no show.

    Examples: publish align my-episode
    publish align talk.md --audio talk.m4a --captions talk.json3 -o talk.json
    """
    names = tuple(episodes or ())
    if audio is None:
        if captions or output:
            raise UsageError("--captions and --output need --audio FILE.")
        _align_show(common, names, engine, show, offline=offline)
        return
    if len(names) != 1:
        raise UsageError("With --audio, name one Markdown file: publish align talk.md --audio talk.m4a")
    _align_file(common, Path(names[0]), audio, captions=captions, output=output, engine=engine)


def _align_show(common: Common, names: tuple[str, ...], engine: str, show: Path, *, offline: bool) -> None:
    from publisher import batch
    from publisher.cli.output import show_report
    from publisher.workspace import open_show

    with common.run(offline=offline, engine=engine) as settings:
        report = batch.align_all(open_show(show, settings), names)
    show_report(report, as_json=common.json)
    if report.failed:
        raise typer.Exit(EXIT_FAILED)


def _align_file(
    common: Common,
    transcript: Path,
    audio: Path,
    *,
    captions: Path | None,
    output: Path | None,
    engine: str,
) -> None:
    from publisher import pipeline
    from publisher.align import timeline_json
    from publisher.cli.output import show_timeline
    from publisher.files import write_whole

    with common.run() as settings:
        text = pipeline.read_transcript(transcript)
        timeline = pipeline.align_files(
            text,
            audio,
            captions=pipeline.given_captions(captions) if captions else None,
            engine=engine,
            progress=settings.progress,
        )
    written = timeline_json(timeline, text)
    if output:
        write_whole(output, written.encode("utf-8"))
    if common.json:
        typer.echo(written, nl=False)
    else:
        show_timeline(timeline, output)
