"""Where a moment of an episode can be heard."""

from __future__ import annotations

from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from publisher import timecode
from publisher.model import EditMap
from publisher.text import one_line

_YOUTUBE = {"youtube.com", "www.youtube.com", "m.youtube.com", "music.youtube.com", "youtu.be"}


def listen_at(source: str, enclosure_url: str, ms: int, edit: EditMap | None = None) -> str:
    """Where a moment of the published audio can be heard: in the video if it is on YouTube, else there.

    The audio's address has a media fragment (W3C Media Fragments URI 1.0).
    """
    return youtube_at(source, ms, edit) or f"{enclosure_url}#t={ms // timecode.SECOND}"


def youtube_at(source: str, ms: int, edit: EditMap | None = None) -> str:
    """The video at a time of the published audio; empty when the source is not on YouTube.

    Args:
        source: Its address.
        ms: The time.
        edit: What is cut out of the video and set around it; None when nothing is.
    """
    if not source or urlsplit(source).hostname not in _YOUTUBE:
        return ""
    parts = urlsplit(source)
    query = [(key, value) for key, value in parse_qsl(parts.query) if key != "t"]
    timed = urlencode([*query, ("t", f"{(edit.source(ms) if edit else ms) // timecode.SECOND}s")])
    return urlunsplit((parts.scheme, parts.netloc, parts.path, timed, ""))


def web_address(text: str) -> str:
    """An http or https address as it is; anything else is empty."""
    address = one_line(text)
    try:
        parts = urlsplit(address)
    except ValueError:
        return ""
    return address if parts.scheme in {"http", "https"} and parts.netloc and " " not in address else ""
