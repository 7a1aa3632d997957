"""Which of a video's caption tracks to align with.

Sites list tracks that people uploaded beside speech recognition and machine translations of both. Asking by a
language pattern picks translations, so we choose ourselves, and never take a translation.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs, urlsplit

from publisher.model import CaptionKind

_TRADITIONAL = {"tw", "hk", "mo", "hant"}
_CHINESE = {"zh", "cmn"}
_OLD_NAMES = {"iw": "he", "in": "id", "ji": "yi", "tl": "fil", "nb": "no", "nn": "no"}
_NOT_CAPTIONS = {"live_chat", "danmaku", "rechat"}
_ORIGINAL = "-orig"
_BILIBILI_RECOGNISED = "ai-"
"""Bilibili lists speech recognition beside what people uploaded, as `ai-zh`."""

_FORMATS = ("json3", "vtt", "srt")

_Listing = Mapping[str, Sequence[Mapping[str, Any]]]


@dataclass(frozen=True, slots=True)
class Track:
    """A caption track that can be fetched.

    Attributes:
        url: Its link; empty when the track itself came with the metadata.
        format: `json3`, `vtt` or `srt`.
        language: As the site names it, without `-orig`.
        kind: Uploaded or recognised.
        text: The track, where the site hands it out with the metadata.
    """

    url: str
    format: str
    language: str
    kind: CaptionKind
    text: str = ""


def candidates(info: Mapping[str, Any], language: str) -> tuple[Track, ...]:
    """The tracks worth reading, best first.

    A person's in the spoken language; speech recognition of the original; a person's in the other Chinese
    script. Any Chinese serves for Chinese; Cantonese (`yue`) is its own language.

    Args:
        info: yt-dlp's `subtitles`, `automatic_captions` and `language`.
        language: What is spoken, BCP 47; empty means what the site says.
    """
    tracks = (
        *_usable(info.get("subtitles"), CaptionKind.MANUAL),
        *_usable(info.get("automatic_captions"), CaptionKind.AUTOMATIC),
    )
    uploaded = tuple(track for track in tracks if track.kind is CaptionKind.MANUAL)
    recognised = tuple(track for track in tracks if track.kind is CaptionKind.AUTOMATIC)
    spoken = language or info.get("language") or _recognised_language(info)
    if not spoken:
        return uploaded if len(uploaded) == 1 else ()
    ranked = [
        *_closest_first([track for track in uploaded if script(track.language) == script(spoken)], spoken),
        *_closest_first([track for track in recognised if base(track.language) == base(spoken)], spoken),
        *_closest_first([track for track in uploaded if base(track.language) == base(spoken)], spoken),
    ]
    return tuple(dict.fromkeys(ranked))


def base(language: str) -> str:
    """The language without script and region; Chinese is `zh`, Cantonese `yue`."""
    first, *others = language.lower().replace("_", "-").split("-")
    if first in _CHINESE:
        return "yue" if "yue" in others else "zh"
    return first


def differs(language: str, other: str) -> bool:
    """Whether two are surely different languages; Chinese and Cantonese may go by either name."""
    names = {_OLD_NAMES.get(name, name) for name in (base(language), base(other))}
    return len(names) > 1 and names != {"zh", "yue"}


def script(language: str) -> str:
    """The language as it is written: `zh-Hans` and `zh-Hant` apart, all else without region."""
    if base(language) != "zh":
        return base(language)
    parts = set(language.lower().replace("_", "-").split("-"))
    return "zh-Hant" if parts & _TRADITIONAL and "hans" not in parts else "zh-Hans"


def _closest_first(tracks: Sequence[Track], spoken: str) -> list[Track]:
    return sorted(
        tracks,
        key=lambda track: (
            track.language.lower() != spoken.lower(),
            script(track.language) != script(spoken),
        ),
    )


def _recognised_language(info: Mapping[str, Any]) -> str:
    names = info.get("automatic_captions") or {}
    return next((name.removesuffix(_ORIGINAL) for name in names if name.endswith(_ORIGINAL)), "")


def _usable(listing: _Listing | None, kind: CaptionKind) -> tuple[Track, ...]:
    """Tracks that are captions and no translations, the recognised originals first."""
    names = sorted(listing or {}, key=lambda name: (not name.endswith(_ORIGINAL), name))
    return tuple(
        Track(url, form, _language(name), _made_by(name, kind), text)
        for name in names
        if name not in _NOT_CAPTIONS
        for form, url, text in _best_link((listing or {})[name])
    )


def _language(name: str) -> str:
    return name.removesuffix(_ORIGINAL).removeprefix(_BILIBILI_RECOGNISED)


def _made_by(name: str, listed_as: CaptionKind) -> CaptionKind:
    return CaptionKind.AUTOMATIC if name.startswith(_BILIBILI_RECOGNISED) else listed_as


def _best_link(links: Sequence[Mapping[str, Any]]) -> Iterator[tuple[str, str, str]]:
    by_format = {
        link.get("ext"): (str(link.get("url") or ""), str(link.get("data") or ""))
        for link in links
        if (link.get("url") or link.get("data"))
        and "tlang" not in parse_qs(urlsplit(str(link.get("url") or "")).query)
    }
    yield from [(form, *by_format[form]) for form in _FORMATS if form in by_format][:1]
