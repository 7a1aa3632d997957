"""`fetched.json`: what is in an episode's cache, and for which reference it was fetched."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from publisher.files import write_whole
from publisher.model import CaptionFile, CaptionKind, Fetched
from publisher.text import clean
from publisher.untrusted import read_json, stays_inside

_VERSION = 1


class Manifest:
    """The record of one episode's cache folder. Damage means "not there": it is only a cache."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._path = folder / "fetched.json"

    def read(self, part: str, key: str) -> Fetched | None:
        """What was fetched for a key, if every file is there and has its size.

        A file of another size is deleted, so that nobody takes it for a finished download.

        Args:
            part: `audio` or `captions`.
            key: The reference, and whatever else decides what is fetched.
        """
        entry = self._entries().get(part)
        try:
            return self._restored(entry) if entry and entry["key"] == key else None
        except (KeyError, TypeError, ValueError, OverflowError, AttributeError, OSError):
            return None

    def holds(self, part: str) -> bool:
        """Whether anything was fetched, for whichever key."""
        return part in self._entries()

    def write(self, part: str, key: str, fetched: Fetched) -> None:
        """Record what was fetched for a key. Files outside of the folder are not ours to record."""
        if fetched.audio and not fetched.audio.is_relative_to(self._folder):
            return
        entries = self._entries() | {part: {"key": key, **self._entry(fetched)}}
        text = json.dumps({"version": _VERSION, **entries}, indent=1, sort_keys=True)
        write_whole(self._path, text.encode("ascii"))

    def _entries(self) -> dict[str, Any]:
        try:
            entries = read_json(self._path)
        except (OSError, ValueError):
            return {}
        known = isinstance(entries, dict) and entries.pop("version", None) == _VERSION
        return entries if known else {}

    def _entry(self, fetched: Fetched) -> dict[str, Any]:
        captions = fetched.captions
        return {
            "audio": self._file(fetched.audio),
            "captions": captions
            and {**self._file(captions.path), "kind": captions.kind, "language": captions.language},
            "thumbnail": self._file(fetched.thumbnail),
            "synthetic": fetched.synthetic,
            "duration": fetched.duration,
            "missing": fetched.missing,
            "doubt": fetched.doubt,
        }

    def _file(self, path: Path | None) -> dict[str, Any]:
        return (
            {"file": path.relative_to(self._folder).as_posix(), "size": path.stat().st_size} if path else {}
        )

    def _restored(self, entry: dict[str, Any]) -> Fetched:
        track = entry["captions"]
        return Fetched(
            audio=self._checked(entry["audio"]),
            captions=track
            and CaptionFile(
                _there(self._checked(track)), CaptionKind(track["kind"]), clean(str(track["language"]))
            ),
            thumbnail=self._checked(entry["thumbnail"]),
            synthetic=bool(entry["synthetic"]),
            duration=None if entry["duration"] is None else int(entry["duration"]),
            missing=clean(str(entry["missing"])),
            doubt=clean(str(entry.get("doubt", ""))),
        )

    def _checked(self, file: dict[str, Any]) -> Path | None:
        if not file:
            return None
        if not stays_inside(file["file"]):
            raise ValueError("a file that is not ours")
        path = self._folder / str(file["file"])
        if path.stat().st_size != file["size"]:
            path.unlink()
            raise ValueError("a file of another size")
        return path


def _there(path: Path | None) -> Path:
    if path is None:
        raise ValueError("a track without a file")
    return path
