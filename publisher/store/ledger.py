"""The ledger: for each episode what it was made from and what was made, so that nothing is made twice.

It is a cache. A damaged or deleted ledger only means that the next run looks at everything again.
"""

from __future__ import annotations

import errno
import hashlib
import json
import os
import sqlite3
import time
from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from publisher.store.marks import mark, mark_of_written, renewed
from publisher.untrusted import stays_inside

FILE = "ledger.sqlite3"
_VERSION = 1
_COMMIT_EVERY = 1.0
"""Seconds: what a killed run has done since then is done again."""

_TABLE = (
    "CREATE TABLE IF NOT EXISTS records "
    "(slug TEXT PRIMARY KEY, key TEXT, inputs TEXT, outputs TEXT, outcome TEXT, version TEXT, entry TEXT)"
)


@dataclass(frozen=True, slots=True)
class Record:
    """What the last good run did for an episode.

    Attributes:
        slug: The episode's.
        key: Fingerprint of the settings that went in; empty when the episode is to be made again anyway.
        inputs: Each file that went in, relative to the show or absolute, and its mark.
        outputs: Path under `output/` → mark of the file.
        outcome: What the report says of it, as JSON.
        version: Hash of what the feed says of it.
    """

    slug: str
    key: str
    inputs: Mapping[str, str]
    outputs: Mapping[str, str]
    outcome: str
    version: str = ""


class Ledger:
    """The records of a show, in one SQLite file of the cache; opened by the first call that needs it."""

    def __init__(self, cache: Path, output: Path) -> None:
        self._file = cache / FILE
        self._root = cache.parent
        self._output = output
        self._open: sqlite3.Connection | None = None
        self._committed = time.monotonic()

    # -- records --------------------------------------------------------------------------------------

    def read(self, slug: str) -> Record | None:
        """The record of an episode; None when there is none."""
        return next(self._select("WHERE slug = ?", slug), None)

    def all(self) -> dict[str, Record]:
        """Every record, by slug."""
        return {record.slug: record for record in self._select("ORDER BY slug")}

    def entry(self, slug: str) -> str | None:
        """What the feed says of an episode, as JSON."""
        if not self._file.exists():
            return None
        with self._faults():
            row = self._connection().execute("SELECT entry FROM records WHERE slug = ?", (slug,)).fetchone()
        return str(row[0]) if row else None

    def dated(self, slugs: Collection[str]) -> dict[str, tuple[str, datetime]]:
        """GUID and date that the feed says of episodes, by slug."""
        select = "SELECT slug, json_extract(entry, '$.guid'), json_extract(entry, '$.published') FROM records"
        with self._faults():
            rows = self._connection().execute(f"{select} WHERE json_valid(entry)").fetchall()
            found = {slug: (str(guid), _moment(published)) for slug, guid, published in rows}
            if not found.keys() >= set(slugs):
                raise ValueError("of an episode it does not say what the feed says")
            return found

    def write(self, record: Record, entry: str) -> Record:
        """Keep a record and what the feed says of its episode; gives the record with its version."""
        version = hashlib.sha256(entry.encode("utf-8")).hexdigest()
        record = replace(record, version=version)
        row = (
            record.slug,
            record.key,
            _json(record.inputs),
            _json(record.outputs),
            record.outcome,
            version,
            entry,
        )
        with self._faults():
            self._connection().execute("INSERT OR REPLACE INTO records VALUES (?, ?, ?, ?, ?, ?, ?)", row)
        if time.monotonic() - self._committed > _COMMIT_EVERY:
            self.commit()
        return record

    def remark(self, record: Record) -> None:
        """Keep fresh marks of files whose content has not changed."""
        with self._faults():
            self._connection().execute(
                "UPDATE records SET inputs = ?, outputs = ? WHERE slug = ?",
                (_json(record.inputs), _json(record.outputs), record.slug),
            )

    def remove(self, slug: str) -> None:
        """Forget an episode."""
        with self._faults():
            self._connection().execute("DELETE FROM records WHERE slug = ?", (slug,))

    def commit(self) -> None:
        """Put everything on the disk."""
        if self._open:
            with self._faults():
                self._open.commit()
        self._committed = time.monotonic()

    def close(self) -> None:
        """Commit and let go of the file."""
        if self._open:
            self.commit()
            self._open.close()
            self._open = None

    # -- marks ----------------------------------------------------------------------------------------

    def current(self, record: Record, *, verify: bool = False) -> Record | None:
        """The record, with fresh marks, if each file that went in or came out is as it was; else None.

        Args:
            record: To be compared.
            verify: Read every file instead of trusting sizes and times.
        """
        inputs = _renewed(self._root, record.inputs, verify=verify)
        outputs = _renewed(self._output, record.outputs, verify=verify) if inputs is not None else None
        if inputs is None or outputs is None:
            return None
        if inputs is record.inputs and outputs is record.outputs:
            return record
        return replace(record, inputs=inputs, outputs=outputs)

    def is_intact(self, record: Record) -> bool:
        """Whether every output of a record is still there as it was written."""
        return _renewed(self._output, record.outputs) is not None

    def inputs(self, paths: Iterable[Path]) -> dict[str, str]:
        """The marks of files that go in, for a new record."""
        return {str(self._short(path)): mark(path) for path in paths}

    def outputs(self, paths: Iterable[str]) -> dict[str, str]:
        """The marks of files under `output/`, for a new record."""
        return {path: mark(self._output / path, always_hashed=True) for path in paths}

    def written(self, digests: Mapping[str, str]) -> dict[str, str]:
        """The marks of files under `output/` that were just written, with these SHA-256."""
        return {path: mark_of_written(self._output / path, digest) for path, digest in digests.items()}

    def _short(self, path: Path) -> Path:
        return path.relative_to(self._root) if path.is_relative_to(self._root) else path.absolute()

    # -- the file -------------------------------------------------------------------------------------

    def _select(self, where: str, *values: str) -> Iterator[Record]:
        if not self._file.exists():
            return
        select = f"SELECT slug, key, inputs, outputs, outcome, version FROM records {where}"  # noqa: S608 - our own
        with suppress(_DamagedError), self._faults():
            yield from (_record(row) for row in self._connection().execute(select, values).fetchall())

    def _connection(self) -> sqlite3.Connection:
        if self._open is None:
            self._file.parent.mkdir(parents=True, exist_ok=True)
            try:
                self._open = _connect(self._file)
            except sqlite3.OperationalError:
                raise
            except sqlite3.DatabaseError:  # it is only a cache
                _delete(self._file)
                self._open = _connect(self._file)
        return self._open

    @contextmanager
    def _faults(self) -> Iterator[None]:
        """Make a system's fault of SQLite's; a ledger that is found damaged is deleted, for the next run."""
        try:
            yield
        except sqlite3.OperationalError as error:
            raise OSError(errno.EIO, str(error), str(self._file)) from error
        except (sqlite3.DatabaseError, ValueError, RecursionError) as error:
            raise self.damaged(error) from error

    def damaged(self, error: Exception) -> OSError:
        """What to raise when something in the ledger is not as it was written; its file is deleted."""
        self._open = None
        _delete(self._file)
        return _DamagedError(
            errno.EIO, f"it was damaged ({_first_line(error)}) and is deleted; run again", str(self._file)
        )


def _first_line(error: Exception) -> str:
    return str(error).partition("\n")[0]


class _DamagedError(OSError):
    """The file of the ledger was damaged."""


def _record(row: tuple[str, ...]) -> Record:
    slug, key, inputs, outputs, outcome, version = row
    read, written = json.loads(inputs), json.loads(outputs)
    for marks in (read, written):
        if not isinstance(marks, dict) or not all(isinstance(mark, str) for mark in marks.values()):
            raise ValueError("files without marks")
    if not all(stays_inside(path) for path in written):
        raise ValueError("a file outside of output/")
    return Record(slug, key, read, written, outcome, version)


def _connect(file: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(file, timeout=30)
    (version,) = connection.execute("PRAGMA user_version").fetchone()
    if version != _VERSION:
        connection.execute("DROP TABLE IF EXISTS records")
        connection.execute(_TABLE)
        connection.execute(f"PRAGMA user_version = {_VERSION}")
        connection.commit()
    connection.execute("SELECT slug FROM records LIMIT 1")
    return connection


def _delete(file: Path) -> None:
    for suffix in ("", "-journal"):
        file.with_name(file.name + suffix).unlink(missing_ok=True)


def _renewed(folder: Path, marks: Mapping[str, str], *, verify: bool = False) -> Mapping[str, str] | None:
    """The same marks where nothing changed, fresh ones where only times did, None where a file has other content."""
    changed = {}
    base = f"{folder}{os.sep}"
    for path, known in marks.items():
        place = path if os.path.isabs(path) else base + path  # noqa: PTH117 - see `marks`
        found = renewed(place, known, verify=verify)
        if found is None:
            return None
        if found != known:
            changed[path] = found
    return {**marks, **changed} if changed else marks


def _moment(text: object) -> datetime:
    moment = datetime.fromisoformat(str(text))
    if moment.tzinfo is None:
        raise ValueError("a date without a time zone")
    return moment


def _json(marks: Mapping[str, str]) -> str:
    return json.dumps(dict(marks), ensure_ascii=False)


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


_LONGEST_HASHED = 4_000_000


def _content(path: Path) -> bytes:
    try:
        status = path.stat()
        if status.st_size > _LONGEST_HASHED:
            return f"{path} {status.st_size} {status.st_mtime_ns}".encode()
        return path.read_bytes()
    except OSError:
        return b"missing"
