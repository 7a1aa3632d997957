"""`artefacts.json`: what of a video has been fetched, what could not be had, and when to try that again."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from enum import StrEnum
from pathlib import Path
from typing import Any

from publisher.files import write_whole
from publisher.untrusted import read_json

FILE = "artefacts.json"
AUDIO = "audio"
METADATA = "metadata"
THUMBNAIL = "thumbnail"

_VERSION = 1
_MOST_TRIES = 5
_FIRST_WAIT = 900
_GROWTH = 4
_MOST = 1 << 53


class State(StrEnum):
    """How an artefact is."""

    DONE = "done"
    PARTIAL = "partial"
    FAILED = "failed"
    ABSENT = "absent"


_UNFINISHED = {State.PARTIAL, State.FAILED}
_RETRIED = (METADATA, THUMBNAIL)


@dataclass(frozen=True, slots=True)
class Entry:
    """One artefact.

    Attributes:
        state: How it is.
        file: Name in the folder; empty when there is none.
        size: Bytes of the file.
        duration: Milliseconds as the site says, for audio; None when it does not.
        code: Why it failed.
        tries: How often it failed, or came in part only.
        after: Seconds since 1970 before which it is not worth trying again.
    """

    state: State
    file: str = ""
    size: int = 0
    duration: int | None = None
    code: str = ""
    tries: int = 0
    after: int = 0

    def __post_init__(self) -> None:
        numbers = (self.size, self.tries, self.after, self.duration or 0)
        if not all(isinstance(number, int) and 0 <= number < _MOST for number in numbers):
            raise ValueError("a number that cannot be")
        if not (isinstance(self.file, str) and isinstance(self.code, str) and "\0" not in self.file):
            raise ValueError("a text that cannot be")


class Records:
    """The artefacts of one video in one folder. Damage means that nothing is known: it is only a cache."""

    def __init__(self, folder: Path, video: str, clock: Callable[[], float] = time.time) -> None:
        self._folder = folder
        self._video = video
        self._clock = clock

    def entry(self, name: str) -> Entry | None:
        """What is known of an artefact."""
        return _entries(self._folder, self._video).get(name)

    def path(self, name: str) -> Path | None:
        """The file of an artefact, if it is there with its size; a file of another size is deleted."""
        entry = self.entry(name)
        if entry is None or not entry.file:
            return None
        path = self._folder / Path(entry.file).name
        try:
            if path.stat().st_size == entry.size:
                return path
            path.unlink()
        except OSError:
            pass
        return None

    def keep(self, name: str, path: Path, *, duration: int | None = None, whole: bool = True) -> None:
        """An artefact is here, whole or in part."""
        size = path.stat().st_size
        if whole:
            self._write(name, Entry(State.DONE, path.name, size, duration))
        else:
            self._write(name, Entry(State.PARTIAL, path.name, size, duration, **self._again(name)))

    def fail(self, name: str, code: str) -> None:
        """An artefact could not be had this time."""
        self._write(name, Entry(State.FAILED, code=code, **self._again(name)))

    def absent(self, name: str) -> None:
        """The site has no such artefact."""
        self._write(name, Entry(State.ABSENT))

    def postpone(self) -> None:
        """Nothing could be had this time: what is due is tried again later."""
        for name in _RETRIED:
            entry = self.entry(name)
            if entry and entry.state in _UNFINISHED:
                self._write(name, replace(entry, **self._again(name)))

    def _again(self, name: str) -> dict[str, Any]:
        entry = self.entry(name)
        tries = (entry.tries if entry else 0) + 1
        return {
            "tries": tries,
            "after": int(self._clock()) + _FIRST_WAIT * _GROWTH ** min(tries - 1, _MOST_TRIES),
        }

    def _write(self, name: str, entry: Entry) -> None:
        entries = _entries(self._folder, self._video) | {name: entry}
        data = {
            "version": _VERSION,
            "video": self._video,
            "artefacts": {key: asdict(value) for key, value in entries.items()},
        }
        write_whole(self._folder / FILE, json.dumps(data, indent=1, sort_keys=True).encode("ascii"))


def due(folder: Path, now: float) -> bool:
    """Whether something that could not be had, or came in part only, is worth another try.

    Captions are not counted: they are told of in `Fetched.missing`, and asked for by every run.
    """
    return any(
        entry.state in _UNFINISHED and entry.tries < _MOST_TRIES and entry.after <= now
        for name, entry in _entries(folder).items()
        if name in _RETRIED
    )


def unfinished(folder: Path) -> dict[str, Entry]:
    """What a folder's video lacks although it exists, by name of the artefact."""
    return {name: entry for name, entry in _entries(folder).items() if entry.state in _UNFINISHED}


def _entries(folder: Path, video: str = "") -> dict[str, Entry]:
    """What a folder's file says, of one video if that is named."""
    try:
        data = read_json(folder / FILE)
        if data["version"] != _VERSION or (video and data["video"] != video):
            return {}
        return {
            name: Entry(**{**entry, "state": State(entry["state"])})
            for name, entry in data["artefacts"].items()
        }
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return {}
