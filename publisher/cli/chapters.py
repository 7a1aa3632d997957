"""`publish chapters`: an episode's chapters in one format, or a chapter file in another, to standard output."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from publisher.cli.common import Common, Folder
from publisher.errors import UsageError

if TYPE_CHECKING:
    from publisher.chapters import About
    from publisher.model import Chapter


def chapters(
    common: Common,
    *,
    source: Annotated[
        str, typer.Argument(help="An episode's slug, or with --to a chapter file.", metavar="EPISODE|FILE")
    ],
    format_: Annotated[
        str, typer.Option("-f", "--format", help="Of an episode: youtube, vtt, json, psc, …")
    ] = "youtube",
    to: Annotated[str, typer.Option("--to", help="Convert a chapter file to this format.")] = "",
    fit: Annotated[
        str, typer.Option("--fit", help="Merge what is too short for youtube, spotify or apple.")
    ] = "",
    duration: Annotated[
        str, typer.Option("--duration", help="Of the audio, where the file does not say when it ends.")
    ] = "",
    show: Folder = Path(),
) -> None:
    """Print an episode's chapters in one format, or convert a chapter file.

    The default is the form that goes into a video's description. What a platform would not take of its list is said
    on standard error.

    Formats: vtt, json, psc, ffmetadata, matroska, ogm, cue, audacity, csv, eleventy, youtube, spotify, apple. All are
    read, too; which one a file is shows in its content.

    Examples: publish chapters my-episode      publish chapters labels.txt --to youtube --fit youtube
    """
    from publisher.chapters import FORMATS, platforms
    from publisher.chapters.converting import with_end
    from publisher.cli.output import print_json, show_rule_findings

    name = (to or format_).lower()
    if name not in FORMATS:
        raise UsageError(f"There is no format {name!r}.", remedy=f"Choose {', '.join(FORMATS)}.")
    if fit and fit not in platforms.PLATFORMS:
        raise UsageError(f"--fit knows no {fit!r}.", remedy=f"Choose {', '.join(platforms.PLATFORMS)}.")
    if not to and Path(source).is_file():
        raise UsageError(f"{source!r} is a file, not an episode.", remedy=f"Say --to {name} to convert it.")
    found, about = _from_file(source, duration) if to else _from_show(common, show, source)
    if fit:
        found = platforms.fit(found, platforms.PLATFORMS[fit])
    found, findings = with_end(found, FORMATS[name], source)
    if name in platforms.PLATFORMS:
        findings = platforms.findings(found, platforms.PLATFORMS[name], source)
    text = FORMATS[name].write(found, about).rstrip("\n")
    if common.json:
        told = [asdict(finding) for finding in findings]
        print_json({"episode": source, "format": name, "text": text, "findings": told})
        return
    typer.echo(text)
    show_rule_findings(findings, stderr=True)


def _from_show(common: Common, show: Path, slug: str) -> tuple[tuple[Chapter, ...], About]:
    from publisher.published import chapters_of
    from publisher.workspace import open_show

    with common.run() as settings:
        return chapters_of(open_show(show, settings), slug)


def _from_file(path: str, duration: str) -> tuple[tuple[Chapter, ...], About]:
    from publisher import timecode
    from publisher.chapters.converting import from_file

    try:
        length = timecode.parse(duration) if duration else 0
    except ValueError:
        raise UsageError(f"--duration {duration!r} is not a time.", remedy="Write it as 1:23:45.") from None
    return from_file(Path(path), length)
