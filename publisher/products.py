"""Files that are made from parts: what is untouched, and made from the same parts, is not made again."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from publisher.files import write_if_changed, write_whole
from publisher.untrusted import read_json, stays_inside


@dataclass(frozen=True, slots=True)
class Product:
    """A file to be.

    Attributes:
        path: Under `output/`.
        parts: What it is made from, as texts.
        content: Makes it.
    """

    path: str
    parts: tuple[str, ...]
    content: Callable[[], bytes]

    @property
    def key(self) -> str:
        """Changes when a part does."""
        return sha256("\0".join(self.parts).encode("utf-8", "surrogatepass")).hexdigest()


def bring_up_to_date(output: Path, memory: Path, products: Iterable[Product]) -> tuple[str, ...]:
    """Write what is new or changed, and remove what is no longer made.

    Args:
        output: The folder that paths are relative to.
        memory: File of the cache that keeps what was made, and from what.
        products: All that is to be there.

    Returns:
        Paths that were written or removed.
    """
    known = remembered(memory)
    made: dict[str, tuple[str, str]] = {}
    changed: list[str] = []
    for product in products:
        path, key = product.path, product.key
        if known.get(path) != (key, mark_of(output / path)) and write_if_changed(
            output / path, product.content()
        ):
            changed.append(path)
        made[path] = (key, mark_of(output / path))
    gone = [path for path in known if path not in made]
    remove(output, gone)
    if made != known:
        write_whole(memory, json.dumps(made, indent=0).encode("utf-8"), lasting=False)
    return (*changed, *gone)


def mark_of(path: Path) -> str:
    """Size and time of change of a file."""
    try:
        status = path.stat()
    except OSError:
        return "missing"
    return f"{status.st_size} {status.st_mtime_ns}"


def remembered(memory: Path) -> dict[str, tuple[str, str]]:
    """Path → key and mark of what was made last; nothing when that is not known."""
    try:
        data = read_json(memory)
        if not all(map(stays_inside, data)):
            return {}
        return {str(path): (str(key), str(mark)) for path, (key, mark) in data.items()}
    except (OSError, ValueError, TypeError, AttributeError):
        return {}


def remove(output: Path, paths: Iterable[str]) -> None:
    """Remove files under `output/`, and the folders that they leave empty."""
    for path in paths:
        file = output / path
        if os.path.isfile(file):  # noqa: PTH113 - false, where a name is such that no file can have it
            file.unlink(missing_ok=True)
        for folder in file.parents:
            if folder == output or not os.path.isdir(folder) or any(folder.iterdir()):  # noqa: PTH112 - likewise
                break
            folder.rmdir()
