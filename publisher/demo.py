"""`publish demo`: the example show, built in a folder of its own, with no network."""

from __future__ import annotations

import shutil
from importlib import resources
from pathlib import Path

from publisher import batch
from publisher.config import FILE
from publisher.errors import Place, UsageError
from publisher.report import Report
from publisher.workspace import Settings, open_show

PARTS = (FILE, "content", "assets")


def run(folder: Path, settings: Settings) -> Report:
    """Copy the example show into a folder and build it.

    Raises:
        UsageError: The folder holds something else.
        MissingExtraError: The synthetic voice is not installed.
    """
    if folder.exists() and any(folder.iterdir()) and not (folder / FILE).exists():
        raise UsageError(
            "The folder is not empty.", place=Place(str(folder)), remedy="Name another one: publish demo DIR"
        )
    if not (folder / FILE).exists():
        _copy_example(folder)
    return batch.build(open_show(folder, settings))


def _copy_example(folder: Path) -> None:
    with resources.as_file(resources.files("publisher") / "example") as packaged:
        source = packaged if packaged.is_dir() else Path(__file__).parent.parent
        folder.mkdir(parents=True, exist_ok=True)
        for part in PARTS:
            origin = source / part
            if origin.is_dir():
                shutil.copytree(
                    origin, folder / part, ignore=shutil.ignore_patterns("*.timeline.json", "*.words.json")
                )
            else:
                shutil.copyfile(origin, folder / part)
