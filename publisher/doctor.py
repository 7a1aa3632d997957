"""What is installed, whether it works, and what to do about it; with a network also whether YouTube answers."""

from __future__ import annotations

import platform
import re
import shutil
import ssl
import subprocess
import sys
import sysconfig
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from enum import StrEnum
from importlib import metadata, util
from pathlib import Path
from tempfile import TemporaryFile
from typing import TYPE_CHECKING

from publisher import __version__, config
from publisher.content import episode_files
from publisher.errors import ConfigError, FetchError

if TYPE_CHECKING:
    from publisher.fetch import Network

STALE = 30
"""Days; YouTube changes more often than that, and an older yt-dlp fails first."""

DENO = (2, 3, 0)
NODE = (22, 0, 0)
"""The oldest runtimes that yt-dlp takes."""

_TIMEOUT = 20
_LEAST_FREE = 2_000_000_000
_TRIED = "https://www.youtube.com/watch?v=jNQXAC9IVRw"
"""The oldest video of all, 19 seconds long."""

_CERTIFICATES = f"Mend it: {sys.executable} -m pip install --force-reinstall certifi"


class Grade(StrEnum):
    """How good a finding is."""

    GOOD = "ok"
    WARNING = "warning"
    MISSING = "missing"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at.

    Attributes:
        name: What.
        grade: How it is.
        found: What was found.
        remedy: What to do; empty when all is well.
    """

    name: str
    grade: Grade
    found: str
    remedy: str = ""


def examine(
    folder: Path, *, today: date | None = None, network: Network | None = None
) -> tuple[Finding, ...]:
    """Look at this installation, and at the show in a folder if there is one.

    Args:
        folder: Where a `podcast.toml` may be.
        today: For the age of yt-dlp; the present day when None.
        network: How YouTube may be asked for one video's metadata; None, or offline, asks nobody.
    """
    return tuple(_examine(folder, today or datetime.now(UTC).date(), network))


def _examine(folder: Path, today: date, network: Network | None) -> Iterator[Finding]:
    yield Finding("publish", Grade.GOOD, f"{__version__}, Python {platform.python_version()}, {sys.platform}")
    yield _youtube(today)
    yield _solver()
    yield _javascript()
    yield _audio()
    yield _voice()
    yield _certificates(network)
    yield _disk(folder)
    yield _writing(folder)
    if network and not network.offline:
        yield _answering(folder, network)
    if (folder / config.FILE).exists():
        yield _show(folder)


def _youtube(today: date) -> Finding:
    version = metadata.version("yt-dlp")
    day = re.match(r"(\d{4})\.(\d{1,2})\.(\d{1,2})", version)
    age = (today - date(int(day[1]), int(day[2]), int(day[3]))).days if day else 0
    update = f"{sys.executable} -m pip install --upgrade yt-dlp yt-dlp-ejs"
    if age > STALE:
        return Finding("yt-dlp", Grade.WARNING, f"{version}, {age} days old", f"Update it: {update}")
    return Finding("yt-dlp", Grade.GOOD, f"{version}, {age} days old")


def _solver() -> Finding:
    """yt-dlp takes exactly one release of its challenge solver; each names the other."""
    try:
        installed = metadata.version("yt-dlp-ejs")
    except metadata.PackageNotFoundError:
        installed = ""
    needed = next(
        (
            found[1]
            for line in metadata.requires("yt-dlp") or ()
            if (found := re.match(r"yt-dlp-ejs==([\w.]+)", line))
        ),
        installed,
    )
    if installed and installed == needed:
        return Finding("yt-dlp-ejs", Grade.GOOD, installed)
    return Finding(
        "yt-dlp-ejs",
        Grade.MISSING,
        f"{installed or 'not installed'}, yt-dlp needs {needed}",
        f"Install it: {sys.executable} -m pip install yt-dlp-ejs=={needed}",
    )


def _javascript() -> Finding:
    """yt-dlp looks for deno beside the interpreter and on PATH; node must be allowed by name."""
    scripts = sysconfig.get_path("scripts")
    deno = shutil.which("deno", path=scripts) or shutil.which("deno")
    if deno and (version := _version(deno)) >= DENO:
        return Finding("JavaScript runtime", Grade.GOOD, f"deno {_dotted(version)}")
    node = shutil.which("node")
    if node and (version := _version(node)) >= NODE:
        return Finding("JavaScript runtime", Grade.GOOD, f"node {_dotted(version)}")
    return Finding(
        "JavaScript runtime",
        Grade.MISSING,
        "none that yt-dlp takes (deno 2.3 or node 22)",
        f"YouTube needs it. Install it: {sys.executable} -m pip install deno",
    )


def _version(program: str) -> tuple[int, ...]:
    try:
        said = subprocess.run(  # noqa: S603 - a program that we found ourselves
            [program, "--version"], capture_output=True, text=True, timeout=_TIMEOUT, check=True
        ).stdout
    except (OSError, subprocess.SubprocessError):
        return ()
    found = re.search(r"(\d+)\.(\d+)\.(\d+)", said)
    return tuple(int(part) for part in found.groups()) if found else ()


def _dotted(version: tuple[int, ...]) -> str:
    return ".".join(str(part) for part in version)


def _audio() -> Finding:
    version = metadata.version("av")
    from publisher.media import can_encode

    if can_encode():
        return Finding("audio", Grade.GOOD, f"PyAV {version}, with AAC")
    return Finding("audio", Grade.MISSING, f"PyAV {version}, without AAC", "Install av from PyPI's wheel.")


def _voice() -> Finding:
    if util.find_spec("espeakng_loader"):
        return Finding(
            "synthetic voice", Grade.GOOD, f"espeak-ng, loader {metadata.version('espeakng-loader')}"
        )
    return Finding(
        "synthetic voice",
        Grade.WARNING,
        "not installed",
        "Only 'audio: synthetic' and the demo need it: pip install 'publisher[acoustic]'",
    )


def _certificates(network: Network | None) -> Finding:
    import certifi

    context = ssl.create_default_context()
    system = context.cert_store_stats()["x509_ca"]
    found = f"{system} of the system"
    try:
        context.load_verify_locations(certifi.where())
        found += f", certifi {metadata.version('certifi')}"
        if network and network.ca_file:
            context.load_verify_locations(network.ca_file)
            found += f", {network.ca_file}"
    except OSError as error:
        return Finding("certificates", Grade.MISSING, f"cannot be read: {error}", _CERTIFICATES)
    return Finding("certificates", Grade.GOOD, found)


def _disk(folder: Path) -> Finding:
    there = next(path for path in (folder.absolute(), *folder.absolute().parents) if path.exists())
    free = shutil.disk_usage(there).free
    found = f"{free / 1_000_000_000:.1f} GB free"
    if free < _LEAST_FREE:
        return Finding("disk", Grade.WARNING, found, "An episode takes up to 0.3 GB. Make room.")
    return Finding("disk", Grade.GOOD, found)


def _writing(folder: Path) -> Finding:
    name = str(folder.absolute())
    try:
        with TemporaryFile(dir=folder):
            return Finding("write access", Grade.GOOD, name)
    except OSError as error:
        remedy = "Make the folder yours, or choose another with --show DIR."
        return Finding("write access", Grade.MISSING, f"{name}: {error.strerror}", remedy)


def _answering(folder: Path, network: Network) -> Finding:
    """Everything at once: the network, the proxy, certificates, yt-dlp and its runtime."""
    from publisher.fetch import try_youtube

    sites = folder / ".publisher" / "sites"
    try:
        try_youtube(network, reference=_TRIED, shared=sites if sites.is_dir() else None)
    except FetchError as error:
        grade = Grade.WARNING if error.again else Grade.MISSING
        return Finding("YouTube", grade, f"{error.code}: {error.what}", error.remedy)
    return Finding("YouTube", Grade.GOOD, "answers, and yt-dlp understands it")


def _show(folder: Path) -> Finding:
    try:
        show = config.read_show(folder)
    except ConfigError as error:
        return Finding("show", Grade.MISSING, str(error))
    count = len(episode_files(folder / "content"))
    if show.cover is None or not (folder / show.cover).is_file():
        return Finding(
            "show", Grade.WARNING, f"{show.title}, {count} episodes, no cover", "Set cover = in podcast.toml."
        )
    return Finding("show", Grade.GOOD, f"{show.title}, {count} episodes")
