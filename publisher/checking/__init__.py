"""Reads `output/` back and says what an app, a directory or a listener would stumble over.

To add a rule: its line in `rules.RULES`, its check beside its like, a mutation in the test, a line in the reference.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from publisher.chapters import platforms, read_chapters
from publisher.checking import documents, episodes, promises, show
from publisher.checking.rules import PROFILES, RULES
from publisher.checking.tree import attribute
from publisher.errors import ContentError, UsageError
from publisher.findings import Finding

__all__ = ["PROFILES", "RULES", "check"]

_PARTS = (
    documents.each,
    documents.paging,
    show.channel,
    episodes.items,
    episodes.values,
    episodes.addresses,
    promises.local_links,
    promises.audio,
    promises.chapters,
    promises.soundbites,
    promises.transcripts,
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
    if profile not in (*PROFILES, "all"):
        raise UsageError(f"There is no profile {profile!r}.", remedy=f"Choose {', '.join(PROFILES)} or all.")
    chosen = frozenset(PROFILES) if profile == "all" else frozenset({profile})
    rules = (finding for finding in _findings(output, base_url) if _counts(finding, chosen))
    return (*rules, *_of_platforms(output, base_url, chosen))


def _counts(finding: Finding, chosen: frozenset[str]) -> bool:
    return not RULES[finding.code].profiles or bool(RULES[finding.code].profiles & chosen)


def _findings(output: Path, base_url: str) -> Iterator[Finding]:
    tree, faults = documents.read(output, base_url)
    yield from faults
    if tree:
        for part in _PARTS:
            yield from part(tree)


def _of_platforms(output: Path, base_url: str, chosen: frozenset[str]) -> Iterator[Finding]:
    """What the platforms would not take of the chapter lists."""
    tree, _ = documents.read(output, base_url)
    if tree is None:
        return
    for _, item in tree.episodes():
        path = tree.path_of(attribute(item, "podcast:chapters", "url"))
        try:
            listed = read_chapters(tree.content(path), path) if path and tree.file(path) else ()
        except ContentError:
            continue
        for name in sorted(chosen & set(platforms.PLATFORMS)):
            yield from platforms.findings(listed, platforms.PLATFORMS[name], path or "")
