"""Lines of defence that no other file of tests holds, and the document that names them all."""

from __future__ import annotations

import gzip
import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from threading import Thread

import pytest
from typer.testing import CliRunner

from publisher import batch, config
from publisher.cli.app import app
from publisher.errors import ConfigError, ContentError, Fault, FetchError, Place, PublisherError
from publisher.fetch import Network, http
from publisher.model import Outcome, Status
from publisher.store import Ledger, Record
from publisher.untrusted import read_json, stays_inside
from publisher.workspace import Settings, open_show
from tests.conftest import CHECKOUT
from tests.standin.fixtures import make_audio
from tests.webserver import Page, Server, failure

TALK = "---\ntitle: A talk\ndate: 2026-01-01\naudio: talk.m4a\n{fields}---\n**Ann**: Hello.\n"
PICTURE = b"\x89PNG\r\n\x1a\n treasure"


def build(folder: Path) -> tuple[Outcome, ...]:
    return batch.build(open_show(folder, Settings(debug=True)), ()).outcomes


def write_talk(folder: Path, name: str = "talk", fields: str = "") -> Path:
    audio = folder / "content/talk.m4a"
    if not audio.exists():
        make_audio(audio, 2.0)
    path = folder / "content" / f"{name}.md"
    path.write_text(TALK.format(fields=fields), encoding="utf-8")
    return path


def everything_in(folder: Path) -> bytes:
    return b"".join(path.read_bytes() for path in folder.rglob("*") if path.is_file())


def test_the_document_names_only_tests_that_are_there() -> None:
    document = (CHECKOUT / "docs/security.md").read_text(encoding="utf-8")
    named = re.findall(r"`(test_\w+)\.py::(test_\w+)`", document)
    assert len(named) > 20
    for file, test in named:
        source = (CHECKOUT / "tests" / f"{file}.py").read_text(encoding="utf-8")
        assert re.search(rf"^    def {test}\(|^def {test}\(", source, re.MULTILINE), f"{file}.py::{test}"


# -- paths ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "path", ["", "..", "../a", "a/../../b", "/a", "\\a", "C:\\a", "C:a", "a\\..\\..\\b", "a\0b"]
)
def test_a_path_that_leads_out_is_known(path: str) -> None:
    assert not stays_inside(path)


@pytest.mark.parametrize("path", ["a", "a/b.c", "一/二.md", "a..b", "...", ".a"])
def test_a_path_that_stays_is_known(path: str) -> None:
    assert stays_inside(path)


@pytest.mark.parametrize("linked", [False, True])
def test_pictures_from_outside_of_the_show_are_not_published(
    show_folder: Path, tmp_path_factory: pytest.TempPathFactory, linked: bool
) -> None:
    outside = tmp_path_factory.mktemp("outside") / "secret.png"
    outside.write_bytes(PICTURE)
    reference = os.path.relpath(outside, show_folder)
    if linked:
        (show_folder / "linked.png").symlink_to(outside)
        reference = "linked.png"
    write_talk(show_folder, fields=f"image: {reference}\n")
    (outcome,) = build(show_folder)
    assert outcome.status is Status.FAILED
    assert "in the show's folder" in outcome.reason

    write_talk(show_folder)
    text = (show_folder / config.FILE).read_text(encoding="utf-8")
    (show_folder / config.FILE).write_text(f'{text}cover = "{reference}"\n', encoding="utf-8")
    with pytest.raises(ConfigError, match="in the show's folder"):
        build(show_folder)
    assert b"treasure" not in everything_in(show_folder / "output")


def test_a_ledger_of_a_stranger_deletes_nothing_outside_of_output(show_folder: Path) -> None:
    precious = show_folder / "precious"
    precious.write_bytes(b"mine")
    with closing(Ledger(show_folder / ".publisher", show_folder / "output")) as ledger:
        ledger.write(Record("gone", "key", {}, {"../precious": "mark"}, "{}"), "{}")
        ledger.commit()
        assert ledger.all() == {}
        ledger.write(Record("gone", "key", {}, {"../precious": "mark"}, "{}"), "{}")
    write_talk(show_folder)
    build(show_folder)
    assert precious.read_bytes() == b"mine"


@pytest.mark.parametrize("name", ["\x1b[2Jtalk", "a\u202eb", "<script>", "a'\"b&c", "con", "-rf", "%2e%2e"])
def test_odd_names_of_episodes_are_only_names(show_folder: Path, name: str) -> None:
    write_talk(show_folder, name)
    (outcome,) = build(show_folder)
    assert outcome.status is not Status.FAILED, outcome.reason
    feed = (show_folder / "output/feed.xml").read_text(encoding="utf-8")
    assert not re.search(r"[\x1b\u202e]|<script>", feed)
    for command in ("build", "status", "plan", "check"):
        shown = CliRunner().invoke(app, [command, "-C", str(show_folder)]).output
        assert shown
        assert not re.search(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u202e]", shown), command


# -- what is read -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("content", [b"[" * 100_000, b'"\\ud800"', b"\xff", b"{", b"9" * 5_000])
def test_json_that_is_a_trap_is_as_good_as_damaged(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "a.json"
    path.write_bytes(content)
    with pytest.raises(ValueError, match=r"[a-z]"):
        read_json(path)


def test_json_of_every_script_is_read(tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    path.write_text(json.dumps({"一": "\U0001f600"}), encoding="utf-8")
    assert read_json(path) == {"一": "\U0001f600"}


def test_a_message_is_short_and_cannot_steer_a_terminal() -> None:
    error = PublisherError(
        "\x1b[2J\u202e\udcff" + "x" * 9_000, place=Place("\x1b]0;a\x07", field="\x9b" * 500)
    )
    said = str(error)
    assert not re.search(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u202e\ud800-\udfff]", said)
    assert len(said) < 3_000
    assert "一　二\n三" in str(PublisherError("一　二\n三"))


def test_a_file_of_a_thousand_faults_fills_no_screen() -> None:
    faults = tuple(Fault(Place("a", line), "x" * 9_000) for line in range(1_000))
    assert len(str(ContentError("It has faults.", faults=faults))) < 30_000


# -- the network ------------------------------------------------------------------------------------------


@pytest.fixture
def server() -> Iterator[Server]:
    with Server() as server:
        Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
        yield server
        server.shutdown()


@pytest.mark.parametrize("layers", [1, 2])
def test_an_answer_that_unpacks_to_far_more_is_cut_off(
    server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, layers: int
) -> None:
    monkeypatch.setattr(http, "_MOST_BYTES", 1_000_000)
    body = b"\0" * 60_000_000
    for _ in range(layers):
        body = gzip.compress(body)
    encoding = ", ".join(["gzip"] * layers)
    server.pages["/talk.m4a"] = Page(body, headers={"Content-Encoding": encoding})
    assert failure(tmp_path, audio=server.url("/talk.m4a")).code == "too_large"
    assert sum(path.stat().st_size for path in tmp_path.rglob("*") if path.is_file()) < 2_000_000


def test_the_password_of_a_proxy_is_not_shown(server: Server, tmp_path: Path) -> None:
    network = Network(proxy="http://me:secret@127.0.0.1:9")
    error: FetchError = failure(tmp_path, audio=server.url("/talk.m4a"), network=network)
    assert "secret" not in f"{error!r} {error}"


def test_plug_ins_of_yt_dlp_stay_off_even_if_the_environment_wants_them(tmp_path: Path) -> None:
    plugin = tmp_path / "yt_dlp_plugins/extractor/evil.py"
    plugin.parent.mkdir(parents=True)
    plugin.write_text("from pathlib import Path\nPath(__file__).with_name('ran').touch()\n", encoding="utf-8")
    script = (
        "from pathlib import Path; from publisher.fetch import ytdlp;"
        "ytdlp.open_downloader({'quiet': True}, None, None).close()"
    )
    environment = {
        **os.environ,
        "YTDLP_NO_PLUGINS": "",
        "PYTHONPATH": os.pathsep.join([str(tmp_path), *sys.path]),
    }
    subprocess.run([sys.executable, "-c", script], env=environment, check=True, capture_output=True)
    assert not plugin.with_name("ran").exists()
