"""The `publish` command and its subcommands."""

from __future__ import annotations

import typer

from publisher import __version__
from publisher.cli import (
    align,
    build,
    chapters,
    check,
    demo,
    doctor,
    fetch,
    import_,
    init,
    plan,
    serve,
    status,
    video,
)
from publisher.cli.common import with_common_options

app = typer.Typer(
    name="publish",
    help="Turn a folder of human-edited transcripts into a podcast.",
    epilog="Start with: publish demo",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def _version(asked: bool) -> None:
    if asked:
        typer.echo(f"publish {__version__}")
        raise typer.Exit


@app.callback()
def _root(
    version: bool = typer.Option(
        False, "--version", callback=_version, is_eager=True, help="Say the version."
    ),
) -> None:
    pass


for _command in (
    init.init,
    fetch.fetch,
    align.align,
    build.build,
    serve.serve,
    check.check,
    plan.plan,
    chapters.chapters,
    status.status,
    video.video,
    doctor.doctor,
    demo.demo,
):
    app.command()(with_common_options(_command))
app.command("import")(with_common_options(import_.import_))


def main() -> None:
    """Run the command line."""
    app()
