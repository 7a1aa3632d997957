"""Small files of the web, read into memory: a feed, and what a feed names."""

from __future__ import annotations

import time
from urllib.parse import urlsplit

from publisher.errors import Place
from publisher.fetch.base import Network, require_network
from publisher.fetch.outcomes import code_of_status, error_for
from publisher.fetch.session import get, is_for_strangers, open_session
from publisher.text import one_line

_LONGEST_URL = 2_000
_LONGEST = 120
_BLOCK = 65_536
_OK = 200
_ATTEMPTS = 3


class WebReader:
    """Reads small files with one session; a host that asks us to wait is not asked again."""

    def __init__(self, network: Network, place: Place) -> None:
        self._network = network
        self._place = place
        self._session = open_session(network)
        self._waiting: set[str] = set()

    def read(self, url: str, *, most: int) -> bytes:
        """A file that a person asked for.

        Args:
            url: http or https.
            most: Bytes that are accepted.

        Raises:
            FetchError: See `publisher.fetch.outcomes`, or code `offline`, `proxy` or `redirect`.
        """
        return self._read(url, most)

    def read_for_stranger(self, url: str, *, beside: str, most: int) -> bytes:
        """A file that a downloaded text names; only from public hosts, or from the one that the text came from.

        Raises:
            FetchError: As `read`, or code `inside`.
        """
        if not self.allows(url, beside=beside):
            raise error_for("inside", self._place, detail=_shown(url))
        return self._read(url, most)

    def allows(self, url: str, *, beside: str) -> bool:
        """Whether a stranger's address may be asked."""
        return (
            len(url) <= _LONGEST_URL
            and url.isprintable()
            and is_for_strangers(url, self._session, beside=beside)
        )

    def _read(self, url: str, most: int) -> bytes:
        import requests
        import stamina

        shown = _shown(url)
        require_network(shown, self._network, self._place)
        host = urlsplit(url).hostname or ""
        if host in self._waiting:
            raise error_for("rate_limited", self._place, detail=host)
        try:
            for attempt in stamina.retry_context(
                on=(requests.ConnectionError, requests.Timeout), attempts=_ATTEMPTS, timeout=None
            ):
                with attempt:
                    return self._asked(url, shown, most)
        except requests.exceptions.SSLError as error:
            raise error_for("tls", self._place, detail=shown) from error
        except (requests.RequestException, ValueError) as error:
            raise error_for("network", self._place, detail=shown) from error
        raise AssertionError("a retry ends with a value or an error")

    def _asked(self, url: str, shown: str, most: int) -> bytes:
        began = time.monotonic()
        content = bytearray()
        with get(self._session, url, {}, self._place) as response:
            if response.status_code != _OK:
                code = code_of_status(response.status_code)
                if code == "rate_limited":
                    self._waiting.add(urlsplit(url).hostname or "")
                raise error_for(code, self._place, detail=f"{response.status_code} for {shown}")
            for block in response.iter_content(_BLOCK):
                content += block
                if len(content) > most:
                    limit = f"{shown} is larger than {most // 1_000_000} MB"
                    raise error_for("too_large", self._place, detail=limit)
                if time.monotonic() - began > _LONGEST:
                    raise error_for("timed_out", self._place, detail=shown)
        return bytes(content)


def _shown(url: str) -> str:
    """The address as messages show it: without a password or a signed query."""
    try:
        parts = urlsplit(url)
        return one_line(f"{parts.scheme}://{parts.hostname}{parts.path}")[:200]
    except ValueError:
        return "an address that is none"
