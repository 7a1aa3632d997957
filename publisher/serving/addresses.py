"""Where the server can be reached."""

from __future__ import annotations

import errno
import socket
from dataclasses import dataclass

from publisher.errors import UsageError

LOOPBACK = "127.0.0.1"
_ELSEWHERE = ("192.0.2.1", 9)
"""An address that nobody has (RFC 5737); nothing is sent there."""


@dataclass(frozen=True, slots=True)
class Listening:
    """A port that is ours.

    Attributes:
        socket: Bound and listening.
        host: The address that others reach, as it stands in a URL.
        port: Its number.
    """

    socket: socket.socket
    host: str
    port: int

    @property
    def url(self) -> str:
        """The address of the front page."""
        return f"http://{self.host}:{self.port}/"


def listen(port: int, *, lan: bool) -> Listening:
    """Take a port.

    Args:
        port: Its number; 0 takes any that is free.
        lan: Be there for the whole network, not only for this computer.

    Raises:
        UsageError: Somebody else has it, it is not for us, or there is no network.
    """
    host = _lan_address() if lan else LOOPBACK
    own = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    own.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        own.bind(("0.0.0.0" if lan else LOOPBACK, port))  # noqa: S104 - the whole network was asked for
        own.listen()  # who comes early waits
    except (OSError, OverflowError) as error:
        own.close()
        raise _refused(port, error) from None
    return Listening(own, host, own.getsockname()[1])


def _refused(port: int, error: Exception) -> UsageError:
    another = "Choose another one: publish serve --port 8001"
    if isinstance(error, OSError) and error.errno == errno.EADDRINUSE:
        return UsageError(f"Another program uses port {port}.", remedy=another)
    if isinstance(error, OSError) and error.errno == errno.EACCES:
        return UsageError(f"This computer does not let you use port {port}.", remedy=another)
    return UsageError(f"There is no port {port}.", remedy=another)


def _lan_address() -> str:
    """This computer's address in its network."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(_ELSEWHERE)
            return str(probe.getsockname()[0])
        except OSError:
            raise UsageError(
                "This computer is in no network.", remedy="Join one, or leave --lan out."
            ) from None
