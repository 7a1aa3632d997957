"""Which addresses belong to this computer or its network, and not to the public internet."""

from __future__ import annotations

import ipaddress
import socket
from collections.abc import Collection
from typing import Any

_Address = ipaddress.IPv4Address | ipaddress.IPv6Address

REFUSED = "an address that is not for us"


def is_private(host: str) -> bool:
    """Whether a host name or address leads, also, to somewhere that is not public.

    A name that does not resolve is not private: the request will say that it leads nowhere.
    """
    return any(not address.is_global for address in _addresses(host, look_up=True))


def is_written_private(host: str) -> bool:
    """Whether a host is written as this computer, or in digits that are not public; nothing is looked up."""
    if written := _addresses(host, look_up=False):
        return any(not address.is_global for address in written)
    return host.lower().rstrip(".") == "localhost" or host.lower().rstrip(".").endswith(".localhost")


def is_link_local(host: str, *, look_up: bool) -> bool:
    """Whether a host is an address of this very wire, where clouds keep their secrets.

    Args:
        host: A name, or an address in whatever digits.
        look_up: Whether a name is asked where it leads to.
    """
    return any(address.is_link_local for address in _addresses(host, look_up=look_up))


def _addresses(host: str, *, look_up: bool) -> list[_Address]:
    """Where a host leads, as the system reads it: `2852039166` and `0xa9fea9fe` are addresses too."""
    flags = 0 if look_up else socket.AI_NUMERICHOST
    try:
        found = socket.getaddrinfo(host, None, type=socket.SOCK_STREAM, flags=flags)
    except (OSError, UnicodeError):
        return []
    return [_address(str(address[0])) for *_, address in found]


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
        inside = any(not _address(str(address[0])).is_global for *_, address in found)
        if name.lower() not in proxies and (only_proxies or inside):
            raise OSError(f"{REFUSED}: {name[:100]}")
        return found

    socket.getaddrinfo = guarded


def _address(text: str) -> _Address:
    address = ipaddress.ip_address(text.partition("%")[0])
    mapped = address.ipv4_mapped if isinstance(address, ipaddress.IPv6Address) else None
    return mapped or address
