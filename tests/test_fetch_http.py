"""Plain downloads, from a server on loopback that misbehaves as it is told."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
import stamina

from publisher.fetch import Network
from publisher.fetch.addresses import is_private, is_written_private
from publisher.fetch.http import HttpFetcher
from publisher.model import CaptionKind
from tests.standin import StandIn
from tests.standin.fixtures import make_audio
from tests.webserver import Page, Server, failure, fetched

SRT = "1\n00:00:01,000 --> 00:00:02,000\nWelcome\n"


@pytest.fixture
def server() -> Iterator[Server]:
    with Server() as server:
        Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
        yield server
        server.shutdown()


@pytest.fixture(autouse=True)
def _no_pauses(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    for name in ("http_proxy", "https_proxy", "all_proxy"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)
    with stamina.set_testing(True, attempts=5, cap=True):
        yield


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    return make_audio(tmp_path_factory.mktemp("media") / "talk.m4a", 8.0).read_bytes()


def test_audio_comes_whole_and_only_once(server: Server, tmp_path: Path, sound: bytes) -> None:
    server.pages["/talk.m4a"] = Page(sound)
    first = fetched(tmp_path, audio=server.url("/talk.m4a"))

    assert first.audio
    assert first.audio.read_bytes() == sound
    assert first.duration == pytest.approx(8_000, abs=100)
    assert fetched(tmp_path, audio=server.url("/talk.m4a")) == first
    assert len(server.asked) == 1


def test_a_source_may_be_an_audio_file_too(server: Server, tmp_path: Path, sound: bytes) -> None:
    server.pages["/talk.m4a"] = Page(sound)

    assert fetched(tmp_path, source=server.url("/talk.m4a")).audio


def test_a_cut_body_is_resumed_where_it_stopped(server: Server, tmp_path: Path, sound: bytes) -> None:
    server.pages["/talk.m4a"] = Page(sound, cuts=[17_000, 17_000])
    found = fetched(tmp_path, audio=server.url("/talk.m4a"))

    assert found.audio
    assert found.audio.read_bytes() == sound
    assert [span for _, span in server.asked] == ["", "bytes=16384-", "bytes=32768-"]


def test_a_later_run_resumes_what_an_earlier_one_left(server: Server, tmp_path: Path, sound: bytes) -> None:
    server.pages["/talk.m4a"] = Page(sound, cuts=[17_000, 0, 0, 0, 0])
    error = failure(tmp_path, audio=server.url("/talk.m4a"))
    assert (error.code, error.again) == ("network", True)
    server.asked.clear()

    found = fetched(tmp_path, audio=server.url("/talk.m4a"))

    assert found.audio
    assert found.audio.read_bytes() == sound
    assert server.asked == [("/talk.m4a", "bytes=16384-")]
    assert not list((tmp_path / "cache").glob("*.part*"))


def test_a_file_that_changed_meanwhile_is_fetched_anew(server: Server, tmp_path: Path, sound: bytes) -> None:
    server.pages["/talk.m4a"] = Page(b"x" * 50_000, cuts=[17_000, 0, 0, 0, 0])
    failure(tmp_path, audio=server.url("/talk.m4a"))
    server.pages["/talk.m4a"] = Page(sound, headers={"ETag": '"two"'})

    found = fetched(tmp_path, audio=server.url("/talk.m4a"))

    assert found.audio
    assert found.audio.read_bytes() == sound


@pytest.mark.parametrize("tag", ['W/"weak"', ""])
def test_without_a_sure_sign_of_the_same_file_nothing_is_resumed(
    server: Server, tmp_path: Path, sound: bytes, tag: str
) -> None:
    server.pages["/talk.m4a"] = Page(sound, cuts=[17_000], headers={"ETag": tag})
    found = fetched(tmp_path, audio=server.url("/talk.m4a"))

    assert found.audio
    assert found.audio.read_bytes() == sound
    assert [span for _, span in server.asked] == ["", ""]


def test_a_part_that_is_too_long_is_thrown_away(server: Server, tmp_path: Path, sound: bytes) -> None:
    server.pages["/talk.m4a"] = Page(sound, cuts=[17_000, 0, 0, 0, 0])
    failure(tmp_path, audio=server.url("/talk.m4a"))
    server.pages["/talk.m4a"] = Page(sound, statuses=[416], headers={"ETag": '"two"'})

    found = fetched(tmp_path, audio=server.url("/talk.m4a"))

    assert found.audio
    assert found.audio.read_bytes() == sound


@pytest.mark.parametrize("status", [429, 500, 503])
def test_passing_trouble_is_tried_again(server: Server, tmp_path: Path, sound: bytes, status: int) -> None:
    server.pages["/talk.m4a"] = Page(sound, statuses=[status, status], headers={"Retry-After": "1"})

    assert fetched(tmp_path, audio=server.url("/talk.m4a")).audio
    assert len(server.asked) == 3


@pytest.mark.parametrize(
    ("status", "code", "requests"),
    [
        (404, "gone", 1),
        (410, "gone", 1),
        (403, "forbidden", 1),
        (401, "unknown", 1),
        (429, "rate_limited", 5),
        (503, "network", 5),
    ],
)
def test_a_refusal_is_told_with_its_status(
    server: Server, tmp_path: Path, status: int, code: str, requests: int
) -> None:
    server.pages["/talk.m4a"] = Page(status=status)
    error = failure(tmp_path, audio=server.url("/talk.m4a"))

    assert (error.code, error.again) == (code, requests > 1)
    assert str(status) in error.what
    assert error.remedy
    assert "(audio)" in str(error)
    assert len(server.asked) == requests


def test_a_server_that_asks_for_a_long_wait_is_not_asked_again(server: Server, tmp_path: Path) -> None:
    server.pages["/talk.m4a"] = Page(status=429, headers={"Retry-After": "3600"})

    assert failure(tmp_path, audio=server.url("/talk.m4a")).code == "rate_limited"
    assert len(server.asked) == 1


def test_a_page_in_place_of_audio_is_deleted_and_told(server: Server, tmp_path: Path) -> None:
    server.pages["/talk.mp3"] = Page(b"<!DOCTYPE html><html>Sign in</html>")
    error = failure(tmp_path, audio=server.url("/talk.mp3"))

    assert error.code == "bad_media"
    assert not list((tmp_path / "cache").glob("audio*"))


def test_nobody_at_the_address_is_a_passing_network_fault(server: Server, tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        error = failure(tmp_path, audio=f"http://127.0.0.1:{taken.getsockname()[1]}/talk.mp3")

    assert (error.code, error.again) == ("network", True)


def test_a_password_in_the_address_is_not_shown(server: Server, tmp_path: Path) -> None:
    address = server.url("/talk.m4a?signature=secret1").replace("//", "//me:secret2@")

    assert "secret" not in str(failure(tmp_path, audio=address))


def test_redirects_are_followed(server: Server, tmp_path: Path, sound: bytes) -> None:
    server.pages["/here"] = Page(status=302, headers={"Location": "/talk.m4a"})
    server.pages["/talk.m4a"] = Page(sound, headers={"Content-Type": "audio/mp4"})
    found = fetched(tmp_path, audio=server.url("/here"))

    assert found.audio
    assert found.audio.suffix == ".m4a"


@pytest.mark.parametrize("target", ["/here", "file:///etc/passwd", "http://[x/", "gopher://example.com"])
def test_redirects_that_lead_nowhere_are_refused(server: Server, tmp_path: Path, target: str) -> None:
    server.pages["/here"] = Page(status=302, headers={"Location": target})

    assert failure(tmp_path, audio=server.url("/here")).code == "redirect"


def test_a_public_address_must_not_lead_into_our_own_network(
    server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    public = "93.184.215.14"
    resolve, connect = socket.getaddrinfo, socket.socket.connect

    def resolve_all(host: Any, port: Any, *more: Any, **named: Any) -> Any:
        return resolve(public if host == "public.example" else host, port, *more, **named)

    def connect_here(self: socket.socket, address: Any) -> None:
        connect(self, ("127.0.0.1", address[1]) if address[0] == public else address)

    monkeypatch.setattr(socket, "getaddrinfo", resolve_all)
    monkeypatch.setattr(socket.socket, "connect", connect_here)
    server.pages["/here"] = Page(status=302, headers={"Location": server.url("/secret.mp3")})

    assert failure(tmp_path, audio=server.url("/here", "public.example")).code == "redirect"
    assert [path for path, _ in server.asked] == ["/here"]


@pytest.mark.parametrize(
    ("host", "private"),
    [
        ("127.0.0.1", True),
        ("localhost", True),
        ("10.1.2.3", True),
        ("169.254.169.254", True),
        ("::1", True),
        ("::ffff:127.0.0.1", True),
        ("::ffff:93.184.215.14", False),
        ("2130706433", True),  # 127.0.0.1 in other digits
        ("0x7f.1", True),
        ("0.0.0.0", True),  # noqa: S104 - an address to recognise, not to listen on
        ("93.184.215.14", False),
        ("2606:4700::1111", False),
        ("no such host", False),
    ],
)
def test_private_addresses_are_known(host: str, private: bool) -> None:
    assert is_private(host) == private


@pytest.mark.parametrize(
    "reference", ["http://", "https:///talk.mp3", "http://a b/" + "c" * 3_000, "http://[x/"]
)
def test_what_is_no_address_is_refused(tmp_path: Path, reference: str) -> None:
    assert HttpFetcher().matches(reference)
    assert failure(tmp_path, audio=reference).code == "unsupported_url"


@pytest.mark.parametrize(
    "host",
    ["169.254.169.254", "2852039166", "0xa9fea9fe", "[::ffff:169.254.169.254]", "[fe80::1]", "wire.example"],
)
def test_an_address_of_this_very_wire_is_never_asked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, host: str
) -> None:
    resolve = socket.getaddrinfo
    there = {"wire.example": "169.254.169.254"}
    monkeypatch.setattr(
        socket, "getaddrinfo", lambda host, *more, **named: resolve(there.get(host, host), *more, **named)
    )
    assert failure(tmp_path, audio=f"http://{host}/secret.mp3").code == "redirect"


@pytest.mark.parametrize(
    ("host", "private"),
    [
        ("10.1.2.3", True),
        ("167837955", True),  # the same in other digits
        ("a.localhost.", True),
        ("93.184.215.14", False),
        ("example.com", False),
    ],
)
def test_what_is_written_as_an_address_of_ours_is_known_without_a_question(host: str, private: bool) -> None:
    assert is_written_private(host) == private


@pytest.mark.parametrize("reference", ["ftp://example.com/a.mp3", "file:///etc/passwd"])
def test_an_address_of_another_kind_is_refused(tmp_path: Path, reference: str) -> None:
    assert failure(tmp_path, audio=reference).code == "unsupported_url"


def test_offline_only_the_cache_serves(server: Server, tmp_path: Path, sound: bytes) -> None:
    server.pages["/talk.m4a"] = Page(sound)
    address = server.url("/talk.m4a")
    offline = Network(offline=True)
    error = failure(tmp_path, audio=address, network=offline)
    assert (error.code, error.again) == ("offline", True)
    assert server.asked == []

    first = fetched(tmp_path, audio=address)

    assert fetched(tmp_path, audio=address, network=offline) == first


def test_captions_come_beside_the_audio(server: Server, tmp_path: Path, sound: bytes) -> None:
    server.pages |= {"/talk.m4a": Page(sound), "/talk.srt": Page(SRT.encode())}
    fields: dict[str, Any] = {"audio": server.url("/talk.m4a"), "captions": server.url("/talk.srt")}
    first = fetched(tmp_path, **fields)

    assert first.captions
    assert (first.captions.kind, first.captions.language) == (CaptionKind.GIVEN, "en")
    assert fetched(tmp_path, **fields) == first
    assert len(server.asked) == 2


def test_captions_that_fail_for_now_do_not_cost_the_audio(
    server: Server, tmp_path: Path, sound: bytes
) -> None:
    server.pages |= {"/talk.m4a": Page(sound), "/talk.srt": Page(status=503)}
    fields: dict[str, Any] = {"audio": server.url("/talk.m4a"), "captions": server.url("/talk.srt")}
    found = fetched(tmp_path, **fields)
    assert found.missing
    assert found.audio
    assert found.captions is None
    server.pages["/talk.srt"] = Page(SRT.encode())

    assert fetched(tmp_path, **fields).captions


def test_a_page_in_place_of_captions_is_told(server: Server, tmp_path: Path, sound: bytes) -> None:
    server.pages |= {"/talk.m4a": Page(sound), "/talk.srt": Page(b"<html>Sign in</html>")}
    error = failure(tmp_path, audio=server.url("/talk.m4a"), captions=server.url("/talk.srt"))

    assert error.code == "bad_captions"
    assert "(captions)" in str(error)
    assert not list((tmp_path / "cache").glob("captions*"))


@pytest.mark.parametrize("content", [None, b"", b"no certificate"])
def test_certificates_that_cannot_be_read_are_told(tmp_path: Path, content: bytes | None) -> None:
    ca_file = tmp_path / "ca.pem"
    if content is not None:
        ca_file.write_bytes(content)
    for address in ("https://example.com/a.mp3", "https://youtu.be/IpK175HsDQI"):
        error = failure(tmp_path, audio=address, network=Network(ca_file=ca_file))

        assert error.code == "tls"
        assert "--ca-file" in str(error)


@pytest.mark.parametrize("proxy", ["nonsense", "ftp://127.0.0.1:1", "http://"])
@pytest.mark.parametrize("address", ["https://example.com/a.mp3", "https://youtu.be/IpK175HsDQI"])
def test_what_is_no_proxy_is_told(tmp_path: Path, address: str, proxy: str) -> None:
    error = failure(tmp_path, audio=address, network=Network(proxy=proxy))

    assert error.code == "proxy"
    assert "--proxy" in str(error)


@pytest.mark.parametrize("address", ["https://example.com/a.mp3", "http://127.0.0.1:1/a.mp3"])
def test_a_proxy_that_is_not_there_is_a_network_fault(tmp_path: Path, address: str) -> None:
    assert failure(tmp_path, audio=address, network=Network(proxy="http://127.0.0.1:1")).code == "network"


def test_a_given_certificate_is_trusted_behind_a_proxy(tmp_path: Path, sound: bytes) -> None:
    media = tmp_path / "served.m4a"
    media.write_bytes(sound)
    page = {"file": str(media), "type": "audio/mp4"}
    with StandIn({"static": {"https://example.com/talk": page}}) as proxy:
        audio = "https://example.com/talk"
        untrusted = failure(tmp_path, audio=audio, network=Network(proxy=proxy.proxy))
        found = fetched(tmp_path, audio=audio, network=Network(proxy=proxy.proxy, ca_file=proxy.ca_file))

    assert (untrusted.code, untrusted.again) == ("tls", False)
    assert found.audio
    assert found.audio.read_bytes() == sound
