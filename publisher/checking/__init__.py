"""Reads `output/` back and says what an app, a directory or a listener would stumble over.

To add a rule: its line in `rules.RULES`, its check beside its like, a mutation in the test. Then
`python -m tools.reference` writes it into the reference.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path

from publisher.chapters import platforms, read_chapters
from publisher.checking import documents, episodes, namespace, promises, serving, show, webvtt
from publisher.checking.mirror import Limits, mirroring
from publisher.checking.rule import PROFILES
from publisher.checking.rules import RULES
from publisher.checking.tree import Tree, attribute
from publisher.errors import ContentError, UsageError
from publisher.feed.paging import FEED
from publisher.fetch import Network
from publisher.findings import Finding
from publisher.model import Progress, silent

__all__ = ["PROFILES", "RULES", "Limits", "check", "check_published"]

Part = Callable[[Tree], Iterator[Finding]]

_PARTS: tuple[Part, ...] = (
    documents.each,
    documents.paging,
    show.channel,
    show.of_episodes,
    episodes.items,
    episodes.values,
    episodes.addresses,
    namespace.tags,
    promises.local_links,
    promises.audio,
    promises.chapters,
    promises.soundbites,
    promises.transcripts,
    webvtt.files,
)


def check(output: Path, base_url: str, profile: str = "all") -> tuple[Finding, ...]:
    """Check a published show on disk. Nothing is asked of the network.

    Args:
        output: Its folder `output/`.
        base_url: Where the folder is served.
        profile: One of `PROFILES`, or `all`; rules of truth always count.

    Returns:
        What was found, in the order of the rules' groups; nothing when all is well.

    Raises:
        UsageError: There is no such profile.
    """
    chosen = _chosen(profile)
    folder = Tree(output, base_url, ())
    feed = documents.read(
        FEED, lambda name: folder.content(name) if folder.file(name) else None, folder.path_of
    )
    tree = replace(folder, documents=feed.documents)
    return tuple(_findings(feed.findings, tree, _PARTS, chosen))


def check_published(
    url: str,
    network: Network,
    profile: str = "all",
    *,
    limits: Limits | None = None,
    progress: Progress = silent,
) -> tuple[Finding, ...]:
    """Check a published feed by its address: the same rules, and how the server hands the files out.

    The feed and its archive pages are read, and the files of its newest episodes; of audio only the beginning and
    the end.

    Args:
        url: Of the feed, http or https.
        network: How the network may be used.
        profile: As for `check`.
        limits: How much is fetched; the usual limits when not given.
        progress: Told what is being done.

    Raises:
        UsageError: There is no such profile.
        FetchError: This is no address, the run is offline, or the server cannot be reached.
    """
    chosen = _chosen(profile)
    with mirroring(url, network, limits or Limits(), progress) as mirror:
        parts: tuple[Part, ...] = (*_PARTS, partial(serving.answers, mirror))
        return tuple(_findings(mirror.findings, mirror.tree, parts, chosen))


def _chosen(profile: str) -> frozenset[str]:
    if profile not in (*PROFILES, "all"):
        raise UsageError(f"There is no profile {profile!r}.", remedy=f"Choose {', '.join(PROFILES)} or all.")
    return frozenset(PROFILES) if profile == "all" else frozenset({profile})


def _findings(
    found: tuple[Finding, ...], tree: Tree, parts: Iterable[Part], chosen: frozenset[str]
) -> Iterator[Finding]:
    by_rules = (finding for part in parts for finding in part(tree)) if tree.documents else ()
    for finding in (*found, *by_rules):
        if not RULES[finding.code].profiles or RULES[finding.code].profiles & chosen:
            yield finding
    yield from _of_platforms(tree, chosen)


def _of_platforms(tree: Tree, chosen: frozenset[str]) -> Iterator[Finding]:
    """What the platforms would not take of the chapter lists."""
    for _, item in tree.episodes():
        path = tree.path_of(attribute(item, "podcast:chapters", "url"))
        try:
            listed = read_chapters(tree.content(path), path) if path and tree.file(path) else ()
        except ContentError:
            continue
        for name in sorted(chosen & set(platforms.PLATFORMS)):
            yield from platforms.findings(listed, platforms.PLATFORMS[name], path or "")
