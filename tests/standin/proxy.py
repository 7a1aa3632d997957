"""The proxy: ends TLS with certificates of its own, reads each request and sends the site's answer."""

from __future__ import annotations

import shutil
import ssl
import tempfile
import time
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Lock, Thread
from types import TracebackType
from typing import Self
from urllib.parse import urlsplit

import trustme

from tests.standin.refusals import Json
from tests.standin.routes import Asked, answer, understand
from tests.standin.site import Answer, Site

_CONSENT_PAGE = b"<!DOCTYPE html><html>Before you continue</html>"


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    timeout = 60
    server: StandIn
    host = ""
    scheme = "https"

    def do_CONNECT(self) -> None:
        self.host = self.path.rpartition(":")[0]
        self.wfile.write(b"HTTP/1.1 200 Connection established\r\n\r\n")
        try:
            context = self.server.tls(self.host)
            self.connection = context.wrap_socket(self.connection, server_side=True)
        except OSError as error:  # the client does not trust our authority, or went away
            self._note(None, status=0, error=str(error))
            self.close_connection = True
            return
        self.rfile = self.connection.makefile("rb")
        self.wfile = self.connection.makefile("wb", 0)
        self.close_connection = False

    def do_GET(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        url = urlsplit(self.path)
        if url.hostname:
            self.host, self.scheme = url.hostname, "http"
        site = self.server.site
        asked = understand(site, f"{self.scheme}://{self.host}", url, body)
        rule = None if asked.kind == "blocked" else site.fault(asked.kind, asked.video, asked.client)
        rule = rule or {}
        match rule.get("do"):
            case "reset" | "stall" as fault:
                self._note(asked, status=0, fault=fault)
                time.sleep(rule.get("seconds", 5) if fault == "stall" else 0)
                self.close_connection = True
            case "status":
                wait = {"Retry-After": str(rule["retry_after"])} if "retry_after" in rule else {}
                self._reply((rule["status"], "text/html", b"<html>fault</html>"), asked, rule, wait)
            case "empty":
                self._reply((200, "text/html", b""), asked, rule)
            case "html":
                self._reply((200, "text/html", _CONSENT_PAGE), asked, rule)
            case _:
                headers = asked.static.get("headers", {})
                self._reply(answer(site, asked), asked, rule, headers)

    do_POST = do_HEAD = do_GET  # noqa: N815 - the base class looks for these names

    def _reply(self, found: Answer, asked: Asked, rule: Json, more: dict[str, str] | None = None) -> None:
        status, mime, body = found
        headers = {"Content-Type": mime, **(more or {})}
        span = self.headers.get("Range", "")
        ranged = asked.kind in {"media", "static", "bilibili media"} and rule.get("do") != "norange"
        if ranged and status == 200 and span.startswith("bytes="):
            status, body, headers["Content-Range"] = _part(body, span)
        headers.setdefault("Content-Length", str(len(body)))
        self._note(asked, status=status, bytes=len(body), fault=rule.get("do"))
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()
        if self.command == "HEAD":
            return
        try:
            self._send(body, rule)
        except OSError:
            self.close_connection = True

    def _send(self, body: bytes, rule: Json) -> None:
        match rule.get("do"):
            case "truncate":
                self.wfile.write(body[: rule.get("bytes", len(body) // 2)])
                self.close_connection = True
            case "slow":
                step = max(1, int(rule.get("bps", 50_000)) // 10)
                for start in range(0, len(body), step):
                    self.wfile.write(body[start : start + step])
                    time.sleep(0.1)
            case _:
                self.wfile.write(body)

    def _note(self, asked: Asked | None, **entry: object) -> None:
        self.server.log.append(
            {
                "kind": asked.kind if asked else "tls-refused",
                "video": asked.video if asked else "",
                "client": asked.client if asked else "",
                "method": self.command,
                "host": self.host,
                "path": self.path[:300],
                "range": self.headers.get("Range"),
                "cookie": self.headers.get("Cookie"),
                "at": time.monotonic(),
                **entry,
            }
        )

    def finish(self) -> None:
        with suppress(OSError):
            super().finish()
        self.connection.close()

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base class names it
        """Say nothing; `log` has it all."""


def _part(body: bytes, span: str) -> tuple[int, bytes, str]:
    first, _, last = span.removeprefix("bytes=").partition("-")
    start, end = int(first or 0), min(int(last or len(body) - 1), len(body) - 1)
    if start >= len(body):
        return 416, b"", f"bytes */{len(body)}"
    return 206, body[start : end + 1], f"bytes {start}-{end}/{len(body)}"


class StandIn(ThreadingHTTPServer):
    """The server; a context manager.

    Attributes:
        site: The answers and their configuration.
        proxy: URL of the proxy.
        ca_file: The certificate authority's certificate, PEM.
    """

    daemon_threads = True
    request_queue_size = 64

    def __init__(self, config: Json | Path | str, *, root: Path | None = None) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.site = Site(config, root)
        self.proxy = f"http://127.0.0.1:{self.server_address[1]}"
        self._authority = trustme.CA(organization_name="stand-in authority")
        self._contexts: dict[str, ssl.SSLContext] = {}
        self._lock = Lock()
        self._folder = Path(tempfile.mkdtemp(prefix="standin-"))
        self.ca_file = self._folder / "ca.pem"
        self._authority.cert_pem.write_to_path(str(self.ca_file))

    @property
    def log(self) -> list[Json]:
        """One entry for each request."""
        return self.site.log

    def kinds(self) -> list[str]:
        """What was asked for, in order."""
        return [entry["kind"] for entry in self.log]

    def reset(self) -> None:
        """Forget the log and the fault counters."""
        self.site.log.clear()
        self.site.hits.clear()

    def tls(self, host: str) -> ssl.SSLContext:
        """A context with a certificate for a host."""
        with self._lock:
            if host not in self._contexts:
                context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
                context.set_alpn_protocols(["http/1.1"])
                self._authority.issue_cert(host).configure_cert(context)
                self._contexts[host] = context
            return self._contexts[host]

    def handle_error(self, request: object, client_address: object) -> None:
        """Say nothing: a client that hangs up is no news here."""

    def __enter__(self) -> Self:
        Thread(target=self.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.shutdown()
        self.server_close()
        shutil.rmtree(self._folder, ignore_errors=True)
