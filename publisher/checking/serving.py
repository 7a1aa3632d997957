"""Rules of the server that hands the files out: what no look at the files can show."""

from __future__ import annotations

from collections.abc import Iterator

from publisher.checking.mirror import MISSING, NOT_MODIFIED, OK, PARTIAL, Answer, Mirror
from publisher.checking.promises import SAME_TYPE
from publisher.checking.rules import breach
from publisher.checking.tree import Tree
from publisher.findings import Finding

_FEED_TYPES = {"application/rss+xml", "application/xml", "text/xml"}
_TYPES = {
    "application/json": {"application/json", "application/json+chapters"},
    "application/x-subrip": {"application/x-subrip", "application/srt", "text/srt", "text/plain"},
}
"""Types under which a file may come besides the one that the feed says."""


def answers(mirror: Mirror, _tree: Tree) -> Iterator[Finding]:
    """How the server answered for each file, and for the feed when asked again; other rules name what is missing."""
    for url, answer in mirror.answers.items():
        if answer.status in {OK, PARTIAL}:
            yield from _type(url, answer)
            yield from _audio(url, answer)
            yield from _script(url, answer)
        elif answer.status not in MISSING:
            said = f"answered {answer.status}" if answer.status else "did not answer"
            yield breach("server-answer", url, f"The server {said}.")
    if mirror.again != NOT_MODIFIED:
        feed = next(iter(mirror.answers))
        what = "The feed comes whole although it has not changed; apps ask for it many times a day."
        yield breach("server-conditional", feed, what)


def _type(url: str, answer: Answer) -> Iterator[Finding]:
    served = answer.headers.get("content-type", "").partition(";")[0].strip().lower()
    if answer.kind == "feed":
        good = served in _FEED_TYPES
    elif answer.said_type:
        said = SAME_TYPE.get(answer.said_type, answer.said_type)
        good = SAME_TYPE.get(served, served) in _TYPES.get(said, {said})
    else:
        return
    if not good:
        expected = answer.said_type or "application/rss+xml"
        yield breach("server-type", url, f"The server says that it is {served or 'nothing'}, not {expected}.")


def _audio(url: str, answer: Answer) -> Iterator[Finding]:
    if answer.kind != "audio":
        return
    if answer.head != OK:
        yield breach("server-head", url, f"HEAD is answered with {answer.head or 'nothing'}.")
    if answer.status != PARTIAL:
        yield breach("server-range", url, "Asked for a part, the server sends the whole file.")


def _script(url: str, answer: Answer) -> Iterator[Finding]:
    allowed = answer.headers.get("access-control-allow-origin", "")
    if answer.kind in {"chapters", "transcript"} and allowed != "*":
        yield breach(
            "server-cors",
            url,
            "Players on other web sites may not read it: Access-Control-Allow-Origin is not *.",
        )
