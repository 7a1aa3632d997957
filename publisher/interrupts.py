"""Ctrl-C that no library swallows.

PyAV, built for Python's limited API, runs a little Python while it makes the traceback of an error, and drops what is
raised there: a Ctrl-C that comes just then is lost. So it is remembered, and raised where such errors are caught.
"""

from __future__ import annotations

import signal
import threading
from types import FrameType

_came = threading.Event()


def listen() -> None:
    """Remember Ctrl-C from now on, where Python itself would only raise it."""
    ours = threading.current_thread() is threading.main_thread()
    if ours and signal.getsignal(signal.SIGINT) is signal.default_int_handler:
        signal.signal(signal.SIGINT, _remember)
    _came.clear()


def heed() -> None:
    """Raise what came and may have been lost.

    Raises:
        KeyboardInterrupt: Somebody pressed Ctrl-C.
    """
    if _came.is_set():
        raise KeyboardInterrupt


def _remember(_signal: int, _frame: FrameType | None) -> None:
    _came.set()
    raise KeyboardInterrupt
