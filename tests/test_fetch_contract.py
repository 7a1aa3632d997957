"""What every fetcher promises, kept by each of the registered ones."""

from __future__ import annotations

import importlib.util
import pickle
from abc import ABC, abstractmethod
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest

from publisher.errors import FetchError
from publisher.fetch import FETCHERS, Fetcher, Job, Network, fetch_episode, read_captions
from publisher.fetch.http import HttpFetcher
from publisher.fetch.local import LocalFetcher
from publisher.fetch.patience import Patience
from publisher.fetch.sites import BILIBILI, YOUTUBE
from publisher.fetch.synthetic import SyntheticFetcher
from publisher.fetch.videofetcher import VideoFetcher
from publisher.media import probe
from publisher.model import Episode, Fetched, Section, Transcript, Turn, silent
from tests.standin import StandIn
from tests.standin.fixtures import make_audio

BILIBILI_VIDEO = "https://www.bilibili.com/video/BV13x41117TL"
VIDEO = "https://www.youtube.com/watch?v=IpK175HsDQI"
CUES = [[0.5, 1.5, "Welcome back."], [1.5, 3.0, "Good bye."]]


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_audio(tmp_path_factory.mktemp("media") / "talk.m4a", 4.0)


def episode(folder: Path, reference: str) -> Episode:
    turns = tuple(
        Turn(index, speaker, text, text, line=index + 1)
        for index, (speaker, text) in enumerate([("Ann", "Welcome back."), ("Bob", "Good bye.")])
    )
    return Episode(
        slug="talk",
        path=folder / "talk.md",
        title="Talk",
        published=datetime(2026, 1, 1, tzinfo=UTC),
        transcript=Transcript((Section("", 1, turns),)),
        audio=reference,
        language="en",
    )


def files(folder: Path) -> dict[Path, bytes]:
    return {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}


class FetcherContract(ABC):
    """The promises; a subclass gives a fetcher, a job that works and one that does not."""

    fetcher: Fetcher
    references: tuple[str, ...]

    @pytest.fixture
    @abstractmethod
    def job(self, sound: Path, tmp_path: Path) -> Job | Iterator[Job]:
        """A job that works, its folder `tmp_path / "cache"`."""

    @abstractmethod
    def failing(self, job: Job) -> Job:
        """A job that cannot work."""

    def test_its_references_come_to_it_and_to_nobody_before_it(self) -> None:
        for reference in self.references:
            takers = [fetcher.name for fetcher in FETCHERS if fetcher.matches(reference)]
            assert takers[0] == self.fetcher.name

    def test_it_brings_audio_and_says_how_long_it_is(self, job: Job) -> None:
        found = self.fetcher.fetch(job)

        assert found.audio
        length = probe(found.audio).duration
        assert found.duration in (None, pytest.approx(length, abs=500))

    def test_captions_that_it_brings_can_be_read(self, job: Job) -> None:
        found = self.fetcher.fetch(job)

        assert found.captions is None or read_captions(found.captions).words

    def test_it_writes_nowhere_but_in_its_folder(self, job: Job, tmp_path: Path) -> None:
        before = files(tmp_path)
        self.fetcher.fetch(job)

        assert all(job.folder in path.parents for path in files(tmp_path).keys() - before.keys())
        assert all(path.read_bytes() == content for path, content in before.items())

    def test_it_leaves_no_unfinished_file(self, job: Job) -> None:
        self.fetcher.fetch(job)

        assert not [path for path in files(job.folder) if ".part" in path.name]

    def test_fetching_twice_gives_the_same(self, job: Job) -> None:
        first = self.fetcher.fetch(job)
        assert first.audio
        content = first.audio.read_bytes()

        assert self.fetcher.fetch(job) == first
        assert first.audio.read_bytes() == content

    def test_what_is_in_the_cache_is_not_made_again(self, job: Job, tmp_path: Path) -> None:
        def fetch(network: Network) -> Fetched:
            return fetch_episode(
                job.episode,
                root=tmp_path,
                cache=job.folder,
                network=network,
                progress=silent,
                fetchers=(self.fetcher,),
            )

        first = fetch(job.network)
        assert first.audio
        written = first.audio.stat()

        assert fetch(replace(job.network, offline=True)) == first
        assert first.audio.stat() == written

    def test_a_failure_is_a_sentence_with_a_code_a_place_and_a_remedy(self, job: Job) -> None:
        with pytest.raises(FetchError) as caught:
            self.fetcher.fetch(self.failing(job))

        error = caught.value
        assert error.code
        assert error.what.endswith(".")
        assert error.remedy
        assert error.place
        assert error.place.path == str(job.episode.path)
        assert str(pickle.loads(pickle.dumps(error))) == str(error)  # noqa: S301 - our own bytes


class TestYouTube(FetcherContract):
    fetcher = VideoFetcher(YOUTUBE, Patience(pace=0))
    references = (VIDEO, "https://youtu.be/IpK175HsDQI", "http://m.youtube.com/@channel")

    @pytest.fixture
    def job(self, sound: Path, tmp_path: Path) -> Iterator[Job]:
        video = {
            "duration": 4.0,
            "media": [{"itag": 140, "file": str(sound)}],
            "captions": [{"lang": "en", "kind": "asr", "cues": CUES}],
        }
        with StandIn({"videos": {"IpK175HsDQI": video}}) as site:
            network = Network(proxy=site.proxy, ca_file=site.ca_file)
            yield Job(VIDEO, tmp_path / "cache", episode(tmp_path, VIDEO), network, silent)

    def failing(self, job: Job) -> Job:
        return replace(job, reference=VIDEO.replace("IpK", "___"))


class TestBilibili(FetcherContract):
    fetcher = VideoFetcher(BILIBILI, Patience(pace=0))
    references = (BILIBILI_VIDEO, "https://m.bilibili.com/video/av170001", "https://b23.tv/x")

    @pytest.fixture
    def job(self, sound: Path, tmp_path: Path) -> Iterator[Job]:
        video = {"duration": 4.0, "audio": str(sound), "captions": {"lang": "ai-en", "cues": CUES}}
        with StandIn({"bilibili": {"BV13x41117TL": video}}) as site:
            network = Network(proxy=site.proxy, ca_file=site.ca_file)
            yield Job(BILIBILI_VIDEO, tmp_path / "cache", episode(tmp_path, BILIBILI_VIDEO), network, silent)

    def failing(self, job: Job) -> Job:
        return replace(job, reference=BILIBILI_VIDEO.replace("13x", "99x"))


class TestHttp(FetcherContract):
    fetcher = HttpFetcher()
    references = ("https://example.com/talk.mp3", "HTTP://example.com/", "https://youtube.com.example.com/")

    @pytest.fixture
    def job(self, sound: Path, tmp_path: Path) -> Iterator[Job]:
        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                body = sound.read_bytes()
                self.send_response(200 if self.path == "/talk.m4a" else 404)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base class names it
                """Say nothing."""

        with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
            Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
            reference = f"http://127.0.0.1:{server.server_address[1]}/talk.m4a"
            yield Job(reference, tmp_path / "cache", episode(tmp_path, reference), Network(), silent)
            server.shutdown()

    def failing(self, job: Job) -> Job:
        return replace(job, reference=job.reference.replace("talk", "none"))


class TestLocal(FetcherContract):
    fetcher = LocalFetcher()
    references = ("talk.mp3", "../media/talk.mp3", "/media/talk.mp3", "synthetic.mp3", "C:\\talk.mp3")

    @pytest.fixture
    def job(self, sound: Path, tmp_path: Path) -> Job:
        reference = str(sound)
        return Job(reference, tmp_path / "cache", episode(tmp_path, reference), Network(), silent)

    def failing(self, job: Job) -> Job:
        return replace(job, reference="none.mp3")


@pytest.mark.skipif(importlib.util.find_spec("espeakng_loader") is None, reason="espeak-ng is not installed")
class TestSynthetic(FetcherContract):
    fetcher = SyntheticFetcher()
    references = ("synthetic",)

    @pytest.fixture
    def job(self, sound: Path, tmp_path: Path) -> Job:
        folder = tmp_path / "cache"
        folder.mkdir()
        return Job("synthetic", folder, episode(tmp_path, "synthetic"), Network(), silent)

    def failing(self, job: Job) -> Job:
        return replace(job, episode=replace(job.episode, transcript=Transcript(())))


def test_every_registered_fetcher_is_held_to_the_contract() -> None:
    held = {contract.fetcher.name for contract in FetcherContract.__subclasses__()}

    assert [fetcher.name for fetcher in FETCHERS] == ["youtube", "bilibili", "synthetic", "http", "local"]
    assert held == {fetcher.name for fetcher in FETCHERS}
