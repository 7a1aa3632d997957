"""What every command shares: its options, its output, its errors and exit codes."""

from __future__ import annotations

import functools
import inspect
import json
import re
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, get_type_hints

import typer

from publisher import interrupts
from publisher.errors import FaultyFileError, PublisherError, UsageError, disk_sentence

if TYPE_CHECKING:
    from publisher.fetch import Network
    from publisher.workspace import Settings

EXIT_FAILED = 1
EXIT_CANCELLED = 130

_BROWSERS = ("brave", "chrome", "chromium", "edge", "firefox", "opera", "safari", "vivaldi", "whale")

Folder = Annotated[Path, typer.Option("-C", "--show", help="The show's folder.", metavar="DIR")]
Names = Annotated[
    list[str] | None, typer.Argument(help="Episodes by slug; none means all.", metavar="[EPISODE]...")
]
Refine = Annotated[
    bool | None,
    typer.Option(
        "--refine/--no-refine",
        help="Sharpen times from captions or recognised speech by the sound; done where espeak-ng is installed.",
    ),
]
Offline = Annotated[bool, typer.Option("--offline", help="Use what is cached and ask nobody.")]


@dataclass(frozen=True, slots=True)
class Common:
    """The options that every command takes.

    Attributes:
        verbose: Say more.
        debug: Let errors through with their traceback.
        json: Print JSON for machines.
        proxy: URL of a proxy; empty means what the environment says.
        ca_file: Certificates to trust besides the usual ones.
        cookies: Cookies of a signed-in person, in Netscape's format.
        browser: A browser whose cookies are taken.
        limit_rate: Bytes a second as written, such as `500K`; empty is no limit.
    """

    verbose: bool
    debug: bool
    json: bool
    proxy: str
    ca_file: Path | None
    cookies: Path | None = None
    browser: str = ""
    limit_rate: str = ""

    def network(self, *, offline: bool = False) -> Network:
        """How the network may be used."""
        from publisher.fetch import Network

        for option, path in (("--ca-file", self.ca_file), ("--cookies", self.cookies)):
            if path is not None and not path.is_file():
                raise UsageError(f"There is no file {str(path)!r} for {option}.")
        if self.browser and self.browser not in _BROWSERS:
            known = ", ".join(_BROWSERS)
            raise UsageError(f"We cannot read the cookies of {self.browser!r}.", remedy=f"Choose {known}.")
        return Network(
            proxy=self.proxy,
            ca_file=self.ca_file,
            offline=offline,
            cookies=self.cookies,
            cookies_from_browser=self.browser,
            limit_rate=_bytes_a_second(self.limit_rate),
        )

    @contextmanager
    def run(self, *, offline: bool = False, quiet: bool = False, **settings: Any) -> Iterator[Settings]:
        """The settings of a run; while the block lasts, its progress is shown.

        Args:
            offline: Ask nobody.
            quiet: Show no progress.
            settings: Fields of `Settings`.
        """
        from publisher.cli.output import progress
        from publisher.fetch import quiet_retries
        from publisher.workspace import Settings

        network = self.network(offline=offline)
        quiet_retries()
        with progress(quiet=self.json or quiet, verbose=self.verbose) as tell:
            yield Settings(network=network, progress=tell, debug=self.debug, **settings)


def _bytes_a_second(written: str) -> int:
    found = re.fullmatch(r"(\d{1,9})([KM]?)", written.upper())
    if written and (not found or not int(found[1])):
        raise UsageError(f"{written!r} is no rate.", remedy="Write it as --limit-rate 500K or 2M.")
    return int(found[1]) * {"": 1, "K": 1_000, "M": 1_000_000}[found[2]] if found else 0


def _options(
    *,
    verbose: Annotated[bool, typer.Option("-v", "--verbose", help="Say more.")] = False,
    debug: Annotated[bool, typer.Option("--debug", help="Show tracebacks.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON for machines.")] = False,
    proxy: Annotated[str, typer.Option("--proxy", help="Use this proxy.", metavar="URL")] = "",
    ca_file: Annotated[
        Path | None, typer.Option("--ca-file", help="Trust these certificates too.", metavar="FILE")
    ] = None,
    cookies: Annotated[
        Path | None, typer.Option("--cookies", help="Sign in to YouTube with cookies.txt.", metavar="FILE")
    ] = None,
    browser: Annotated[
        str, typer.Option("--cookies-from-browser", help="Sign in as in this browser.", metavar="NAME")
    ] = "",
    limit_rate: Annotated[
        str, typer.Option("--limit-rate", help="Bytes a second, such as 500K or 2M.", metavar="RATE")
    ] = "",
) -> Common:
    return Common(verbose, debug, as_json, proxy, ca_file, cookies, browser, limit_rate)


def common_options() -> tuple[str, ...]:
    """The names of the options that every command takes."""
    return tuple(inspect.signature(_options).parameters)


def with_common_options(command: Callable[..., None]) -> Callable[..., None]:
    """Add the common options to a command, and turn what it raises into a sentence and an exit code.

    The command's first parameter is `common: Common`.
    """
    own = [p for p in inspect.signature(command).parameters.values() if p.name != "common"]
    shared = list(inspect.signature(_options).parameters.values())
    hints = {**get_type_hints(command, include_extras=True), **get_type_hints(_options, include_extras=True)}

    @functools.wraps(command)
    def run(**arguments: Any) -> None:
        common = _options(**{name: arguments.pop(name) for name in common_options()})
        interrupts.listen()
        try:
            command(common=common, **arguments)
        except KeyboardInterrupt:
            if common.debug:
                raise
            typer.echo("\nStopped. What is finished stays; the next run goes on from there.", err=True)
            raise typer.Exit(EXIT_CANCELLED) from None
        except BrokenPipeError:
            sys.stderr.close()
            raise typer.Exit(EXIT_FAILED) from None
        except PublisherError as error:
            if common.debug:
                raise
            _show_error(error, as_json=common.json)
            raise typer.Exit(error.exit_code) from None
        except OSError as error:
            if common.debug:
                raise
            _show_error(PublisherError(disk_sentence(error)), as_json=common.json)
            raise typer.Exit(EXIT_FAILED) from None

    kind = inspect.Parameter.KEYWORD_ONLY
    keyword = [p.replace(kind=kind, annotation=hints[p.name]) for p in (*own, *shared)]
    run.__signature__ = inspect.Signature(keyword)  # type: ignore[attr-defined]
    run.__annotations__ = {p.name: hints[p.name] for p in keyword}
    return run


def _show_error(error: PublisherError, *, as_json: bool) -> None:
    if not as_json:
        typer.echo(f"publish: {error}", err=True)
        return
    faults = error.faults if isinstance(error, FaultyFileError) else ()
    data = {
        "what": error.what,
        "where": str(error.place or ""),
        "remedy": error.remedy,
        "faults": [str(fault) for fault in faults],
    }
    typer.echo(json.dumps({"error": data}, ensure_ascii=False))
