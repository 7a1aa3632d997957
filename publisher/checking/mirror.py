"""What is fetched of a published feed, laid out as `output/` is, so that the same rules judge it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path, PurePosixPath
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

from publisher.chapters import FORMATS, PUBLISHED
from publisher.checking import documents
from publisher.checking.tree import NAMESPACES, Document, Sound, Tree, attribute, text
from publisher.errors import FetchError, Place
from publisher.feed.paging import FEED
from publisher.fetch import Network
from publisher.fetch.session import ask, open_session
from publisher.findings import Finding
from publisher.model import Progress

if TYPE_CHECKING:
    import requests
    from lxml.etree import _Element

OK, PARTIAL, NOT_MODIFIED = 200, 206, 304
MISSING = (404, 410)
"""What a server says of a file that is not there."""


@dataclass(frozen=True, slots=True)
class Limits:
    """How much of a published feed is fetched.

    Attributes:
        episodes: The newest so many have their files fetched.
        file: Bytes of a document, a chapter list, a transcript or a picture.
        head: Bytes of the beginning of audio.
        tail: Bytes of its end.
        pages: Documents of the feed.
    """

    episodes: int = 20
    file: int = 32_000_000
    head: int = 1_000_000
    tail: int = 250_000
    pages: int = 50


@dataclass(frozen=True, slots=True)
class Answer:
    """What a server said to a request.

    Attributes:
        kind: What was asked for: `feed`, `audio`, `chapters`, `transcript` or `other`.
        status: Of the answer; 0 when none came.
        headers: Of the answer, by their names in lower case.
        content: What came of the body, as far as the limits go.
        said_type: What the feed says that it is; empty when it says nothing.
        head: The status of a HEAD request; None where none was made.
    """

    kind: str
    status: int
    headers: Mapping[str, str]
    content: bytes = b""
    said_type: str = ""
    head: int | None = None

    @property
    def total(self) -> int | None:
        """Bytes of the whole file, as the server says."""
        length = self.headers.get("content-range", "").rpartition("/")[2] or self.headers.get(
            "content-length", ""
        )
        return int(length) if length.isascii() and length.isdigit() else None


@dataclass(frozen=True, slots=True)
class Mirror:
    """What was fetched.

    Attributes:
        tree: For the rules.
        findings: What is wrong with the documents of the feed.
        answers: What the server said, by address.
        again: The status when the feed was asked for again, if it had changed.
    """

    tree: Tree
    findings: tuple[Finding, ...]
    answers: Mapping[str, Answer]
    again: int


@contextmanager
def mirroring(url: str, network: Network, limits: Limits, progress: Progress) -> Iterator[Mirror]:
    """Fetch a published feed, and what it names, into a temporary folder.

    Raises:
        FetchError: This is no address, the run is offline, or the server cannot be reached.
    """
    place = Place(url[:200])
    try:
        parts = urlsplit(url)
        good = (
            parts.scheme in {"http", "https"} and bool(parts.hostname) and url.isprintable() and url.isascii()
        )
    except ValueError:
        good = False
    if not good:
        raise FetchError(
            "This is not an http or https address.",
            code="unsupported_url",
            place=place,
            remedy="Give the feed's, such as https://example.com/feed.xml; without one, output/ is checked.",
        )
    if network.offline:
        raise FetchError(
            "A published feed cannot be checked offline.",
            code="offline",
            place=place,
            remedy="Run it without --offline.",
        )
    with TemporaryDirectory() as folder, open_session(network) as session:
        yield _Fetching(url, session, Path(folder), limits, progress).run()


class _Fetching:
    def __init__(
        self, url: str, session: requests.Session, folder: Path, limits: Limits, progress: Progress
    ) -> None:
        self._url = url
        self._session = session
        self._limits = limits
        self._progress = progress
        self._answers: dict[str, Answer] = {}
        base, _, last = url.partition("?")[0].rpartition("/")
        self._name = unquote(last) or FEED
        self._asked: set[str] = set()
        self._sounds: dict[str, Sound] = {}
        self._elsewhere = {url: self._name}
        self._tree = Tree(folder / "show", base, (), frozenset(), self._sounds, self._elsewhere)
        self._holed = folder / "holed"

    def run(self) -> Mirror:
        feed = documents.read(self._name, self._document, self._tree.path_of)
        if feed.documents:
            self._files(feed.documents[0])
        tree = replace(self._tree, documents=feed.documents, asked=frozenset(self._asked))
        return Mirror(tree, feed.findings, self._answers, self._again())

    def _document(self, name: str) -> bytes | None:
        if len(self._answers) >= self._limits.pages:
            return None
        url = self._url if name == self._name else f"{self._tree.base_url}/{name}"
        answer = self._get(url, "feed")
        if not answer.status:
            raise FetchError(
                "The server cannot be reached.",
                code="network",
                again=True,
                place=Place(url),
                remedy="Try later.",
            )
        self._keep(url, answer)
        return answer.content if answer.status == OK else None

    def _again(self) -> int:
        headers = self._answers[self._url].headers
        known = {
            "If-None-Match": headers.get("etag", ""),
            "If-Modified-Since": headers.get("last-modified", ""),
        }
        asked = {name: value for name, value in known.items() if value}
        return self._request(self._url, asked).status if asked else OK

    def _files(self, feed: Document) -> None:
        self._small(attribute(feed.channel, "itunes:image", "href"))
        newest = list(islice(feed.episodes(), self._limits.episodes))
        for number, (where, item) in enumerate(newest):
            self._progress(where, number / len(newest))
            self._audio(item)
            self._small(attribute(item, "itunes:image", "href"))
            self._small(text(item, "link"), only_here=True)
            for link in item.iterfind("podcast:transcript", namespaces=NAMESPACES):
                self._small(link.get("url", ""), "transcript", link.get("type", ""))
            self._chapters(attribute(item, "podcast:chapters", "url"), feed)

    def _chapters(self, url: str, feed: Document) -> None:
        self._small(url, "chapters", "application/json")
        if text(feed.channel, "generator") == "publisher":
            for name in PUBLISHED:
                self._small(f"{url.rpartition('/')[0]}/{FORMATS[name].filename}")

    def _small(self, url: str, kind: str = "other", said_type: str = "", *, only_here: bool = False) -> None:
        here = url.startswith(f"{self._tree.base_url}/")
        if url in self._answers or not url.startswith(("http://", "https://")) or (only_here and not here):
            return
        answer = self._get(url, kind, said_type)
        if len(answer.content) <= self._limits.file:
            self._keep(url, answer)

    def _audio(self, item: _Element) -> None:
        url = attribute(item, "enclosure", "url")
        if url in self._answers or not url.startswith(("http://", "https://")):
            return
        limits = self._limits
        begin = self._request(url, {"Range": f"bytes=0-{limits.head - 1}"}, limits.head)
        head = self._request(url, {}, method="HEAD")
        said = attribute(item, "enclosure", "type")
        answer = replace(begin, kind="audio", said_type=said, head=head.status)
        self._answers[url] = answer
        path = self._path(url)
        if answer.status in {OK, PARTIAL} and answer.total:
            self._sounds[path] = Sound(answer.total, self._measurable(url, answer, answer.total))
        elif answer.status in MISSING:
            self._asked.add(path)

    def _measurable(self, url: str, answer: Answer, total: int) -> Path | None:
        """Audio with a hole in its middle; None where its length is not to be known without the middle."""
        whole = len(answer.content) >= total
        if not whole and (not _has_index(answer.content) or answer.status != PARTIAL):
            return None
        file = self._holed / str(len(self._answers))
        file.parent.mkdir(exist_ok=True)
        with file.open("wb") as sink:
            sink.write(answer.content[:total])
            sink.truncate(total)
            if not whole:
                start = max(len(answer.content), total - self._limits.tail)
                end = self._request(url, {"Range": f"bytes={start}-{total - 1}"}, self._limits.tail)
                if end.status != PARTIAL or len(end.content) != total - start:
                    return None
                sink.seek(start)
                sink.write(end.content)
        return file

    def _keep(self, url: str, answer: Answer) -> None:
        """Lay a file down; an answer that tells nothing of it leaves it unasked."""
        path = self._path(url)
        if answer.status in MISSING:
            self._asked.add(path)
        parts = PurePosixPath(path).parts
        if answer.status != OK or not parts or ".." in parts or path.startswith("/") or "\0" in path:
            return
        file = self._tree.root.joinpath(*parts)
        with suppress(OSError):  # a name too long, or a file where a folder should be
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(answer.content)
            self._asked.add(path)

    def _path(self, url: str) -> str:
        """Where a file lies in the mirror."""
        path = self._tree.path_of(url)
        if path is None:
            suffix = PurePosixPath(urlsplit(url).path).suffix[:10]
            path = f"elsewhere/{len(self._elsewhere)}{suffix if suffix.isascii() else ''}"
            self._elsewhere[url] = path
        return path

    def _get(self, url: str, kind: str, said_type: str = "") -> Answer:
        found = self._request(url, {"Origin": "https://player.example"}, self._limits.file + 1)
        answer = replace(found, kind=kind, said_type=said_type)
        self._answers[url] = answer
        return answer

    def _request(self, url: str, headers: Mapping[str, str], most: int = 0, method: str = "GET") -> Answer:
        """What a server says, and at most so many bytes of the body; status 0 when it says nothing."""
        import requests

        try:
            with ask(
                self._session, url, headers, origin=self._url, place=Place(url[:200]), method=method
            ) as response:
                content = b""
                if most:
                    for block in response.iter_content(65_536):
                        content += block
                        if len(content) >= most:
                            break
                lower = {name.lower(): value for name, value in response.headers.items()}
                return Answer("", response.status_code, lower, content[:most])
        except (requests.RequestException, FetchError):
            return Answer("", 0, {})


def _has_index(begin: bytes) -> bool:
    """Whether the beginning of an MP4 file holds its whole index (ISO/IEC 14496-12, the `moov` box)."""
    at = 0
    while at + 8 <= len(begin):
        size, kind = int.from_bytes(begin[at : at + 4], "big"), begin[at + 4 : at + 8]
        if kind == b"moov":
            return at + size <= len(begin)
        if size < 8 or (at == 0 and kind != b"ftyp"):  # noqa: PLR2004
            return False
        at += size
    return False
