"""Which addresses belong to this computer or its network, and not to the public internet."""

from __future__ import annotations

import ipaddress
import socket


def is_private(host: str) -> bool:
    """Whether a host name or address leads, also, to somewhere that is not public.

    A name that does not resolve is not private: the request will say that it leads nowhere.
    """
    try:
        found = socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        return False
    return any(not _is_public(str(address[0])) for *_, address in found)


def _is_public(text: str) -> bool:
    address = ipaddress.ip_address(text.partition("%")[0])
    if isinstance(address, ipaddress.IPv6Address) and address.ipv4_mapped:
        address = address.ipv4_mapped
    return address.is_global
