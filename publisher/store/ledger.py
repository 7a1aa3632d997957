"""The ledger: for each episode what it was made from and what was made, so that nothing is made twice.

It is a cache. A damaged or deleted ledger only means that the next run looks at everything again.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

from publisher.files import sha256_of, write_whole
from publisher.untrusted import read_json, stays_inside

VERSION = 1
_HASHED_UP_TO = 4_000_000
"""Bytes; a larger file is known by its size and time of change."""


@dataclass(frozen=True, slots=True)
class Record:
    """What the last good run did for an episode.

    Attributes:
        slug: The episode's.
        key: Fingerprint of everything that went in.
        outputs: Path under `output/` → mark of the file's content.
        entry: What the feed says of it, as JSON.
        outcome: What the report says of it, as JSON.
    """

    slug: str
    key: str
    outputs: Mapping[str, str]
    entry: str
    outcome: str


class Ledger:
    """The records of a show, in `.publisher/ledger/`, one file an episode."""

    def __init__(self, cache: Path, output: Path) -> None:
        self._folder = cache / "ledger"
        self._output = output

    def read(self, slug: str) -> Record | None:
        """The record of an episode; None when there is none or it is damaged."""
        return _read(self._path(slug))

    def all(self) -> tuple[Record, ...]:
        """Every record that can be read."""
        records = (_read(path) for path in sorted(self._folder.glob("*.json")))
        return tuple(record for record in records if record)

    def write(self, slug: str, record: Record) -> None:
        """Keep a record."""
        data = {"version": VERSION, **asdict(record)}
        write_whole(self._path(slug), json.dumps(data, ensure_ascii=False, indent=1).encode("utf-8"))

    def remove(self, slug: str) -> None:
        """Forget an episode."""
        self._path(slug).unlink(missing_ok=True)

    def is_intact(self, record: Record) -> bool:
        """Whether every output of a record is still there as it was written."""
        try:
            return all(self._mark(path) == mark for path, mark in record.outputs.items())
        except OSError:
            return False

    def marks(self, paths: Iterable[str]) -> dict[str, str]:
        """The marks of files under `output/`, for a new record."""
        return {path: self._mark(path) for path in paths}

    def _mark(self, path: str) -> str:
        file = self._output / path
        status = file.stat()
        if status.st_size > _HASHED_UP_TO:
            return f"{status.st_size} {status.st_mtime_ns}"
        return sha256_of(file)

    def _path(self, slug: str) -> Path:
        return self._folder / f"{hashlib.sha256(slug.encode('utf-8', 'surrogatepass')).hexdigest()[:24]}.json"


def _read(path: Path) -> Record | None:
    try:
        data = read_json(path)
        record = Record(**data) if data.pop("version") == VERSION else None
        return record if record and _is_sound(record) else None
    except (OSError, ValueError, TypeError, KeyError, AttributeError):
        return None


def _is_sound(record: Record) -> bool:
    """Whether a record can be ours: what it says was written lies under `output/`, where it may be deleted."""
    texts = (record.slug, record.key, record.entry, record.outcome)
    return all(isinstance(text, str) for text in (*texts, *record.outputs.values())) and all(
        stays_inside(path) for path in record.outputs
    )


def fingerprint(*parts: str | bytes | Path) -> str:
    """One hash of texts, bytes and files.

    A path stands for the file's content, or for its size and time of change when it is large; a missing file
    has a hash of its own.
    """
    digest = hashlib.sha256()
    for part in parts:
        data = _content(part) if isinstance(part, Path) else part
        encoded = data.encode("utf-8", "surrogatepass") if isinstance(data, str) else data
        digest.update(len(encoded).to_bytes(8, "big"))
        digest.update(encoded)
    return digest.hexdigest()


def _content(path: Path) -> bytes:
    try:
        status = path.stat()
        if status.st_size > _HASHED_UP_TO:
            return f"{path} {status.st_size} {status.st_mtime_ns}".encode()
        return path.read_bytes()
    except OSError:
        return b"missing"
