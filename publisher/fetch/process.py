"""Runs a fetch in a process of its own, and ends it when it takes too long or nobody waits for it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from tempfile import TemporaryFile
from threading import Event, Timer
from typing import IO, Any, TypeVar

import publisher
from publisher.fetch.listing import Listed, Listing
from publisher.fetch.outcomes import RefusedError, error_for
from publisher.fetch.video import Request
from publisher.model import Fetched, Progress

_COMMAND = ("-P", "-m", "publisher.fetch.worker")
_LAST_WORDS = 400

_Task = TypeVar("_Task", Request, Listing)


def fetch_apart(request: Request, progress: Progress) -> Fetched:
    """Fetch a video in a process of its own.

    Whatever ends it leaves what has arrived, and the next fetch goes on from there.

    Args:
        request: What; its patience says how long at most.
        progress: Told what is being done.

    Raises:
        RefusedError: It cannot be had; `timed_out` and `crashed` are about the process itself.
    """
    from pydantic import TypeAdapter

    return TypeAdapter(Fetched).validate_python(_apart("video", request, progress))


def list_apart(listing: Listing, progress: Progress) -> tuple[Listed, ...]:
    """List the videos of a channel or playlist in a process of its own.

    Args:
        listing: What; its patience says how long at most.
        progress: Told what is being done.

    Raises:
        RefusedError: The list cannot be had; `timed_out` and `crashed` are about the process itself.
    """
    from pydantic import TypeAdapter

    return TypeAdapter(tuple[Listed, ...]).validate_python(_apart("list", listing, progress))


def _apart(task: str, request: _Task, progress: Progress) -> Any:
    """What the worker finds, when it is given a task by its name."""
    from pydantic import TypeAdapter

    with TemporaryFile() as noise, _worker(noise) as process:
        line = TypeAdapter(type(request)).dump_json(request)
        late = Event()
        timer = Timer(request.patience.limit, _end, (process, late))
        timer.daemon = True  # Ctrl-C may come before the block below is entered
        try:
            timer.start()
            answer = _conversation(process, b"%s %s\n" % (task.encode("ascii"), line), progress)
        finally:
            timer.cancel()
        if "found" in answer:
            return answer["found"]
        if "refused" in answer:
            raise RefusedError(**answer["refused"], place=request.place)
        if late.is_set():
            raise error_for("timed_out", request.place)
        process.wait()
        raise error_for("crashed", request.place, detail=_last_words(noise))


@contextmanager
def _worker(noise: IO[bytes]) -> Iterator[subprocess.Popen[bytes]]:
    """The process, which is gone when the block ends, however it ends."""
    paths = (str(Path(publisher.__file__).parents[1]), os.environ.get("PYTHONPATH", ""))
    environment = {
        **os.environ,
        "YTDLP_NO_PLUGINS": "1",
        "PYTHONPATH": os.pathsep.join(path for path in paths if path),
    }
    process = subprocess.Popen(  # noqa: S603 - our own module
        (sys.executable, *_COMMAND),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=noise,
        env=environment,
    )
    try:
        yield process
    finally:
        process.kill()
        process.wait()
        for pipe in (process.stdin, process.stdout):
            with suppress(OSError):
                if pipe:
                    pipe.close()


def _conversation(process: subprocess.Popen[bytes], line: bytes, progress: Progress) -> dict[str, Any]:
    """Ask, pass on what is being done, and give the answer; empty when there was none."""
    if process.stdin is None or process.stdout is None:
        raise AssertionError("both ends are pipes")
    with suppress(BrokenPipeError):
        process.stdin.write(line)
        process.stdin.flush()
    for said in process.stdout:
        message: dict[str, Any] = json.loads(said)
        if "progress" not in message:
            return message
        what, share = message["progress"]
        progress(what, share)
    return {}


def _end(process: subprocess.Popen[bytes], late: Event) -> None:
    late.set()
    process.kill()


def _last_words(noise: IO[bytes]) -> str:
    noise.seek(0)
    lines = noise.read().decode("utf-8", "replace").strip().splitlines()
    return lines[-1][:_LAST_WORDS] if lines else ""
