from __future__ import annotations

import json
import os
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from publisher.errors import ConfigError
from publisher.files import replacing, sha256_of, write_if_changed, write_whole
from publisher.store import (
    Ledger,
    Lock,
    Record,
    fingerprint,
    mark,
    read_lock,
    remembered,
    renewed,
    write_lock,
)
from tests.builders import episode

GUID = "28783126-4b83-5731-87b0-dc956beb2ce1"


# -- files --------------------------------------------------------------------------------------------


def test_a_block_that_fails_leaves_the_old_file_and_nothing_else(tmp_path: Path) -> None:
    target = tmp_path / "feed.xml"
    write_whole(target, b"old")

    def fail() -> None:
        with replacing(target) as temporary:
            temporary.write_bytes(b"half")
            raise RuntimeError("killed")

    with pytest.raises(RuntimeError, match="killed"):
        fail()
    assert target.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [target]


def test_the_same_content_is_not_written_again(tmp_path: Path) -> None:
    target = tmp_path / "a" / "b.txt"
    assert write_if_changed(target, b"x")
    before = target.stat().st_mtime_ns
    assert not write_if_changed(target, b"x")
    assert target.stat().st_mtime_ns == before
    assert write_if_changed(target, b"y")


def test_a_hash_is_that_of_the_bytes(tmp_path: Path) -> None:
    (tmp_path / "x").write_bytes(b"abc")
    assert sha256_of(tmp_path / "x").startswith("ba7816bf")


# -- the lock -----------------------------------------------------------------------------------------


def test_an_entry_is_minted_once(tmp_path: Path) -> None:
    first = episode(slug="talk", published=datetime(2026, 1, 1, tzinfo=UTC))
    lock = Lock(GUID).with_episode(first)
    changed = replace(first, published=datetime(2027, 1, 1, tzinfo=UTC), guid="other", title="Other")
    assert lock.with_episode(changed) == lock


def test_a_lock_reads_back(tmp_path: Path) -> None:
    lock = Lock(GUID).with_episode(episode(slug="talk")).with_episode(episode(slug="第二期"))
    assert write_lock(tmp_path, lock)
    assert read_lock(tmp_path) == lock
    assert not write_lock(tmp_path, lock)


def test_a_guid_that_a_person_brings_along_is_kept() -> None:
    lock = Lock(GUID).with_episode(episode(slug="talk", guid="https://old.example/1"))
    assert lock.episodes["talk"].guid == "https://old.example/1"


@pytest.mark.parametrize(
    ("slug", "source", "name"),
    [
        ("talk", "", "2026-01-02-talk"),
        ("2026-01-02-talk", "", "2026-01-02-talk"),
        ("talk", "https://www.youtube.com/watch?v=IpK175HsDQI&t=3", "2026-01-02-IpK175HsDQI"),
        ("talk", "https://youtu.be/-pK175HsDQI", "2026-01-02--pK175HsDQI"),
    ],
)
def test_audio_is_named_by_day_and_video_or_slug(slug: str, source: str, name: str) -> None:
    published = datetime(2026, 1, 2, tzinfo=UTC)
    lock = Lock(GUID).with_episode(episode(slug=slug, source=source, published=published))
    assert lock.episodes[slug].enclosure == name


def test_a_name_in_chinese_gives_ascii_audio_names_that_differ() -> None:
    lock = (
        Lock(GUID)
        .with_episode(episode(slug="第一期", source=""))
        .with_episode(episode(slug="第二期", source=""))
    )
    names = {entry.enclosure for entry in lock.episodes.values()}
    assert len(names) == 2
    assert all(name.isascii() for name in names)


def test_two_episodes_of_one_video_do_not_share_a_file() -> None:
    source = "https://youtu.be/IpK175HsDQI"
    lock = (
        Lock(GUID)
        .with_episode(episode(slug="a", source=source))
        .with_episode(episode(slug="b", source=source))
    )
    assert lock.episodes["a"].enclosure != lock.episodes["b"].enclosure


@pytest.mark.parametrize("text", ["{", "[]", '{"version": 1}', '{"version": 1, "guid": "x", "episodes": {}}'])
def test_a_damaged_lock_is_never_made_anew(tmp_path: Path, text: str) -> None:
    (tmp_path / "podcast.lock.json").write_text(text, encoding="utf-8")
    with pytest.raises(ConfigError, match="backup"):
        read_lock(tmp_path)


# -- the ledger ---------------------------------------------------------------------------------------


def test_a_record_reads_back_and_notices_a_changed_output(tmp_path: Path) -> None:
    output = tmp_path / "output"
    write_whole(output / "a.txt", b"x")
    with closing(Ledger(tmp_path / "cache", output)) as ledger:
        record = ledger.write(Record("talk", "key", {}, ledger.outputs(["a.txt"]), "{}"), "entry")
    with closing(Ledger(tmp_path / "cache", output)) as ledger:
        assert ledger.read("talk") == record
        assert ledger.all() == {"talk": record}
        assert ledger.entry("talk") == "entry"
        assert ledger.is_intact(record)
        write_whole(output / "a.txt", b"y")
        assert not ledger.is_intact(record)
        ledger.remove("talk")
        assert ledger.read("talk") is None


@pytest.mark.parametrize("damage", [b"no database", b"SQLite format 3\0" + b"\xff" * 5_000])
def test_a_damaged_ledger_is_an_empty_one(tmp_path: Path, damage: bytes) -> None:
    with closing(Ledger(tmp_path, tmp_path)) as ledger:
        ledger.write(Record("talk", "key", {}, {}, "{}"), "entry")
    (tmp_path / "ledger.sqlite3").write_bytes(damage)
    with closing(Ledger(tmp_path, tmp_path)) as ledger:
        assert ledger.all() == {}
        ledger.write(Record("talk", "key", {}, {}, "{}"), "entry")
        assert set(ledger.all()) == {"talk"}


def test_a_file_whose_times_changed_and_whose_content_did_not_is_as_it_was(tmp_path: Path) -> None:
    file = tmp_path / "a.txt"
    file.write_text("x", encoding="utf-8")
    known = mark(file)
    os.utime(file, (1, 1))
    assert renewed(file, known) is not None
    file.write_text("y", encoding="utf-8")
    os.utime(file, (1, 1))
    assert renewed(file, known) is None


def test_a_change_within_a_tick_of_the_clock_is_noticed(tmp_path: Path) -> None:
    file = tmp_path / "a.txt"
    file.write_text("x", encoding="utf-8")
    known, before = mark(file), file.stat()
    file.write_text("y", encoding="utf-8")
    os.utime(file, ns=(before.st_atime_ns, before.st_mtime_ns))
    assert renewed(file, known) is None


def test_a_missing_file_is_as_it_was_until_it_is_there(tmp_path: Path) -> None:
    known = mark(tmp_path / "a.txt")
    assert renewed(tmp_path / "a.txt", known) == known
    (tmp_path / "a.txt").write_text("", encoding="utf-8")
    assert renewed(tmp_path / "a.txt", known) is None


def test_a_fingerprint_depends_on_every_part_and_its_borders(tmp_path: Path) -> None:
    file = tmp_path / "x"
    missing = fingerprint("a", file)
    file.write_text("1", encoding="utf-8")
    present = fingerprint("a", file)
    file.write_text("2", encoding="utf-8")
    assert len({missing, present, fingerprint("a", file), fingerprint("ab"), fingerprint("a", "b")}) == 5


# -- remembered values --------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Value:
    path: Path
    numbers: tuple[int, ...]


def test_a_value_is_made_once_for_a_key(tmp_path: Path) -> None:
    made: list[int] = []

    def make() -> Value:
        made.append(1)
        return Value(Path("a/b"), (1, 2))

    path = tmp_path / "value.json"
    for key in ("one", "one", "two"):
        assert remembered(path, key, Value, make) == Value(Path("a/b"), (1, 2))
    assert len(made) == 2
    path.write_text(json.dumps({"key": "two", "value": {"path": 3}}), encoding="utf-8")
    remembered(path, "two", Value, make)
    assert len(made) == 3
