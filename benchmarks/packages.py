"""Recordings of human speech and music that Debian packages, for everybody to measure with.

`gcin-voice`: Mandarin syllables in two voices. `asterisk-core-sounds-LANGUAGE-wav`: prompts, whose texts come with
`asterisk-core-sounds-LANGUAGE`. `asterisk-moh-opsound-wav`: music. They are taken from where they are installed or
downloaded and unpacked into a cache, which needs no administrator.
"""

from __future__ import annotations

import gzip
import os
import shutil
import subprocess
from pathlib import Path

PROMPTS = {"en": "en_US_f_Allison", "es": "es_MX_f_Allison", "fr": "fr_CA_f_June"}
"""The folder of each language's prompts, named after who speaks."""

PACKAGES = (
    "gcin-voice",
    "asterisk-moh-opsound-wav",
    *(f"asterisk-core-sounds-{language}{part}" for language in PROMPTS for part in ("", "-wav")),
)
SAYS_MORE = {("es", "vm-record-prepend")}
"""Prompts that begin with a sentence that their text lacks."""

INSTALLED = Path("/usr/share")


class NoRecordings(Exception):  # noqa: N818 - it is told, not raised further
    """A sentence that says why there are none and what to do."""


def user_cache() -> Path:
    """Where a user's programs keep what they can fetch again."""
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "publisher-benchmarks"


def recordings(cache: Path) -> Path:
    """The folder `share` that holds the files of all packages; what is missing is downloaded.

    Raises:
        NoRecordings: It cannot be had.
    """
    unpacked = cache / "usr" / "share"
    for share in (INSTALLED, unpacked):
        if _complete(share):
            return share
    remedy = f"Unpack them yourself (dpkg -x FILE {cache}), or install them: {' '.join(PACKAGES)}."
    if not (shutil.which("apt-get") and shutil.which("dpkg")):
        raise NoRecordings(f"No recordings from packages: this computer lacks apt-get and dpkg. {remedy}")
    cache.mkdir(parents=True, exist_ok=True)
    _run(["apt-get", "download", *PACKAGES], cache, remedy)
    for package in PACKAGES:
        _run(["dpkg", "-x", str(next(cache.glob(f"{package}_*.deb"))), str(cache)], cache, remedy)
    if not _complete(unpacked):
        raise NoRecordings(
            f"No recordings from packages: what was downloaded is not what was wanted. {remedy}"
        )
    return unpacked


def syllables(share: Path) -> Path:
    """The folder of `gcin-voice`: a folder for each syllable in zhuyin, in it `VOICE.ogg`."""
    return share / "gcin-voice" / "ogg"


def music(share: Path) -> list[Path]:
    """The pieces of music, in the order of their names."""
    return sorted((share / "asterisk" / "moh").glob("*.wav"))


def prompts(share: Path, language: str) -> list[tuple[Path, str]]:
    """Recorded prompts and what they say, in the order of their names.

    Notes in brackets stand where something else is heard than words; such prompts are left out, as are recordings
    without a text and texts without a recording.
    """
    folder = share / "asterisk" / "sounds" / PROMPTS[language]
    found = []
    with gzip.open(_texts(share, language), "rt", encoding="utf-8") as file:
        for line in file:
            name, colon, text = line.partition(":")
            path = folder / f"{name}.wav"
            noted = name.startswith(";") or set(text) & set("[(<") or (language, name) in SAYS_MORE
            if colon and not noted and path.is_file():
                found.append((path, text.strip().strip('“”"')))
    return sorted(found)


def _texts(share: Path, language: str) -> Path:
    name = f"core-sounds-{language}"
    return share / "doc" / f"asterisk-{name}" / f"{name}.txt.gz"


def _complete(share: Path) -> bool:
    return (
        syllables(share).is_dir()
        and bool(music(share))
        and all(
            (share / "asterisk" / "sounds" / folder).is_dir() and _texts(share, language).is_file()
            for language, folder in PROMPTS.items()
        )
    )


def _run(command: list[str], folder: Path, remedy: str) -> None:
    done = subprocess.run(  # noqa: S603 - two programs of Debian, with names that are written here
        command, cwd=folder, check=False, capture_output=True, encoding="utf-8", errors="replace"
    )
    if done.returncode:
        said = (done.stderr.strip().splitlines() or ["no word why"])[-1]
        raise NoRecordings(f"No recordings from packages: {command[0]} failed ({said}). {remedy}")
