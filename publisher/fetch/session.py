"""How requests reaches the network for us: proxy, certificates, and no redirects into our own network."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urljoin, urlsplit

from publisher.errors import FetchError, Place
from publisher.fetch.addresses import is_link_local, is_private, is_written_private
from publisher.fetch.base import Network

if TYPE_CHECKING:
    import requests

_TIMEOUT = (20, 60)
_MOST_REDIRECTS = 10


def open_session(network: Network) -> requests.Session:
    """A session that uses the network as we are told to."""
    import requests

    session = requests.Session()
    session.headers.update(
        {"Accept-Encoding": "identity", "User-Agent": "publisher (podcast publishing tool)"}
    )
    if network.proxy:
        session.trust_env = False  # requests lets the environment win over what is asked for
        session.proxies = {"http": network.proxy, "https": network.proxy}
    if network.ca_file:
        session.mount("https://", _trusting_adapter(network.ca_file))
    return session


def _trusting_adapter(ca_file: Path) -> requests.adapters.HTTPAdapter:
    """An adapter that trusts a file's certificates besides the usual ones."""
    import ssl

    from requests.adapters import HTTPAdapter

    context = ssl.create_default_context(cafile=str(ca_file))

    class Trusting(HTTPAdapter):
        def init_poolmanager(self, *arguments: Any, **named: Any) -> None:
            super().init_poolmanager(*arguments, ssl_context=context, **named)

        def proxy_manager_for(self, proxy: str, **named: Any) -> Any:
            return super().proxy_manager_for(proxy, ssl_context=context, **named)

    return Trusting()


def get(
    session: requests.Session, reference: str, headers: Mapping[str, str], place: Place
) -> requests.Response:
    """Ask for an address that a person gave; see `ask`."""
    return ask(session, reference, headers, origin=reference, place=place)


def ask(
    session: requests.Session,
    url: str,
    headers: Mapping[str, str],
    *,
    origin: str,
    place: Place,
    method: str = "GET",
) -> requests.Response:
    """Ask for an address, following redirects.

    What a public address redirects to, or names, must not be on this computer or its network; an address that was
    written as such may. Behind a proxy this is the proxy's business and not checked. Link-local addresses are never
    asked.

    Args:
        session: From `open_session`.
        url: The address.
        headers: What to send besides the session's own.
        origin: The address that a person gave, and that led here.
        place: Where it stands, for errors.
        method: `GET` or `HEAD`.

    Returns:
        The answer, its body not yet read; the caller closes it.

    Raises:
        FetchError: Code `redirect`.
        requests.RequestException: The network failed.
    """
    import requests

    for _ in range(_MOST_REDIRECTS):
        by_proxy = _by_proxy(session, url)
        if is_link_local(urlsplit(url).hostname or "", look_up=not by_proxy):
            raise _refused("The address is link-local, and such we never ask.", place)
        inside = url != origin and not by_proxy and _is_private(url)
        if inside and not _is_private(origin):
            raise _refused("The address redirects to a place that a public address must not lead to.", place)
        try:
            response = session.request(
                method, url, headers=headers, timeout=_TIMEOUT, stream=True, allow_redirects=False
            )
        except requests.RequestException:
            raise
        except ValueError as error:  # requests reads the next address even when it need not follow it
            raise _refused("The address redirects to what is no address.", place) from error
        if not response.is_redirect:
            return response
        response.close()
        url = _redirected(url, response.headers["Location"])
        if not url:
            raise _refused("The address redirects to a place that a public address must not lead to.", place)
    raise _refused("The address redirects again and again.", place)


def _redirected(url: str, location: str) -> str:
    """Where a redirect leads; empty when that is no http or https address."""
    try:
        target = urljoin(url, location)
        return target if urlsplit(target).scheme in {"http", "https"} else ""
    except ValueError:
        return ""


def _is_private(url: str) -> bool:
    return is_private(urlsplit(url).hostname or "")


def _refused(what: str, place: Place) -> FetchError:
    return FetchError(what, code="redirect", place=place, remedy="Give the address of the file itself.")


def is_for_strangers(url: str, session: requests.Session, *, beside: str = "") -> bool:
    """Whether an address that a stranger wrote may be asked: it is public, or on the host that wrote it.

    Args:
        url: The address.
        session: How it would be asked; behind a proxy names are the proxy's to look up, and only what is written as
            an address in digits is judged.
        beside: Where the stranger's text came from; empty for a file.
    """
    try:
        parts, home = urlsplit(url), urlsplit(beside)
        port = parts.port
    except ValueError:
        return False
    host = parts.hostname or ""
    if not host or parts.scheme not in {"http", "https"} or is_link_local(host, look_up=False):
        return False
    if (host, port) == (home.hostname, home.port):
        return True
    return not (is_written_private(host) if _by_proxy(session, url) else is_private(host))


def _by_proxy(session: requests.Session, url: str) -> bool:
    from requests.utils import get_environ_proxies, select_proxy

    proxies = get_environ_proxies(url) if session.trust_env else session.proxies
    return bool(select_proxy(url, proxies))
