"""Files on this computer: used in place, never copied."""

from __future__ import annotations

from pathlib import Path

from publisher.errors import FetchError, shown
from publisher.fetch.base import Job
from publisher.model import Fetched

_LONGEST_SHOWN = 300


class LocalFetcher:
    """Audio by a path: absolute, or relative to the episode's file or to the show."""

    name = "local"

    def matches(self, reference: str) -> bool:
        """Whether this is a path and no address."""
        return "://" not in reference

    def fetch(self, job: Job) -> Fetched:
        """Find the file.

        Raises:
            FetchError: Code `missing_file`; there is none, or it is a folder.
        """
        return Fetched(audio=locate(job))


def locate(job: Job) -> Path:
    """The file that a job's reference names: beside the episode's file first, then in the show.

    Raises:
        FetchError: Code `missing_file`; says where we looked.
    """
    folders = [job.episode.path.parent, *([job.root] if job.root else [])]
    candidates = list(dict.fromkeys(folder / Path(job.reference) for folder in folders))
    for candidate in candidates:
        if _is_file(candidate):
            return candidate
    looked = " or ".join(shown(str(candidate), _LONGEST_SHOWN) for candidate in candidates)
    raise FetchError(
        f"There is no file {looked}.",
        code="missing_file",
        place=job.place,
        remedy="Paths are relative to the episode's file, then to the show's folder. Put the file there, "
        "or correct the path.",
    )


def _is_file(path: Path) -> bool:
    try:
        return path.is_file()
    except (OSError, ValueError):
        return False
