"""Tidying: what no episode owns any more, and what killed runs left."""

from __future__ import annotations

import os
from collections.abc import Collection, Iterator
from contextlib import suppress
from itertools import chain
from pathlib import Path

from publisher import enclosures
from publisher.files import is_temporary
from publisher.workspace import Workspace

OWN_FOLDERS = ("episodes", "media")
"""Folders of `output/` in which everything is ours; beside them a person may put files."""


def sweep(space: Workspace, known: Collection[str]) -> set[str]:
    """Remove the files that belong to no episode, and the folders that are empty then.

    Args:
        space: The show.
        known: Paths under `output/` that stay.

    Returns:
        Paths under `output/` of what was removed.
    """
    removed: set[str] = set()
    above = len(str(space.output)) + 1
    for name in OWN_FOLDERS:
        for folder, _, files in os.walk(space.output / name, topdown=False):
            inside = folder[above:].replace(os.sep, "/")
            foreign = {path for file in files if (path := f"{inside}/{file}") not in known}
            for path in foreign:
                (space.output / path).unlink()
            removed |= foreign
            if len(foreign) == len(files):
                with suppress(OSError):  # it has folders
                    Path(folder).rmdir()
    return removed


def of_the_show(space: Workspace) -> list[str]:
    """Paths under `output/` of what belongs to no episode: feed, report, site, and what a person put there."""
    found = _files(space.output, but=OWN_FOLDERS)
    return sorted(path.relative_to(space.output).as_posix() for path in found)


def remove_temporaries(space: Workspace) -> None:
    """Remove the half-written files of a run that was killed."""
    folders = (space.root / "content", space.output, space.cache)
    for file in chain(_files(space.root, deep=False), *map(_files, folders)):
        _remove_if_temporary(file)


def _files(folder: Path, *, deep: bool = True, but: Collection[str] = ()) -> Iterator[Path]:
    for here, folders, files in os.walk(folder):
        if but and here == str(folder):
            folders[:] = [name for name in folders if name not in but]
        yield from (Path(here, file) for file in files)
        if not deep:
            folders.clear()


def _remove_if_temporary(file: Path) -> None:
    if is_temporary(file.name):
        file.unlink(missing_ok=True)


def forget(space: Workspace, slug: str) -> None:
    """Remove what the cache holds of an episode whose file is gone; what was downloaded stays."""
    enclosures.forget(space, slug)
    with suppress(OSError):  # there is none, or something was downloaded
        (space.cache / "fetch" / slug).rmdir()
