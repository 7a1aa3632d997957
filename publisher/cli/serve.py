"""`publish serve`: look at the show, listen to it, subscribe to it from a phone."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from publisher.cli.common import Common, Folder, Offline

PORT = 8000


def serve(
    common: Common,
    *,
    show: Folder = Path(),
    port: Annotated[int, typer.Option("--port", help="Where to listen; 0 takes any free port.")] = PORT,
    lan: Annotated[bool, typer.Option("--lan", help="Let phones on the same network in.")] = False,
    drafts: Annotated[bool, typer.Option("--drafts", help="Take drafts in.")] = False,
    offline: Offline = False,
) -> None:
    """Build the show, serve output/ on this computer, and build again when something changes.

    Browsers load the page again by themselves. With --lan, a phone on the same network can subscribe: scan the code.
    Ctrl-C stops it.

    Examples: publish serve      publish serve --lan
    """
    from publisher import batch, serving
    from publisher.cli.output import print_json, show_report
    from publisher.errors import PublisherError
    from publisher.workspace import OUTPUT, open_show

    listening = serving.listen(port, lan=lan)
    with common.run(offline=offline, drafts=drafts) as settings:
        space = open_show(show, settings)
        report = batch.build(space)
    if not common.json:
        show_report(report, as_json=False)
    front = listening.url if space.show.site else f"{listening.url}feed.xml"
    if common.json:
        print_json({"url": listening.url, "feed": f"{listening.url}feed.xml"})
    else:
        _say(front, f"{listening.url}feed.xml", lan=lan)

    def again() -> None:
        try:
            with common.run(offline=offline, drafts=drafts) as settings:
                show_report(batch.build(open_show(show, settings)), as_json=common.json)
        except PublisherError as error:
            typer.echo(f"publish: {error}", err=True)

    root = show.resolve()
    serving.serve(root / OUTPUT, space.show.base_url, listening, root=root, build=again)
    if not common.json:
        typer.echo("\nStopped.")


def _say(front: str, feed: str, *, lan: bool) -> None:
    typer.echo(f"\nOpen       {front}")
    typer.echo(f"Subscribe  {feed}")
    if lan:
        import segno

        typer.echo("\nScan this with your phone:\n")
        segno.make(front, error="l").terminal(compact=True, border=2)
    typer.echo("\nPress Ctrl-C to stop.")
