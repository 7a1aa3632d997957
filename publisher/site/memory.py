"""What the pages of the show need of each episode, kept in the cache so that an episode is read when it changed.

Besides its record that is slow to find out: its terms for the search, and which names are said in which sentence.
`site.sqlite3` is a cache; one that is damaged is made anew.
"""

from __future__ import annotations

import errno
import json
import sqlite3
from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import asdict, dataclass
from datetime import datetime
from functools import partial
from hashlib import sha256
from pathlib import Path
from typing import Any

from publisher.products import mark_of
from publisher.site.mentions import Key, Names, Spellings, spellings_of, whole
from publisher.site.record import LISTS, PAGE, SENTENCES, Record, Said, read_record, read_said
from publisher.site.searchindex import folded, terms
from publisher.text import fold

FILE = "site.sqlite3"
_VERSION = 1
_TABLES = """
CREATE TABLE episodes (
    slug TEXT PRIMARY KEY, mark TEXT, record TEXT, version TEXT, terms TEXT, index_version TEXT, folded TEXT,
    mentions TEXT
);
CREATE TABLE facts (name TEXT PRIMARY KEY, value TEXT);
"""
_NAMES, _INDEX = "names", "index"
_NOT_SEARCHED = "null"
"""In the place of the names that are said in an episode: nobody looked for them yet."""

Mentioned = Mapping[Key, tuple[Said, ...]]
"""Kind and slug of a name → the sentences of an episode that say it."""


@dataclass(frozen=True, slots=True)
class Known:
    """An episode as the pages of the show know it.

    Attributes:
        record: For lists.
        version: Changes when the record does.
        index_version: Changes when its terms do.
        mentioned: Who and what is said in it, and where.
    """

    record: Record
    version: str
    index_version: str
    mentioned: Mentioned


class Memory:
    """The cache of all episodes of a show."""

    def __init__(self, cache: Path) -> None:
        self._file = cache / FILE
        cache.mkdir(parents=True, exist_ok=True)
        try:
            self._open = _connect(self._file)
        except sqlite3.DatabaseError:
            self._file.unlink(missing_ok=True)
            self._open = _connect(self._file)

    def close(self) -> None:
        """Keep what was found out."""
        with closing(self._open):
            self._open.commit()

    def count_of(self, index: str) -> int:
        """Of how many parts the index of the search is, by its key; 0 when that is not known."""
        known, _, count = self._fact(_INDEX).partition(" ")
        return int(count) if known == index else 0

    def keep_count(self, index: str, count: int) -> int:
        """Remember the same; gives the number back."""
        self._keep(_INDEX, f"{index} {count}")
        return count

    def _fact(self, name: str) -> str:
        row = self._open.execute("SELECT value FROM facts WHERE name = ?", (name,)).fetchone()
        return str(row[0]) if row else ""

    def _keep(self, name: str, value: str) -> None:
        self._open.execute("INSERT OR REPLACE INTO facts VALUES (?, ?)", (name, value))

    def learn(self, folders: Iterable[Path]) -> None:
        """Read the episodes whose files changed; names are looked for in them when all episodes are `known`.

        Args:
            folders: Of some that are published.
        """
        had = dict(self._open.execute("SELECT slug, mark FROM episodes"))
        for folder in folders:
            mark = _marks(folder)
            if had.get(folder.name) != mark:
                self._read(folder, mark)

    def known(self, folders: Iterable[Path]) -> list[Known]:
        """Every episode, the oldest first; those whose files changed are read anew.

        Args:
            folders: Of all that are published.
        """
        places = {folder.name: folder for folder in folders}
        had = {slug for (slug,) in self._open.execute("SELECT slug FROM episodes")}
        for slug in had - places.keys():
            self._open.execute("DELETE FROM episodes WHERE slug = ?", (slug,))
        self.learn(places.values())
        rows = self._open.execute("SELECT slug, record, version, index_version FROM episodes").fetchall()
        records = {slug: _record(record) for slug, record, _, _ in rows}
        self._find_names(places, spellings_of(records.values()))
        mentions = dict(self._open.execute("SELECT slug, mentions FROM episodes"))
        found = [
            Known(records[slug], str(version), str(index_version), _mentioned(mentions[slug]))
            for slug, _, version, index_version in rows
        ]
        return sorted(found, key=lambda each: (each.record.published, each.record.slug))

    def terms(self, slugs: Iterable[str]) -> Iterator[set[str]]:
        """The terms of episodes, one after the other."""
        for slug in slugs:
            (found,) = self._open.execute("SELECT terms FROM episodes WHERE slug = ?", (slug,)).fetchone()
            yield set(found.split(" ")) if found else set()

    def _read(self, folder: Path, mark: str) -> None:
        record, text = read_record(folder), whole(read_said(folder))
        found = " ".join(sorted(terms(folded(text))))
        kept = json.dumps(asdict(record), ensure_ascii=False, default=datetime.isoformat)
        row = (folder.name, mark, kept, _hash(kept), found, _hash(found), fold(text).text, _NOT_SEARCHED)
        self._open.execute("INSERT OR REPLACE INTO episodes VALUES (?, ?, ?, ?, ?, ?, ?, ?)", row)

    def _find_names(self, places: Mapping[str, Path], names: Spellings) -> None:
        """Search the names of the show in what is new, and where other names change something."""
        finder = Names(names)
        for slug in self._to_search(*self._other_names(names)):
            (text,) = self._open.execute("SELECT folded FROM episodes WHERE slug = ?", (slug,)).fetchone()
            said_in = finder.said_in(str(text), partial(read_said, places[slug]))
            found = [
                [*key, [(one.start, one.sure, one.speaker, one.text) for one in said]]
                for key, said in said_in.items()
            ]
            row = (json.dumps(found, ensure_ascii=False), slug)
            self._open.execute("UPDATE episodes SET mentions = ? WHERE slug = ?", row)
        text = json.dumps([[*key, sorted(own)] for key, own in names.items()], ensure_ascii=False)
        self._keep(_NAMES, text)

    def _to_search(self, changed: Collection[str], gone: Collection[Key]) -> list[str]:
        """Episodes that were never searched, and those of which other names change something."""
        new = self._open.execute("SELECT slug FROM episodes WHERE mentions = ?", (_NOT_SEARCHED,))
        found = {slug for (slug,) in new}
        rows = self._open.execute("SELECT slug, folded, mentions FROM episodes") if changed or gone else ()
        found.update(
            slug
            for slug, text, mentions in rows
            if any(name in str(text) for name in changed)
            or (gone and not _mentioned(mentions).keys().isdisjoint(gone))
        )
        return sorted(found)

    def _other_names(self, names: Spellings) -> tuple[set[str], set[Key]]:
        """The folded names that are new, and what has lost a name, since the last time."""
        with _decoding():
            kept = json.loads(self._fact(_NAMES) or "[]")
            before = {(str(kind), str(slug), str(name)) for kind, slug, own in kept for name in own}
        now = {(*key, name) for key, own in names.items() for name in own}
        return {fold(name).text for _, _, name in now - before}, {
            (kind, slug) for kind, slug, _ in before - now
        }


class DamagedError(OSError):
    """The memory was damaged, and is deleted."""


@contextmanager
def remembering(cache: Path) -> Iterator[Memory]:
    """The memory of a show's cache.

    Raises:
        DamagedError: It was damaged; the next one is new.
        OSError: The disk has a fault.
    """
    file = cache / FILE
    try:
        memory = Memory(cache)
        try:
            yield memory
        finally:
            memory.close()
    except sqlite3.OperationalError as error:
        raise OSError(errno.EIO, str(error), str(file)) from error
    except sqlite3.DatabaseError as error:
        file.unlink(missing_ok=True)
        raise DamagedError(errno.EIO, str(error), str(file)) from error


def _connect(file: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(file, timeout=30)
    (version,) = connection.execute("PRAGMA user_version").fetchone()
    if version != _VERSION:
        for table in ("episodes", "facts"):
            connection.execute(f"DROP TABLE IF EXISTS {table}")
        connection.executescript(_TABLES)
        connection.execute(f"PRAGMA user_version = {_VERSION}")
        connection.commit()
    connection.execute("SELECT slug FROM episodes LIMIT 1")
    return connection


def _marks(folder: Path) -> str:
    return f"{mark_of(folder / PAGE)} {mark_of(folder / SENTENCES)}"


def _hash(text: str) -> str:
    return sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


@contextmanager
def _decoding() -> Iterator[None]:
    """Make a fault of the database's of a value that is none of ours."""
    try:
        yield
    except (ValueError, TypeError, KeyError, AttributeError, OverflowError, RecursionError) as error:
        raise sqlite3.DatabaseError(f"a value is not as it was written ({error})") from error


def _record(text: str) -> Record:
    with _decoding():
        data: dict[str, Any] = json.loads(text)
        return Record(
            str(data["slug"]),
            str(data["title"]),
            _moment(data["published"]),
            int(data["duration"]),
            str(data["summary"]),
            **{name: tuple(map(str, data[name])) for name in LISTS},
        )


def _moment(text: str) -> datetime:
    found = datetime.fromisoformat(text)
    if found.tzinfo is None:
        raise ValueError("a moment without a time zone")
    return found


def _mentioned(text: str) -> dict[Key, tuple[Said, ...]]:
    with _decoding():
        return {
            (str(kind), str(slug)): tuple(_said(*one) for one in said)
            for kind, slug, said in json.loads(text) or ()
        }


def _said(start: int | None, sure: object, speaker: object, text: object) -> Said:
    return Said(None if start is None else int(start), bool(sure), str(speaker), str(text))
