"""Every rule that `publish check` knows: its code, how bad a breach is, for which profile it counts, who says so."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from publisher.checking.rule import Rule, rule
from publisher.findings import Finding, Severity

_ERROR, _WARNING = Severity.ERROR, Severity.WARNING
_PSP1 = "PSP-1"
_APPLE = "Apple Podcasts, requirements"
_TRUTH = "publish"
_PAGING = "RFC 5005"
_NAMESPACE = "Podcasting 2.0 namespace"

_BUILD = "Run publish build."
_TOML = "Correct podcast.toml and run publish build."
_HOST = "Correct it at your web host, or choose another."
_REPAIR = "The file was changed or is old: delete it and run publish build."

_ALL = (
    # the feed as a file
    rule("feed-missing", "there is no feed", _ERROR, "", _TRUTH, _BUILD),
    rule("feed-not-xml", "the feed is not well-formed", _ERROR, "", "XML 1.0", _REPAIR),
    rule("feed-declaration", "the feed has no XML declaration", _WARNING, "psp1", _PSP1, _REPAIR),
    rule(
        "feed-namespace",
        "a prefix such as `itunes` is missing or stands for another namespace",
        _ERROR,
        "psp1 apple",
        _PSP1,
        _REPAIR,
    ),
    rule(
        "feed-page-missing",
        "the feed leads to an archive page that is not there",
        _ERROR,
        "",
        _PAGING,
        _BUILD,
    ),
    rule("feed-page-links", "an archive page does not say how to go on", _ERROR, "", _PAGING, _BUILD),
    # the show
    rule("show-title", "the show has no title", _ERROR, "", "RSS 2.0", _TOML),
    rule("show-description", "the show has no description", _ERROR, "", "RSS 2.0", _TOML),
    rule("show-link", "the show has no web page", _ERROR, "psp1", _PSP1, _TOML),
    rule(
        "show-language", "the show has no language, or one that is none", _ERROR, "psp1 apple", _PSP1, _TOML
    ),
    rule(
        "show-category",
        "the show has no category, or one that Apple does not know",
        _ERROR,
        "psp1 apple",
        _APPLE,
        _TOML,
    ),
    rule(
        "show-image",
        "the show has no picture",
        _ERROR,
        "psp1 apple spotify",
        _APPLE,
        "Set `cover` in podcast.toml and run publish build.",
    ),
    rule(
        "show-image-plain",
        "the show has no picture of its own, only the plain one",
        _WARNING,
        "apple spotify",
        _APPLE,
        "Set `cover` in podcast.toml: people look for it.",
    ),
    rule(
        "show-image-size",
        "the picture is not square with 1400 to 3000 pixels a side",
        _ERROR,
        "psp1 apple",
        _APPLE,
        "Make the cover square, 1400 to 3000 pixels a side.",
    ),
    rule(
        "show-image-type",
        "the picture is not the PNG or JPEG that its name says",
        _ERROR,
        "psp1 apple",
        _APPLE,
        "Save the cover as PNG or JPEG, named for what it is.",
    ),
    rule(
        "show-image-colour",
        "the picture is grey, has a palette or transparency, or is made for print",
        _WARNING,
        "apple",
        _APPLE,
        "Save the cover in RGB, without transparency.",
    ),
    rule(
        "show-author",
        "the show has no author",
        _ERROR,
        "psp1 spotify",
        "Spotify, delivery requirements",
        _TOML,
    ),
    rule("show-self-link", "the feed does not say its own address", _ERROR, "psp1", _PSP1, _TOML),
    rule("show-guid", "`podcast:guid` is missing or wrong", _WARNING, "psp1", _NAMESPACE, _BUILD),
    rule("show-locked", "`podcast:locked` is missing or wrong", _WARNING, "psp1", _NAMESPACE, _BUILD),
    rule(
        "show-owner",
        "there is no address to which YouTube and Spotify can send their code",
        _WARNING,
        "spotify youtube",
        "YouTube, RSS feeds",
        "Set `owner` in podcast.toml: codes go there.",
    ),
    rule(
        "show-empty",
        "there is no episode",
        _ERROR,
        "spotify",
        "Spotify, delivery requirements",
        "Publish an episode.",
    ),
    # the episodes
    rule("item-title", "an episode has no title", _ERROR, "", "RSS 2.0", "Give the episode a title."),
    rule(
        "item-title-repeats",
        "the title begins with the number of the episode, or holds the name of the show",
        _WARNING,
        "apple",
        _APPLE,
        "Leave it out of the title: apps show the show, and the number from `episode` and `season`.",
    ),
    rule("item-guid", "an episode has no GUID", _ERROR, "", _APPLE, _BUILD),
    rule(
        "item-guid-repeated",
        "two episodes have one GUID",
        _ERROR,
        "",
        _APPLE,
        "Give one of the episodes another `guid`.",
    ),
    rule("item-guid-permalink", "a GUID claims to be an address", _ERROR, "", "RSS 2.0", _REPAIR),
    rule(
        "item-date",
        "no date, or one that breaks RFC 2822 (the weekday counts)",
        _ERROR,
        "psp1 spotify",
        "RFC 2822",
        _REPAIR,
    ),
    rule("item-order", "an older episode stands above a newer one", _WARNING, "psp1", _TRUTH, _REPAIR),
    rule("item-duration", "the duration is no number of seconds", _WARNING, "psp1 apple", _APPLE, _REPAIR),
    rule(
        "item-number",
        "an episode or season number that is no number, or none in a serial show",
        _ERROR,
        "psp1 apple",
        _APPLE,
        "Give every episode of a serial show its `episode` number.",
    ),
    rule("explicit-value", "something other than `true` or `false`", _ERROR, "psp1 apple", _PSP1, _REPAIR),
    rule(
        "word-unknown",
        "the type of the show or of an episode, or a yes, is written otherwise than apps know it",
        _WARNING,
        "psp1 apple",
        _PSP1,
        _REPAIR,
    ),
    rule(
        "description-long",
        "more than 4,000 bytes",
        _ERROR,
        "psp1 apple",
        _APPLE,
        "Shorten the description or the summary.",
    ),
    rule(
        "value-long",
        "a title or name of more than 255 characters",
        _WARNING,
        "psp1",
        _PSP1,
        "Shorten it to 255 characters.",
    ),
    rule(
        "address-not-ascii",
        "an address with other letters",
        _ERROR,
        "apple",
        _APPLE,
        "Write other letters percent-encoded.",
    ),
    rule("value-blank", "a title or name begins or ends with a blank", _WARNING, "psp1", _PSP1, _REPAIR),
    rule(
        "address-not-https",
        "an address with http",
        _WARNING,
        "psp1",
        _NAMESPACE,
        "Serve the folder over https and change `base_url`.",
    ),
    # tags of the podcast namespace
    rule(
        "license-wrong",
        "the tag lacks something, or has what the podcast namespace does not allow",
        _WARNING,
        "psp1",
        _NAMESPACE,
        _TOML,
    ),
    rule("funding-wrong", "likewise", _WARNING, "psp1", _NAMESPACE, _TOML),
    rule("location-wrong", "likewise", _WARNING, "psp1", _NAMESPACE, _TOML),
    rule("txt-wrong", "likewise", _WARNING, "psp1", _NAMESPACE, _TOML),
    rule("frequency-wrong", "likewise", _WARNING, "psp1", _NAMESPACE, _TOML),
    rule("trailer-wrong", "likewise", _WARNING, "psp1", _NAMESPACE, _TOML),
    rule("podroll-wrong", "likewise", _WARNING, "psp1", _NAMESPACE, _TOML),
    rule("medium-unknown", "no medium that the namespace knows", _WARNING, "psp1", _NAMESPACE, _REPAIR),
    rule(
        "person-wrong",
        "a name that is empty or longer than 128 characters",
        _WARNING,
        "psp1",
        _NAMESPACE,
        _REPAIR,
    ),
    rule(
        "soundbite-length",
        "a soundbite of less than 15 or more than 120 seconds, or a title of more than 128 characters",
        _WARNING,
        "psp1",
        _NAMESPACE,
        "Choose another passage in `soundbites`.",
    ),
    # what the feed promises
    rule("link-broken", "an address of the show leads to no file in `output/`", _ERROR, "", _TRUTH, _BUILD),
    rule("enclosure-none", "an episode has no audio", _ERROR, "", "RSS 2.0", _BUILD),
    rule(
        "enclosure-repeated",
        "an episode has the audio of another",
        _ERROR,
        "",
        _APPLE,
        "Give each episode audio of its own.",
    ),
    rule(
        "enclosure-length",
        "the feed gives the audio another size than the file has",
        _ERROR,
        "",
        _TRUTH,
        _REPAIR,
    ),
    rule(
        "enclosure-type",
        "the feed gives the audio another type than the file has",
        _ERROR,
        "",
        _TRUTH,
        _REPAIR,
    ),
    rule(
        "enclosure-type-unlisted",
        "audio of a type that Apple does not list",
        _WARNING,
        "apple psp1",
        _APPLE,
        "Publish MP3 or M4A.",
    ),
    rule(
        "enclosure-duration",
        "the feed gives the audio another length than the file has",
        _ERROR,
        "",
        _TRUTH,
        _REPAIR,
    ),
    rule("enclosure-damaged", "the file holds no sound or was cut", _ERROR, "", _TRUTH, _REPAIR),
    # how a server hands the files out
    rule(
        "server-answer",
        "the server did not hand a file out, and did not say that it is missing",
        _ERROR,
        "",
        "HTTP",
        _HOST,
    ),
    rule("server-head", "the server does not answer HEAD", _ERROR, "psp1 apple", _APPLE, _HOST),
    rule(
        "server-range",
        "the server sends whole files to who asks for a part, so nobody can jump",
        _ERROR,
        "psp1 apple",
        _APPLE,
        _HOST,
    ),
    rule(
        "server-type",
        "the server gives a file another type than the feed",
        _WARNING,
        "psp1 apple",
        _PSP1,
        _HOST,
    ),
    rule(
        "server-cors",
        "players on other web sites may not read chapters or transcripts",
        _WARNING,
        "psp1",
        _NAMESPACE,
        _HOST,
    ),
    rule(
        "server-conditional",
        "the server sends the feed again although it has not changed",
        _WARNING,
        "psp1 apple",
        _APPLE,
        _HOST,
    ),
    # chapters and transcripts
    rule("chapters-unreadable", "a chapter file cannot be read", _ERROR, "", _TRUTH, _REPAIR),
    rule("chapters-missing", "a chapter file is missing beside the others", _ERROR, "", _TRUTH, _BUILD),
    rule(
        "chapters-differ",
        "a chapter file or the list in the feed is not the list of `chapters.json`",
        _ERROR,
        "",
        _TRUTH,
        _REPAIR,
    ),
    rule(
        "chapters-in-notes-differ",
        "the list in the notes is not the list of `chapters.json`",
        _ERROR,
        "",
        _TRUTH,
        _REPAIR,
    ),
    rule(
        "chapters-in-audio-differ",
        "the chapters inside an audio file are not those of `chapters.json`",
        _ERROR,
        "",
        _TRUTH,
        _REPAIR,
    ),
    rule(
        "chapters-past-end",
        "chapters go on after the audio has ended",
        _ERROR,
        "",
        _TRUTH,
        "Correct the timeline and run publish build.",
    ),
    rule(
        "chapters-type",
        "the feed gives the chapter list another type than it has",
        _WARNING,
        "psp1",
        _NAMESPACE,
        _REPAIR,
    ),
    rule(
        "soundbite-times",
        "a soundbite has no times, or goes on after the audio has ended",
        _ERROR,
        "",
        _NAMESPACE,
        _REPAIR,
    ),
    rule("transcript-unreadable", "a transcript cannot be read", _ERROR, "", _TRUTH, _REPAIR),
    rule("transcript-order", "a transcript goes back in time", _ERROR, "", "WebVTT", _REPAIR),
    rule("transcript-differ", "WebVTT, SRT and JSON do not have the same cues", _ERROR, "", _TRUTH, _REPAIR),
    rule(
        "transcript-past-end",
        "a transcript goes on after the audio has ended",
        _ERROR,
        "",
        _TRUTH,
        "Correct the timeline and run publish build.",
    ),
    rule(
        "transcript-type",
        "the feed gives a transcript another type than it has",
        _ERROR,
        "",
        _NAMESPACE,
        _REPAIR,
    ),
)

RULES: Mapping[str, Rule] = MappingProxyType({each.code: each for each in _ALL})
"""Every rule by its code. The rules of chapter lists in descriptions are in `chapters.platforms`."""


def breach(code: str, where: str, what: str) -> Finding:
    """A finding of a rule."""
    broken = RULES[code]
    return Finding(code, broken.severity, where, what, broken.remedy, broken.source)
