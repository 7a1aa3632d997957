"""The fetching process: `python -m publisher.fetch.worker` reads a request and answers in lines of JSON.

It is on its own so that it can be ended at any moment: by the clock, by Ctrl-C, with its parent, or by its own
fault. The request is the name of a task and its arguments as JSON. Each line is one of
`{"progress": [what, share]}`, `{"found": ...}` and `{"refused": {...}}`; the last two end it. What else the
libraries print goes to the standard error.
"""

from __future__ import annotations

import json
import os
import signal
import sys
from collections.abc import Callable
from threading import Lock, Thread
from typing import Any
from urllib.parse import urlsplit

Say = Callable[[dict[str, Any]], None]


def main() -> None:
    """Do the one request on the standard input."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C goes to the parent, which ends us
    say = _own_output()
    line = sys.stdin.buffer.readline()
    Thread(target=_end_with_the_parent, daemon=True).start()
    _work(line, say)


def _own_output() -> Say:
    """The pipe to the parent; from now on a stray print cannot reach it."""
    pipe = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    lock = Lock()

    def say(message: dict[str, Any]) -> None:
        with lock:
            pipe.write(json.dumps(message) + "\n")
            pipe.flush()

    return say


def _end_with_the_parent() -> None:
    """The parent keeps our input open for as long as it lives."""
    while os.read(0, 4096):
        pass
    os._exit(1)


def _work(line: bytes, say: Say) -> None:
    from pydantic import TypeAdapter

    from publisher.fetch.base import quiet_retries
    from publisher.fetch.listing import Listed, Listing, list_videos
    from publisher.fetch.outcomes import RefusedError
    from publisher.fetch.video import Request, Video
    from publisher.model import Fetched

    def tell(what: str, share: float | None = None) -> None:
        say({"progress": [what, share]})

    quiet_retries()
    task, _, arguments = line.partition(b" ")
    found: Any
    try:
        if task == b"list":
            listing = TypeAdapter(Listing).validate_json(arguments)
            _confine(listing.network.proxy)
            found = TypeAdapter(tuple[Listed, ...]).dump_python(list_videos(listing, tell), mode="json")
        else:
            request = TypeAdapter(Request).validate_json(arguments)
            _confine(request.network.proxy)
            found = TypeAdapter(Fetched).dump_python(Video(request, tell).fetch(), mode="json")
    except RefusedError as error:
        facts = {name: getattr(error, name) for name in ("what", "code", "retry_after", "remedy")}
        say({"refused": facts})
    else:
        say({"found": found})


def _confine(proxy: str) -> None:
    from urllib.request import getproxies

    from publisher.fetch.addresses import confine

    urls = [proxy] if proxy else [url for url in getproxies().values() if "://" in url]
    confine({(urlsplit(url).hostname or "").lower() for url in urls}, only_proxies=bool(proxy))


if __name__ == "__main__":
    main()
