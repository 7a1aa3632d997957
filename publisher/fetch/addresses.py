"""Which addresses belong to this computer or its network, and not to the public internet."""

from __future__ import annotations

import ipaddress
import socket
from collections.abc import Collection
from typing import Any

REFUSED = "an address that is not for us"


def is_private(host: str) -> bool:
    """Whether a host name or address leads, also, to somewhere that is not public.

    A name that does not resolve is not private: the request will say that it leads nowhere.
    """
    try:
        found = socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        return False
    return any(not _is_public(str(address[0])) for *_, address in found)


def is_written_private(host: str) -> bool:
    """Whether a host is written as this computer, or in digits that are not public; nothing is looked up."""
    try:
        return not _is_public(host)
    except ValueError:
        return host.lower().rstrip(".") == "localhost" or host.lower().rstrip(".").endswith(".localhost")


def is_link_local(host: str) -> bool:
    """Whether a host is written as an address of this very wire, where clouds keep their secrets."""
    try:
        return ipaddress.ip_address(host.partition("%")[0]).is_link_local
    except ValueError:
        return False


def confine(proxies: Collection[str], *, only_proxies: bool) -> None:
    """Keep this process from connecting to this computer or its network, whoever asks for it.

    Every library looks up where it connects to, also for a redirect and for an address in digits; so that is where
    the check is. Call it only in a process that does nothing but fetch.

    Args:
        proxies: Hosts that may be anywhere.
        only_proxies: Refuse every other host, wherever it is.
    """
    usual = socket.getaddrinfo

    def guarded(host: Any, *arguments: Any, **named: Any) -> Any:
        found = usual(host, *arguments, **named)
        name = host.decode("ascii", "replace") if isinstance(host, bytes) else str(host)
        inside = any(not _is_public(str(address[0])) for *_, address in found)
        if name.lower() not in proxies and (only_proxies or inside):
            raise OSError(f"{REFUSED}: {name[:100]}")
        return found

    socket.getaddrinfo = guarded


def _is_public(text: str) -> bool:
    address = ipaddress.ip_address(text.partition("%")[0])
    if isinstance(address, ipaddress.IPv6Address) and address.ipv4_mapped:
        address = address.ipv4_mapped
    return address.is_global
