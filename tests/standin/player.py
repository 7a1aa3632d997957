"""The player API's answer: whether a video may be played, its formats, captions and details."""

from __future__ import annotations

import copy
import time
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from tests.standin.refusals import ANNOUNCED, STATES, WITHOUT_DETAILS, Json

CLIENTS = {"TVHTML5": "n", "VISIONOS": "direct", "WEB": "sabr", "WEB_EMBEDDED_PLAYER": "sabr", "*": "direct"}
"""How each client gets its audio unless the configuration says otherwise.

`direct`: plain links. `n`: links with a challenge. `sig`: ciphered links. `sabr`: formats without links.
`drm`: protected formats. `none`: no formats. A state's name: that refusal.
"""

FORMATS: dict[int, tuple[str, int, int, str]] = {
    139: ('audio/mp4; codecs="mp4a.40.5"', 48_000, 22_050, "AUDIO_QUALITY_LOW"),
    140: ('audio/mp4; codecs="mp4a.40.2"', 129_000, 44_100, "AUDIO_QUALITY_MEDIUM"),
    249: ('audio/webm; codecs="opus"', 52_000, 48_000, "AUDIO_QUALITY_LOW"),
    251: ('audio/webm; codecs="opus"', 130_000, 48_000, "AUDIO_QUALITY_MEDIUM"),
    18: ('video/mp4; codecs="avc1.42001E, mp4a.40.2"', 400_000, 44_100, "AUDIO_QUALITY_LOW"),
}
"""Format number → MIME type, bit rate, sample rate, quality."""

_LIVE_STATES = frozenset({"live", "was_live", *ANNOUNCED})
_TRANSLATIONS = ("en", "zh-Hans", "zh-Hant")


def answer(video_id: str, video: Json, client: str, sizes: Sequence[int]) -> Json:
    """What the player API says.

    Args:
        video_id: Eleven characters.
        video: Its configuration.
        client: The client's name in the API, such as `WEB`.
        sizes: Bytes of each of the video's media files.
    """
    ways = {**CLIENTS, **video.get("clients", {})}
    way = ways.get(client, ways["*"])
    state = way if way in STATES else video.get("state", "ok")
    found: Json = {"responseContext": {"visitorData": "CgtzdGFuZGlu"}}
    if state in STATES:
        found["playabilityStatus"] = copy.deepcopy(STATES[state])
    elif state in ANNOUNCED:
        reason = {"status": "LIVE_STREAM_OFFLINE", "reason": ANNOUNCED[state], "playableInEmbed": True}
        found["playabilityStatus"] = reason
    else:
        found["playabilityStatus"] = {"status": "OK", "playableInEmbed": True}
        found["streamingData"] = _streams(video_id, video, client, way, sizes)
        found |= _captions(video_id, video, client)
    if state not in WITHOUT_DETAILS:
        found["videoDetails"] = _details(video_id, video, state)
        if client == "WEB":
            found["microformat"] = {"playerMicroformatRenderer": _microformat(video_id, video, state)}
    return _merged(found, video.get("player_patch", {}))


def _streams(video_id: str, video: Json, client: str, way: str, sizes: Sequence[int]) -> Json:
    data: Json = {"expiresInSeconds": "21540"}
    if video.get("state") == "live":
        base = "https://manifest.googlevideo.com/api/manifest"
        data["hlsManifestUrl"] = f"{base}/hls_variant/v/{video_id}/file/index.m3u8"
    elif way != "none":
        data["adaptiveFormats"] = list(_formats(video_id, video, client, way, sizes))
    if way == "sabr":
        data["serverAbrStreamingUrl"] = "https://rr1---sn-standin.googlevideo.com/videoplayback?sabr=1"
    if way == "drm":
        data["licenseInfos"] = [{"drmFamily": "WIDEVINE"}]
    return data


def _formats(video_id: str, video: Json, client: str, way: str, sizes: Sequence[int]) -> Iterator[Json]:
    expires = int(time.time() + video.get("url_ttl", 21_600))
    for place, (medium, size) in enumerate(zip(video.get("media", []), sizes, strict=True)):
        mime, bit_rate, sample_rate, quality = FORMATS[int(medium["itag"])]
        found: Json = {
            "itag": int(medium["itag"]),
            "mimeType": mime,
            "bitrate": medium.get("bitrate", bit_rate),
            "quality": "tiny",
            "audioQuality": quality,
            "contentLength": str(size),
            "audioSampleRate": str(sample_rate),
            "audioChannels": 2,
            "averageBitrate": int(size * 8 / video["duration"]),
            "approxDurationMs": str(int(video["duration"] * 1000)),
        }
        if medium.get("track"):
            found["audioTrack"] = {
                "displayName": medium["track"],
                "id": f"{medium['lang']}.{place}",
                "audioIsDefault": bool(medium.get("default")),
            }
        asked = {"v": video_id, "m": place, "itag": medium["itag"], "c": client, "expire": expires}
        yield found | _link(asked, way)


def _link(asked: dict[str, Any], way: str) -> Json:
    base = "https://rr1---sn-standin.googlevideo.com/videoplayback?"
    challenge = f"aBcD{asked['v'][:6]}{asked['m']}x"
    if way in {"n", "sig"}:
        asked |= {"n": challenge, "nc": challenge}
    if way == "sig":
        scrambled = f"{asked['v']}SiGnAtUrE0123456789{asked['m']}"
        url = base + urlencode(asked | {"sc": scrambled})
        return {"signatureCipher": urlencode({"s": scrambled, "sp": "sig", "url": url})}
    if way == "sabr":
        return {}
    protected = {"drmFamilies": ["WIDEVINE"]} if way == "drm" else {}
    return {"url": base + urlencode(asked), **protected}


def link_is_good(query: dict[str, str]) -> bool:
    """Whether a media link's challenges were solved and it has not expired."""
    solved = (
        query.get("n", "") == query.get("nc", "")[::-1] and query.get("sig", "") == query.get("sc", "")[::-1]
    )
    return solved and time.time() <= int(query.get("expire", "0"))


def _captions(video_id: str, video: Json, client: str) -> Json:
    tracks = [_track(video_id, video, client, track) for track in video.get("captions", [])]
    if not tracks:
        return {}
    listed: Json = {"captionTracks": tracks}
    if client == "WEB":
        codes = video.get("translations", _TRANSLATIONS)
        names = [{"languageCode": code, "languageName": {"simpleText": code}} for code in codes]
        listed["translationLanguages"] = names
    return {"captions": {"playerCaptionsTracklistRenderer": listed}}


def _track(video_id: str, video: Json, client: str, track: Json) -> Json:
    automatic = track.get("kind") == "asr"
    kind = {"kind": "asr"} if automatic else {}
    query: dict[str, str] = {"v": video_id, "lang": track["lang"], "caps": "asr", **kind}
    if client == "WEB" and video.get("web_subs_need_pot", True):
        query["exp"] = "xpe"
    name = str(track.get("name", track["lang"])) + (" (auto-generated)" if automatic else "")
    return {
        "baseUrl": "https://www.youtube.com/api/timedtext?" + urlencode(query),
        "name": {"simpleText": name},
        "vssId": ("a." if automatic else ".") + track["lang"],
        "languageCode": track["lang"],
        "isTranslatable": True,
        "trackName": "",
        **kind,
    }


def _thumbnails(video_id: str) -> list[Json]:
    sizes = (("default", 120, 90), ("hqdefault", 480, 360), ("maxresdefault", 1280, 720))
    return [
        {"url": f"https://i.ytimg.com/vi/{video_id}/{name}.jpg", "width": width, "height": height}
        for name, width, height in sizes
    ]


def _details(video_id: str, video: Json, state: str) -> Json:
    found: Json = {
        "videoId": video_id,
        "title": video.get("title", video_id),
        "lengthSeconds": str(int(video.get("duration", 0))),
        "keywords": video.get("tags", []),
        "channelId": video.get("channel_id", "UCstandin000000000000000"),
        "shortDescription": video.get("description", ""),
        "thumbnail": {"thumbnails": _thumbnails(video_id)},
        "viewCount": "1234",
        "author": video.get("channel", "Stand-in channel"),
        "isPrivate": False,
        "isLiveContent": state in _LIVE_STATES - {"premiere"},
    }
    if state == "live":
        found["isLive"] = True
    if state in ANNOUNCED:
        found["isUpcoming"] = True
    return found


def _microformat(video_id: str, video: Json, state: str) -> Json:
    found: Json = {
        "title": {"simpleText": video.get("title", video_id)},
        "description": {"simpleText": video.get("description", "")},
        "lengthSeconds": str(int(video.get("duration", 0))),
        "category": "Education",
        "isUnlisted": bool(video.get("unlisted")),
        "ownerProfileUrl": "http://www.youtube.com/" + video.get("handle", "@standin"),
        "isFamilySafe": state != "age",
        "ownerChannelName": video.get("channel", "Stand-in channel"),
        "availableCountries": video.get("countries", ["US", "JP"]),
        "uploadDate": video.get("upload_date", "2026-10-01T09:00:00-07:00"),
        "thumbnail": {"thumbnails": _thumbnails(video_id)},
    }
    if state in _LIVE_STATES:
        found["liveBroadcastDetails"] = _broadcast(video, state)
    return found


def _broadcast(video: Json, state: str) -> Json:
    if state == "live":
        return {"isLiveBroadcast": True, "isLiveNow": True, "startTimestamp": "2026-11-01T10:00:00+00:00"}
    if state in ANNOUNCED:
        starts = datetime.now(UTC) + timedelta(seconds=video.get("starts_in", 7200))
        return {
            "isLiveBroadcast": True,
            "isLiveNow": False,
            "startTimestamp": starts.isoformat(timespec="seconds"),
        }
    return {"isLiveBroadcast": True}


def _merged(base: Json, patch: Json) -> Json:
    for key, value in patch.items():
        nested = isinstance(value, dict) and isinstance(base.get(key), dict)
        base[key] = _merged(base[key], value) if nested else value
    return base
