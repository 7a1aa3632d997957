"""Every rule that `publish check` knows: its code, how bad a breach is, for which profile it counts, who says so."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from publisher.findings import Finding, Severity

PROFILES = ("psp1", "apple", "spotify", "youtube")
"""Whom a show is checked for, besides what is simply true or false."""

_ERROR, _WARNING = Severity.ERROR, Severity.WARNING
_PSP1 = "PSP-1"
_APPLE = "Apple Podcasts, requirements"
_TRUTH = "publish"
_PAGING = "RFC 5005"
_NAMESPACE = "Podcasting 2.0 namespace"


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule.

    Attributes:
        code: Its stable name.
        severity: How bad a breach is.
        profiles: For whom it counts; empty means for everybody.
        source: Whose rule it is.
        remedy: What to do about a breach.
    """

    code: str
    severity: Severity
    profiles: frozenset[str]
    source: str
    remedy: str


def _rule(code: str, severity: Severity, profiles: str, source: str, remedy: str) -> Rule:
    return Rule(code, severity, frozenset(profiles.split()), source, remedy)


_BUILD = "Run publish build."
_TOML = "Correct podcast.toml and run publish build."
_HOST = "Correct it at your web host, or choose another."
_REPAIR = "The file was changed or is old: delete it and run publish build."

_ALL = (
    # the feed as a file
    _rule("feed-missing", _ERROR, "", _TRUTH, _BUILD),
    _rule("feed-not-xml", _ERROR, "", "XML 1.0", _REPAIR),
    _rule("feed-declaration", _WARNING, "psp1", _PSP1, _REPAIR),
    _rule("feed-namespace", _ERROR, "psp1 apple", _PSP1, _REPAIR),
    _rule("feed-page-missing", _ERROR, "", _PAGING, _BUILD),
    _rule("feed-page-links", _ERROR, "", _PAGING, _BUILD),
    # the show
    _rule("show-title", _ERROR, "", "RSS 2.0", _TOML),
    _rule("show-description", _ERROR, "", "RSS 2.0", _TOML),
    _rule("show-link", _ERROR, "psp1", _PSP1, _TOML),
    _rule("show-language", _ERROR, "psp1 apple", _PSP1, _TOML),
    _rule("show-category", _ERROR, "psp1 apple", _APPLE, _TOML),
    _rule(
        "show-image",
        _ERROR,
        "psp1 apple spotify",
        _APPLE,
        "Set `cover` in podcast.toml and run publish build.",
    ),
    _rule(
        "show-image-plain",
        _WARNING,
        "apple spotify",
        _APPLE,
        "Set `cover` in podcast.toml: people look for it.",
    ),
    _rule(
        "show-image-size", _ERROR, "psp1 apple", _APPLE, "Make the cover square, 1400 to 3000 pixels a side."
    ),
    _rule(
        "show-image-type",
        _ERROR,
        "psp1 apple",
        _APPLE,
        "Save the cover as PNG or JPEG, named for what it is.",
    ),
    _rule("show-image-colour", _WARNING, "apple", _APPLE, "Save the cover in RGB, without transparency."),
    _rule("show-author", _ERROR, "psp1 spotify", "Spotify, delivery requirements", _TOML),
    _rule("show-self-link", _ERROR, "psp1", _PSP1, _TOML),
    _rule("show-guid", _WARNING, "psp1", _NAMESPACE, _BUILD),
    _rule("show-locked", _WARNING, "psp1", _NAMESPACE, _BUILD),
    _rule(
        "show-owner",
        _WARNING,
        "spotify youtube",
        "YouTube, RSS feeds",
        "Set `owner` in podcast.toml: codes go there.",
    ),
    _rule("show-empty", _ERROR, "spotify", "Spotify, delivery requirements", "Publish an episode."),
    # the episodes
    _rule("item-title", _ERROR, "", "RSS 2.0", "Give the episode a title."),
    _rule(
        "item-title-repeats",
        _WARNING,
        "apple",
        _APPLE,
        "Leave it out of the title: apps show the show, and the number from `episode` and `season`.",
    ),
    _rule("item-guid", _ERROR, "", _APPLE, _BUILD),
    _rule("item-guid-repeated", _ERROR, "", _APPLE, "Give one of the episodes another `guid`."),
    _rule("item-guid-permalink", _ERROR, "", "RSS 2.0", _REPAIR),
    _rule("item-date", _ERROR, "psp1 spotify", "RFC 2822", _REPAIR),
    _rule("item-order", _WARNING, "psp1", _TRUTH, _REPAIR),
    _rule("item-duration", _WARNING, "psp1 apple", _APPLE, _REPAIR),
    _rule(
        "item-number",
        _ERROR,
        "psp1 apple",
        _APPLE,
        "Give every episode of a serial show its `episode` number.",
    ),
    _rule("explicit-value", _ERROR, "psp1 apple", _PSP1, _REPAIR),
    _rule("word-unknown", _WARNING, "psp1 apple", _PSP1, _REPAIR),
    _rule("description-long", _ERROR, "psp1 apple", _APPLE, "Shorten the description or the summary."),
    _rule("value-long", _WARNING, "psp1", _PSP1, "Shorten it to 255 characters."),
    _rule("value-blank", _WARNING, "psp1", _PSP1, _REPAIR),
    _rule("address-not-ascii", _ERROR, "apple", _APPLE, "Write other letters percent-encoded."),
    _rule(
        "address-not-https",
        _WARNING,
        "psp1",
        _NAMESPACE,
        "Serve the folder over https and change `base_url`.",
    ),
    # tags of the podcast namespace
    _rule("license-wrong", _WARNING, "psp1", _NAMESPACE, _TOML),
    _rule("funding-wrong", _WARNING, "psp1", _NAMESPACE, _TOML),
    _rule("location-wrong", _WARNING, "psp1", _NAMESPACE, _TOML),
    _rule("txt-wrong", _WARNING, "psp1", _NAMESPACE, _TOML),
    _rule("frequency-wrong", _WARNING, "psp1", _NAMESPACE, _TOML),
    _rule("trailer-wrong", _WARNING, "psp1", _NAMESPACE, _TOML),
    _rule("podroll-wrong", _WARNING, "psp1", _NAMESPACE, _TOML),
    _rule("medium-unknown", _WARNING, "psp1", _NAMESPACE, _REPAIR),
    _rule("person-wrong", _WARNING, "psp1", _NAMESPACE, _REPAIR),
    _rule("soundbite-length", _WARNING, "psp1", _NAMESPACE, "Choose another passage in `soundbites`."),
    # what the feed promises
    _rule("link-broken", _ERROR, "", _TRUTH, _BUILD),
    _rule("enclosure-none", _ERROR, "", "RSS 2.0", _BUILD),
    _rule("enclosure-repeated", _ERROR, "", _APPLE, "Give each episode audio of its own."),
    _rule("enclosure-length", _ERROR, "", _TRUTH, _REPAIR),
    _rule("enclosure-type", _ERROR, "", _TRUTH, _REPAIR),
    _rule("enclosure-type-unlisted", _WARNING, "apple psp1", _APPLE, "Publish MP3 or M4A."),
    _rule("enclosure-duration", _ERROR, "", _TRUTH, _REPAIR),
    _rule("enclosure-damaged", _ERROR, "", _TRUTH, _REPAIR),
    # how a server hands the files out
    _rule("server-answer", _ERROR, "", "HTTP", _HOST),
    _rule("server-head", _ERROR, "psp1 apple", _APPLE, _HOST),
    _rule("server-range", _ERROR, "psp1 apple", _APPLE, _HOST),
    _rule("server-type", _WARNING, "psp1 apple", _PSP1, _HOST),
    _rule("server-cors", _WARNING, "psp1", _NAMESPACE, _HOST),
    _rule("server-conditional", _WARNING, "psp1 apple", _APPLE, _HOST),
    # chapters and transcripts
    _rule("chapters-unreadable", _ERROR, "", _TRUTH, _REPAIR),
    _rule("chapters-missing", _ERROR, "", _TRUTH, _BUILD),
    _rule("chapters-differ", _ERROR, "", _TRUTH, _REPAIR),
    _rule("chapters-in-notes-differ", _ERROR, "", _TRUTH, _REPAIR),
    _rule("chapters-in-audio-differ", _ERROR, "", _TRUTH, _REPAIR),
    _rule("chapters-past-end", _ERROR, "", _TRUTH, "Correct the timeline and run publish build."),
    _rule("chapters-type", _WARNING, "psp1", _NAMESPACE, _REPAIR),
    _rule("soundbite-times", _ERROR, "", _NAMESPACE, _REPAIR),
    _rule("transcript-unreadable", _ERROR, "", _TRUTH, _REPAIR),
    _rule("transcript-order", _ERROR, "", "WebVTT", _REPAIR),
    _rule("transcript-differ", _ERROR, "", _TRUTH, _REPAIR),
    _rule("transcript-past-end", _ERROR, "", _TRUTH, "Correct the timeline and run publish build."),
    _rule("transcript-type", _ERROR, "", _NAMESPACE, _REPAIR),
)

RULES: Mapping[str, Rule] = MappingProxyType({rule.code: rule for rule in _ALL})
"""Every rule by its code. The rules of chapter lists in descriptions are in `chapters.platforms`."""


def breach(code: str, where: str, what: str) -> Finding:
    """A finding of a rule."""
    rule = RULES[code]
    return Finding(code, rule.severity, where, what, rule.remedy, rule.source)
