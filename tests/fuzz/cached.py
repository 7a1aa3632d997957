"""Readers of what lies in the cache and in `output/`: damage is as good as nothing, a stranger's cache harms nobody."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing, suppress
from importlib.util import find_spec
from math import isfinite
from pathlib import Path
from tempfile import TemporaryDirectory

import requests

from publisher import store
from publisher.align.recognised import _read as read_heard
from publisher.enclosures import Known
from publisher.executors.bucket import Bucket
from publisher.fetch import Network
from publisher.fetch.http import _Part
from publisher.fetch.manifest import Manifest
from publisher.fetch.pauses import Pauses
from publisher.fetch.records import Records, due, unfinished
from publisher.products import bring_up_to_date, remembered
from publisher.site.memory import DamagedError, remembering
from publisher.status import overview
from publisher.store import Ledger, Record
from publisher.workspace import Settings, open_show
from tests.conftest import PODCAST_TOML
from tests.fuzz.law import Read, file, is_clean


def _manifest(case: bytes, folder: Path) -> None:
    outside = file(folder, "outside", b"12345")
    inside = folder / "talk"
    inside.mkdir(exist_ok=True)
    for name in ("audio.0123456789ab.m4a", "captions.json3"):
        file(inside, name, b"123")
    file(inside, "fetched.json", case)
    fetched = Manifest(inside).read("audio", "reference")
    assert outside.is_file(), "a file outside of the cache was deleted"
    paths = (fetched.audio, fetched.thumbnail) if fetched else ()
    assert all(path.resolve().is_relative_to(inside.resolve()) for path in paths if path)


def _artefacts(case: bytes, folder: Path) -> None:
    file(folder, "artefacts.json", case)
    file(folder, "audio.m4a", b"123")
    records = Records(folder, "IpK175HsDQI", clock=lambda: 2.0)
    for name in ("audio", "metadata", "thumbnail"):
        records.entry(name)
        records.path(name)
    due(folder, 2.0)
    unfinished(folder)
    records.postpone()


def _pauses(case: bytes, folder: Path) -> None:
    file(folder, "pauses.json", case)
    pauses = Pauses(folder, Network(), clock=lambda: 2.0)
    assert 0 <= pauses.left("youtube") < float("inf")
    is_clean(pauses.code("youtube"))
    pauses.begin("youtube", "rate_limited", (1.0, 2.0))
    pauses.end("youtube")


def _ledger(case: bytes, folder: Path) -> None:
    text = case.decode("utf-8", "replace")
    with closing(Ledger(folder, folder / "output")) as ledger:
        ledger.write(Record("talk", "key", {}, {}, "{}"), "")
    with closing(sqlite3.connect(folder / "ledger.sqlite3")) as database:
        database.execute("UPDATE records SET inputs = ?, outputs = ?", (text, text))
        database.commit()
    with closing(Ledger(folder, folder / "output")) as ledger:
        for record in ledger.all().values():
            ledger.is_intact(record)
            ledger.current(record)


def _status(place: str) -> Read:
    """What `publish status` makes of a file that earlier runs left."""

    def read(case: bytes, folder: Path) -> None:
        root = folder / "show"
        for parent in (root / "content", (root / place).parent):
            parent.mkdir(parents=True, exist_ok=True)
        file(root, "podcast.toml", PODCAST_TOML.encode())
        file(
            root,
            "content/talk.md",
            b"---\ntitle: Talk\ndate: 2026-02-17\naudio: talk.m4a\n---\nAnn: Hello.\n",
        )
        file(root, place, case)
        for standing in overview(open_show(root, Settings()), now=2.0).episodes:
            assert all(isinstance(at, int | None) for at in (standing.since, standing.retry_at))
            assert all(isinstance(text, str) for text in (standing.stage, standing.code, standing.reason))
            assert all(isfinite(seconds) and seconds >= 0 for seconds in standing.seconds.values())

    return read


def _products(case: bytes, folder: Path) -> None:
    """What pages were made from: whatever it says, nothing outside of `output/` is removed."""
    with TemporaryDirectory(dir=folder) as own:
        precious = file(Path(own), "precious", b"mine")
        memory = file(Path(own), "site.json", case)
        (Path(own) / "output/sub/folder").mkdir(parents=True)
        remembered(memory)
        bring_up_to_date(Path(own) / "output", memory, ())
        assert precious.read_bytes() == b"mine"


def _sound(case: bytes, folder: Path) -> None:
    """What an episode's sound was made from."""
    path = file(folder, "talk.json", case)
    new = Known("source", "manner")
    kept = store.remembered(path, "key", Known, lambda: new)
    assert store.remembered(path, "key", Known, lambda: new) == kept
    store.fingerprint(kept.sound)


def _heard(case: bytes, folder: Path) -> None:
    heard = read_heard(file(folder, "heard.json", case))
    assert heard.until >= 0
    is_clean(heard.captions.language, *(word.text for word in heard.captions.words))


def _part(case: bytes, folder: Path) -> None:
    """What a download that goes on says of the file that it began with."""
    headers = _Part(file(folder, "audio.part", b"123"), file(folder, "audio.part.json", case)).headers()
    request = requests.Request("GET", "http://127.0.0.1:9/a", headers=headers).prepare()
    for name, value in request.headers.items():
        assert "\n" not in f"{name}{value}"
        str(value).encode("latin-1")


def _site(case: bytes, folder: Path) -> None:
    """What the site remembers of each episode: read, or found damaged and forgotten."""
    record, said, names = (*case.decode("utf-8", "replace").split("\n", 2), "", "")[:3]
    with TemporaryDirectory(dir=folder) as own:
        cache, episode = Path(own) / "cache", Path(own) / "episodes/talk"
        episode.mkdir(parents=True)
        file(episode, "page.json", _PAGE)
        file(episode, "sentences.json", _SENTENCES)
        with remembering(cache) as memory:
            memory.known([episode])
        with closing(sqlite3.connect(cache / "site.sqlite3")) as database:
            database.execute("UPDATE episodes SET record = ?, mentions = ?", (record, said))
            database.execute("UPDATE facts SET value = ? WHERE name = 'names'", (names,))
            database.commit()
        for _ in range(2):
            try:
                with remembering(cache) as memory:
                    memory.known([episode])
            except DamagedError:
                continue
            return
        raise AssertionError("it was found damaged twice")


def _bucket(case: bytes, folder: Path) -> None:
    """What lies in the bucket of a cluster, and what a task calls it: it comes whole and inside, or not at all."""
    with TemporaryDirectory(dir=folder) as own:
        root = Path(own)
        there, outside = root / "deep/there", root / "bucket"
        there.mkdir(parents=True)
        outside.mkdir()
        bucket = Bucket(f"file://{outside}")
        (digest,) = bucket.put(root, [file(root, "given", b"true")]).values()
        with suppress(OSError):
            bucket.bring({case.decode("utf-8", "replace"): digest}, there)
        file(outside / "publish", digest, case)
        with suppress(OSError):
            bucket.bring({"given": digest}, there)
        assert all(path.read_bytes() == b"true" for path in there.rglob("*") if path.is_file())
        assert {path.name for path in root.iterdir()} == {"bucket", "deep", "given"}
        assert [path.name for path in there.parent.iterdir()] == ["there"]


_PAGE = json.dumps(
    {"version": 1, "slug": "talk", "title": "Talk", "date": "2026-02-17T08:00:00+08:00", "duration": 9, "summary": "",
     "people": ["Ann"]}
).encode()  # fmt: skip
_SENTENCES = b'{"version": 1, "speakers": ["Ann"], "sentences": [[1, 1, 0, "Ann says hello."]]}'

CACHED: dict[str, Read] = {
    "manifest": _manifest,
    "artefacts": _artefacts,
    "pauses": _pauses,
    "failure": _status(".publisher/fetch/talk/failure.json"),
    "report": _status("output/report.json"),
    "timings": _status(".publisher/timings.json"),
    "products": _products,
    "sound": _sound,
    "heard": _heard,
    "part": _part,
    "ledger": _ledger,
    "site": _site,
    **({"bucket": _bucket} if find_spec("obstore") else {}),
}
"""Reader by name."""
