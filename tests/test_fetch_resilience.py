"""Fetches that are killed, stopped, late, paused or in part: what stays, and how the next run goes on."""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from hashlib import sha256
from pathlib import Path
from threading import Thread

import pytest

from publisher.errors import FetchError
from publisher.fetch import Network, due, fetch_episode, read_failure
from publisher.fetch.gate import seconds_until
from publisher.fetch.patience import Patience
from publisher.fetch.pauses import Pauses
from publisher.fetch.sites import YOUTUBE
from publisher.fetch.videofetcher import VideoFetcher
from publisher.model import Fetched, silent
from tests.conftest import CHECKOUT
from tests.fetching import HASTY, customise, episode
from tests.standin import StandIn
from tests.standin.fixtures import make_audio, make_picture

VIDEO = "IpK175HsDQI"
SITE = "youtube"
LENGTH = 60.0
BUSY = {"on": "watch|player|next|media", "do": "status", "status": 429}
SCRIPT = """
import sys
from pathlib import Path
from publisher.fetch import Network, fetch_episode
from publisher.model import silent
from tests.fetching import FETCHERS, episode
folder, video, proxy, ca_file, shared = sys.argv[1:]
fetch_episode(episode(f"https://www.youtube.com/watch?v={video}"), root=Path(folder), cache=Path(folder, "cache"),
    network=Network(proxy=proxy, ca_file=Path(ca_file)), progress=silent, fetchers=FETCHERS, shared=Path(shared))
"""


BEGINNINGS = """
import os, sys, time

tunnelled = False

def hook(event, arguments):
    global tunnelled
    if event != "http.client.send":
        return
    word = bytes(arguments[1][:8]).partition(b" ")[0]
    if word == b"CONNECT" or (word in (b"GET", b"POST") and not tunnelled):
        with open(os.environ["BEGINNINGS"], "a") as file:
            file.write(f"{time.monotonic()}\\n")
    if word in (b"CONNECT", b"GET", b"POST"):
        tunnelled = word == b"CONNECT"

sys.addaudithook(hook)
"""
"""A `sitecustomize` that writes down when each request begins: with its tunnel, if it needs a new one."""


@pytest.fixture(scope="module")
def media(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("media")
    make_audio(folder / "talk.m4a", LENGTH)
    make_picture(folder / "thumb.jpg")
    return folder


@pytest.fixture
def site(media: Path) -> Iterator[StandIn]:
    defaults = {
        "duration": LENGTH,
        "thumbnail": "thumb.jpg",
        "clients": {"TVHTML5": "direct"},
        "media": [{"itag": 140, "file": "talk.m4a"}],
    }
    with StandIn({"defaults": defaults, "videos": {VIDEO: {}}}, root=media) as site:
        yield site


def fetch(
    site: StandIn, folder: Path, video: str = VIDEO, *, patience: Patience = HASTY, shared: Path | None = None
) -> Fetched:
    return fetch_episode(
        episode(f"https://www.youtube.com/watch?v={video}"),
        root=folder,
        cache=folder / "cache",
        network=Network(proxy=site.proxy, ca_file=site.ca_file),
        progress=silent,
        fetchers=(VideoFetcher(YOUTUBE, patience),),
        shared=shared,
    )


def start(
    site: StandIn, folder: Path, video: str = VIDEO, shared: Path | None = None
) -> subprocess.Popen[bytes]:
    arguments = (folder, video, site.proxy, site.ca_file, shared or folder / "sites")
    paths = [str(CHECKOUT), *os.environ.get("PYTHONPATH", "").split(os.pathsep)]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(path for path in paths if path)}
    return subprocess.Popen(
        [sys.executable, "-c", SCRIPT, *map(str, arguments)], env=environment, stderr=subprocess.DEVNULL
    )


def wait_until(condition: Callable[[], bool], process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + 60
    while not condition() and process.poll() is None and time.monotonic() < deadline:
        time.sleep(0.01)


def part(folder: Path) -> int:
    """Bytes that have arrived and are not finished."""
    return sum(file.stat().st_size for file in (folder / "cache/partial").glob("*.part"))


def finished(folder: Path) -> list[Path]:
    return list((folder / "cache").glob("audio*"))


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="there is no SIGKILL here")
def test_killed_at_twenty_moments_the_next_run_goes_on_and_the_file_is_right(
    site: StandIn, media: Path, tmp_path: Path
) -> None:
    whole = media / "talk.m4a"
    size = whole.stat().st_size
    site.site.config["videos"][VIDEO]["faults"] = [{"on": "media", "do": "slow", "bps": size // 6}]
    rng = random.Random(5)  # noqa: S311 - the same each time
    arrived = 0
    for _ in range(20):
        moment = arrived + rng.randrange(size // 60)
        process = start(site, tmp_path)
        wait_until(lambda moment=moment: part(tmp_path) > moment, process)  # type: ignore[misc]
        time.sleep(rng.random() / 20)
        process.kill()
        process.wait()
        assert finished(tmp_path) == []
        assert part(tmp_path) >= arrived
        arrived = part(tmp_path)
    site.site.config["videos"][VIDEO]["faults"] = []

    found = fetch(site, tmp_path, shared=tmp_path / "sites")

    assert found.audio
    assert sha256(found.audio.read_bytes()).digest() == sha256(whole.read_bytes()).digest()
    asked = [entry["range"] for entry in site.log if entry["kind"] == "media"]
    assert len(asked) == 21
    assert not any(span.startswith("bytes=0-") for span in asked[1:])
    assert not (tmp_path / "cache/partial").exists()


def test_the_fetching_process_ends_with_its_parent(site: StandIn, tmp_path: Path) -> None:
    site.site.config["videos"][VIDEO]["faults"] = [{"on": "media", "do": "slow", "bps": 20_000}]
    process = start(site, tmp_path)
    wait_until(lambda: part(tmp_path) > 0, process)
    process.kill()
    process.wait()
    time.sleep(0.5)
    arrived = part(tmp_path)
    time.sleep(0.5)

    assert part(tmp_path) == arrived > 0


def test_ctrl_c_ends_the_fetch_and_leaves_a_part_to_go_on_from(site: StandIn, tmp_path: Path) -> None:
    site.site.config["videos"][VIDEO]["faults"] = [{"on": "media", "do": "slow", "bps": 50_000, "times": 1}]
    process = start(site, tmp_path)
    wait_until(lambda: part(tmp_path) > 20_000, process)
    process.send_signal(signal.SIGINT)
    process.wait()
    arrived = part(tmp_path)

    assert arrived > 20_000
    fetch(site, tmp_path)
    spans = [entry["range"] for entry in site.log if entry["kind"] == "media"]
    assert spans[1].startswith(f"bytes={arrived}-")


def test_a_fetch_that_takes_too_long_is_ended_and_goes_on_the_next_time(
    site: StandIn, media: Path, tmp_path: Path
) -> None:
    site.site.config["videos"][VIDEO]["faults"] = [{"on": "media", "do": "slow", "bps": 20_000, "times": 1}]
    with pytest.raises(FetchError) as caught:
        fetch(site, tmp_path, patience=replace(HASTY, limit=4))

    assert (caught.value.code, caught.value.again) == ("timed_out", True)
    assert finished(tmp_path) == []
    found = fetch(site, tmp_path)
    assert found.audio
    assert found.audio.read_bytes() == (media / "talk.m4a").read_bytes()


def test_a_process_that_dies_is_an_error_with_a_code(
    site: StandIn, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("publisher.fetch.process._COMMAND", ("-c", "raise SystemExit('out of ideas')"))
    with pytest.raises(FetchError, match="out of ideas") as caught:
        fetch(site, tmp_path)

    assert caught.value.code == "crashed"


def _pauses(memory: Path) -> bool:
    """Whether the memory of all processes says that the site is not to be asked."""
    try:
        entries = json.loads(memory.read_text(encoding="utf-8"))
    except OSError:
        return False
    return any(entry["until"] for entry in entries.values())


def test_refusals_in_a_row_are_counted_over_all_that_run_at_once(tmp_path: Path) -> None:
    now = [1_000.0]
    first, second = (Pauses(tmp_path, Network(), lambda: now[0]) for _ in range(2))
    assert [first.refused(SITE), second.refused(SITE), first.refused(SITE)] == [1, 2, 3]
    second.answered(SITE)
    assert first.refused(SITE) == 1
    now[0] += 3_600
    assert second.refused(SITE) == 1
    assert first.left(SITE) == 0


def test_ten_at_once_stop_within_a_second_of_a_pause_that_holds_for_a_new_process(
    site: StandIn, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    beginnings = tmp_path / "beginnings.txt"
    monkeypatch.setenv("BEGINNINGS", str(beginnings))
    customise(tmp_path / "custom", BEGINNINGS, monkeypatch.setenv)
    site.site.config["faults"] = [BUSY]
    videos = [f"video{number:06}" for number in range(10)]
    site.site.config["videos"] |= {video: {} for video in videos}
    processes = [start(site, tmp_path / video, video, tmp_path / "sites") for video in videos]
    memory = tmp_path / "sites/pauses.json"
    wait_until(lambda: _pauses(memory), processes[0])
    paused = time.monotonic()
    for process in processes:
        assert process.wait() != 0

    failures = [read_failure(tmp_path / video / "cache") for video in videos]
    assert {failed.code for failed in failures if failed} == {"rate_limited"}
    assert len([failed for failed in failures if failed]) == 10
    # When our processes began a request counts: how late a busy machine lets the stand-in read it is not ours.
    began = [float(line) for line in beginnings.read_text(encoding="utf-8").split()]
    assert len(began) == len(site.log) >= 3
    assert max(began) - paused < 1.0
    site.reset()
    later = start(site, tmp_path / "later", VIDEO, tmp_path / "sites")
    assert later.wait() != 0
    assert site.log == []


def test_a_pause_is_told_with_the_time_that_is_left(site: StandIn, tmp_path: Path) -> None:
    site.site.config["faults"] = [{**BUSY, "retry_after": 600}]
    for _ in range(2):
        with pytest.raises(FetchError) as caught:
            fetch(site, tmp_path, shared=tmp_path / "sites")

    assert caught.value.code == "rate_limited"
    assert "10 more minutes" in caught.value.what
    failed = read_failure(tmp_path / "cache")
    assert failed
    assert failed.retry_at == pytest.approx(failed.at + 600, abs=30)


def test_pauses_grow_end_and_are_shared(tmp_path: Path) -> None:
    now = [1_000.0]
    waits = (900.0, 3_600.0)
    pauses = Pauses(tmp_path, Network(), lambda: now[0])
    assert pauses.left(SITE) == 0
    assert pauses.begin(SITE, "rate_limited", waits) == 900
    assert pauses.begin(SITE, "rate_limited", waits) == 900
    now[0] += 901
    other = Pauses(tmp_path, Network(), lambda: now[0])
    assert other.left(SITE) == 0
    assert [other.begin(SITE, "rate_limited", waits), other.left(SITE)] == [3_600, 3_600]
    assert Pauses(tmp_path, Network(proxy="http://elsewhere"), lambda: now[0]).left(SITE) == 0
    pauses.end(SITE)
    assert pauses.left(SITE) == 0
    assert pauses.begin(SITE, "rate_limited", waits) == 900


@pytest.mark.parametrize(
    ("said", "seconds"),
    [("", None), ("soon", None), ("-1", None), ("7", 7.0), ("Wed, 21 Oct 2015 07:28:00 GMT", 0.0)],
)
def test_a_site_says_in_seconds_or_by_a_date_when_to_come_back(said: str, seconds: float | None) -> None:
    assert seconds_until(said) == seconds


def test_a_date_far_away_is_a_long_wait() -> None:
    assert (seconds_until("Tue, 01 Jan 2199 00:00:00 GMT") or 0) > 10**9


@pytest.mark.parametrize(
    "damage", ["", "{", "[]", '{"youtube direct": {"until": "x"}}', '{"youtube direct": 3}']
)
def test_a_damaged_memory_is_no_pause(damage: str, tmp_path: Path) -> None:
    (tmp_path / "pauses.json").write_text(damage, encoding="utf-8")

    assert Pauses(tmp_path, Network()).left(SITE) == 0


def test_metadata_that_came_in_part_is_fetched_again_without_the_audio(site: StandIn, tmp_path: Path) -> None:
    site.site.config["videos"][VIDEO]["faults"] = [
        {"on": "watch|next", "do": "status", "status": 429, "times": 2}
    ]
    first = fetch(site, tmp_path)
    cache = tmp_path / "cache"
    assert json.loads((cache / "info.json").read_text(encoding="utf-8"))["availability"] is None
    site.reset()
    site.site.config["videos"][VIDEO]["faults"] = []
    assert fetch(site, tmp_path) == first
    assert site.log == []

    _let_time_pass(cache)
    assert due(cache, time.time())
    assert fetch(site, tmp_path) == first

    assert json.loads((cache / "info.json").read_text(encoding="utf-8"))["availability"] == "public"
    assert not {"media", "thumb"} & set(site.kinds())
    assert not due(cache, time.time() + 10**9)


def _let_time_pass(cache: Path) -> None:
    data = json.loads((cache / "artefacts.json").read_text(encoding="utf-8"))
    for entry in data["artefacts"].values():
        entry["after"] = 0
    (cache / "artefacts.json").write_text(json.dumps(data), encoding="utf-8")


def test_what_is_known_survives_a_second_look_that_fails(site: StandIn, tmp_path: Path) -> None:
    site.site.config["videos"][VIDEO]["faults"] = [{"on": "watch|next", "do": "status", "status": 429}]
    first = fetch(site, tmp_path)
    site.site.config["videos"][VIDEO] = {"state": "private"}
    _let_time_pass(tmp_path / "cache")

    assert fetch(site, tmp_path) == first
    assert not due(tmp_path / "cache", time.time())


def test_a_process_that_is_confined_reaches_the_proxy_and_nobody_else() -> None:
    script = (
        "import socket; from publisher.fetch.addresses import confine;"
        "confine({'localhost'}, only_proxies=%s); socket.getaddrinfo('localhost', 80);"
        "socket.getaddrinfo('%s', 80)"
    )
    for only, host, reached in (
        (True, "192.0.2.1", False),
        (False, "127.0.0.1", False),
        (False, "8.8.8.8", True),
    ):
        run = subprocess.run(
            [sys.executable, "-c", script % (only, host)],
            capture_output=True,
            text=True,
            check=False,
            cwd=CHECKOUT,
        )
        assert (run.returncode == 0) is reached, run.stderr


def test_a_picture_from_inside_is_never_asked_for(site: StandIn, tmp_path: Path) -> None:
    inside = {"videoDetails": {"thumbnail": {"thumbnails": [{"url": "http://169.254.169.254/a.jpg"}]}}}
    site.site.config["videos"][VIDEO]["player_patch"] = inside
    found = fetch(site, tmp_path)

    assert found.audio
    assert "169.254.169.254" not in {entry["host"] for entry in site.log}


def test_threads_may_fetch_at_once(site: StandIn, tmp_path: Path) -> None:
    found: list[Fetched] = []
    threads = [
        Thread(target=lambda name=name: found.append(fetch(site, tmp_path / name))) for name in ("one", "two")
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(found) == 2
