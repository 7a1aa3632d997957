"""What `publish --version` says: this program, where it came from, and what it stands on."""

from __future__ import annotations

import json
import platform
import sys
from importlib import metadata

from publisher import __version__
from publisher.media.library import ffmpeg_version


def build() -> tuple[str, ...]:
    """One line for the program and each part that makes a difference to what comes out."""
    commit = _commit()
    return (
        f"publish {__version__}" + (f" (commit {commit})" if commit else ""),
        f"Python {platform.python_version()} on {sys.platform} {platform.machine()}",
        f"PyAV {metadata.version('av')} with FFmpeg {ffmpeg_version()}",
        f"yt-dlp {metadata.version('yt-dlp')} with yt-dlp-ejs {metadata.version('yt-dlp-ejs')}",
    )


def _commit() -> str:
    """The commit that was installed, where pip took it from git (PEP 610); else empty."""
    try:
        origin = json.loads(metadata.distribution("publisher").read_text("direct_url.json") or "{}")
        return str(origin.get("vcs_info", {}).get("commit_id", ""))[:12]
    except (metadata.PackageNotFoundError, ValueError):
        return ""
