"""Plain downloads over http and https, by requests: resumed, retried, checked."""

from __future__ import annotations

import hashlib
import json
import re
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from publisher.errors import FetchError, MediaError, Place
from publisher.fetch.base import Job, require_network
from publisher.fetch.outcomes import OUTCOMES, code_of_status, error_for
from publisher.fetch.session import get, open_session
from publisher.files import write_whole
from publisher.media import probe
from publisher.model import Fetched, Progress
from publisher.text import one_line
from publisher.untrusted import read_json

if TYPE_CHECKING:
    import requests

_ATTEMPTS = 5
_LONGEST_WAIT = 60
_LONGEST = 3 * 3600
_BLOCK = 16_384
_MOST_BYTES = 4_000_000_000
_LONGEST_URL = 2_000
_SUFFIXES = {
    *(".m4a", ".mp4", ".mp3", ".aac", ".ogg", ".oga", ".opus", ".webm", ".mka", ".wav", ".flac", ".aiff"),
    *(".json3", ".json", ".vtt", ".srt"),
}
_SUFFIX_OF_TYPE = {
    "audio/mp4": ".m4a",
    "audio/x-m4a": ".m4a",
    "video/mp4": ".mp4",
    "audio/mpeg": ".mp3",
    "audio/aac": ".aac",
    "audio/ogg": ".ogg",
    "audio/webm": ".webm",
    "audio/wav": ".wav",
    "audio/flac": ".flac",
    "application/json": ".json3",
    "text/vtt": ".vtt",
    "application/x-subrip": ".srt",
}
_PARTIAL = 206
_RANGE_REFUSED = 416
_TOO_MANY = 429
_SERVER_ERROR = 500


class HttpFetcher:
    """Audio from an http or https address."""

    name = "http"

    def matches(self, reference: str) -> bool:
        """Whether the address is http or https."""
        return reference.lower().startswith(("http://", "https://"))

    def fetch(self, job: Job) -> Fetched:
        """Download the file and prove that it is audio.

        Raises:
            FetchError: See `download`; code `bad_media` when a page or anything else came in place of audio.
        """
        path = download(job, "audio")
        try:
            media = probe(path)
        except MediaError as error:
            path.unlink(missing_ok=True)
            raise FetchError(
                "What came from the address is not audio.",
                code="bad_media",
                place=job.place,
                remedy="Open it in a browser: it may be a page about the file. Give the address of the file.",
            ) from error
        return Fetched(audio=path, duration=media.duration)


def download(job: Job, name: str) -> Path:
    """Download a job's reference into its folder, going on where an earlier try stopped.

    What has arrived is kept beside as `.part`, and asked to be continued only if the file is still the same
    (RFC 9110, `If-Range` with a strong ETag or the date). Network faults, 5xx and 429 are tried again, as late
    as `Retry-After` says, up to a minute.

    Args:
        job: What and where to; its network decides how.
        name: Start of the file's name.

    Returns:
        `<name>.<hash of the address>.<suffix by address or type>`.

    Raises:
        FetchError: `offline`, `unsupported_url`, `forbidden`, `gone`, `rate_limited`, `network`, `tls`, `disk`,
            `redirect`, `too_large` or `unknown`.
    """
    import requests
    import stamina

    shown = _shown_url(job)
    require_network(shown, job.network, job.place)
    job.folder.mkdir(parents=True, exist_ok=True)
    part = _Part.of(job, name)
    try:
        with open_session(job.network) as session:
            for attempt in stamina.retry_context(
                on=_wait, attempts=_ATTEMPTS, timeout=None, wait_initial=1.0
            ):
                with attempt:
                    return _attempt(session, job, part)
    except _Answer as answer:
        raise _http_error(answer, shown, job.place) from answer
    except requests.exceptions.SSLError as error:
        raise error_for("tls", job.place, detail=shown) from error
    except (requests.RequestException, _CutError) as error:
        raise error_for("network", job.place, detail=shown) from error
    except OSError as error:
        raise error_for("disk", job.place, detail=error.strerror or str(error)) from error
    raise AssertionError("a retry ends with a value or an error")


class _Answer(Exception):  # noqa: N818 - an answer that is no success
    def __init__(self, status: int, retry_after: str) -> None:
        super().__init__(status)
        self.status = status
        self.wait = int(retry_after) if retry_after.isascii() and retry_after.isdigit() else None


class _CutError(Exception):
    """The connection ended before the file did."""


def _wait(error: Exception) -> bool | float:
    """Whether to try again after an error, or after how many seconds."""
    import requests

    if isinstance(error, _Answer):
        if error.status != _TOO_MANY and error.status < _SERVER_ERROR:
            return False
        return True if error.wait is None else error.wait <= _LONGEST_WAIT and float(error.wait)
    if isinstance(error, requests.exceptions.SSLError):
        return False
    passing = (
        requests.ConnectionError,
        requests.Timeout,
        requests.exceptions.ChunkedEncodingError,
        requests.exceptions.ContentDecodingError,
    )
    return isinstance(error, (*passing, _CutError))


_VALIDATOR = re.compile(r"[!-~][ -~]{0,999}")
"""What a header may say: printable ASCII."""


def _http_error(answer: _Answer, shown: str, place: Place) -> FetchError:
    code = code_of_status(answer.status)
    remedy = OUTCOMES[code].remedy if OUTCOMES[code].again and code != "gone" else "Correct the address."
    return FetchError(
        f"The server answered {answer.status} for {shown}.",
        code=code,
        again=code in {"rate_limited", "network"},
        place=place,
        remedy=remedy,
    )


@dataclass(frozen=True, slots=True)
class _Part:
    """What has arrived of a file, and by what it is known to be the same file."""

    file: Path
    note: Path

    @classmethod
    def of(cls, job: Job, name: str) -> _Part:
        stem = f"{name}.{hashlib.sha256(job.reference.encode('utf-8')).hexdigest()[:12]}"
        return cls(job.folder / f"{stem}.part", job.folder / f"{stem}.part.json")

    def headers(self) -> dict[str, str]:
        """What asks for the rest; nothing when there is no part or no way to know it again."""
        try:
            validator = str(read_json(self.note)["validator"])
            size = self.file.stat().st_size
        except (OSError, ValueError, KeyError, TypeError):
            return {}
        usable = size and _VALIDATOR.fullmatch(validator)
        return {"Range": f"bytes={size}-", "If-Range": validator} if usable else {}

    def remember(self, headers: Mapping[str, str]) -> None:
        tag = headers.get("ETag", "")
        validator = tag if tag and not tag.startswith("W/") else headers.get("Last-Modified", "")
        write_whole(self.note, json.dumps({"validator": validator}).encode("utf-8"))

    def finish(self, suffix: str) -> Path:
        target = self.file.with_suffix(suffix)
        self.file.replace(target)
        self.note.unlink(missing_ok=True)
        return target

    def forget(self) -> None:
        self.file.unlink(missing_ok=True)
        self.note.unlink(missing_ok=True)


def _attempt(session: requests.Session, job: Job, part: _Part) -> Path:
    asked = part.headers()
    with get(session, job.reference, asked, job.place) as response:
        if response.status_code == _RANGE_REFUSED:
            part.forget()
            raise _CutError
        if not response.ok:
            raise _Answer(response.status_code, response.headers.get("Retry-After", ""))
        resumed = response.status_code == _PARTIAL
        done = part.file.stat().st_size if resumed else 0
        if resumed and not response.headers.get("Content-Range", "").startswith(f"bytes {done}-"):
            part.forget()
            raise _CutError
        if not resumed:
            part.remember(response.headers)
        total = _total(response, done)
        _receive(response, part.file, done, total, job)
        suffix = _suffix(response, job.reference)
    if total is not None and part.file.stat().st_size != total:
        raise _CutError
    return part.finish(suffix)


def _total(response: requests.Response, done: int) -> int | None:
    length = response.headers.get("Content-Length", "")
    plain = response.headers.get("Content-Encoding", "identity") == "identity"
    return done + int(length) if plain and length.isascii() and length.isdigit() else None


def _receive(response: requests.Response, file: Path, done: int, total: int | None, job: Job) -> None:
    progress: Progress = job.progress
    began, before = time.monotonic(), done
    with file.open("ab" if done else "wb") as sink:
        for block in response.iter_content(_BLOCK):
            done += sink.write(block)
            if done > _MOST_BYTES:
                raise FetchError(
                    "The file is larger than 4 GB.",
                    code="too_large",
                    place=job.place,
                    remedy="Give a smaller one.",
                )
            progress("download", min(1.0, done / total) if total else None)
            if job.network.limit_rate:
                wait = began + (done - before) / job.network.limit_rate - time.monotonic()
                time.sleep(max(0.0, wait))
            if time.monotonic() - began > _LONGEST:
                raise error_for("timed_out", job.place)


def _suffix(response: requests.Response, reference: str) -> str:
    suffix = PurePosixPath(urlsplit(reference).path).suffix.lower()
    mime = response.headers.get("Content-Type", "").partition(";")[0].strip().lower()
    return suffix if suffix in _SUFFIXES else _SUFFIX_OF_TYPE.get(mime, ".bin")


def _shown_url(job: Job) -> str:
    """The address as messages show it: without a password or a signed query.

    Raises:
        FetchError: Code `unsupported_url`; it is no http or https address.
    """
    url = job.reference
    with suppress(ValueError):
        parts = urlsplit(url)
        if (
            parts.hostname
            and parts.scheme in {"http", "https"}
            and len(url) <= _LONGEST_URL
            and url.isprintable()
        ):
            return one_line(f"{parts.scheme}://{parts.hostname}{parts.path}")[:200]
    raise FetchError(
        "This is not an http or https address.",
        code="unsupported_url",
        place=job.place,
        remedy="Write it as https://host/path.",
    )
