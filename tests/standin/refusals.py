"""How YouTube says no: the playability states that a video can be in."""

from __future__ import annotations

from typing import Any

Json = dict[str, Any]


def _refusal(status: str, reason: str, detail: str = "", **more: object) -> Json:
    screen: Json = {"reason": {"simpleText": reason}}
    if detail:
        screen["subreason"] = {"runs": [{"text": detail}]}
    error_screen = {"playerErrorMessageRenderer": screen}
    return {"status": status, "reason": reason, "errorScreen": error_screen, **more}


def _gone(detail: str) -> Json:
    return _refusal("ERROR", "Video unavailable", detail)


def _withheld(detail: str) -> Json:
    return _refusal("UNPLAYABLE", "Video unavailable", detail)


STATES: dict[str, Json] = {
    "private": _refusal(
        "LOGIN_REQUIRED", "Private video", "Sign in if you've been granted access to this video"
    ),
    "removed": _gone("This video has been removed by the uploader"),
    "terminated": _gone(
        "This video is no longer available because the YouTube account associated with this video "
        "has been terminated."
    ),
    "nonexistent": _gone("This video isn't available anymore"),
    "copyright": _withheld(
        "This video contains content from Example Music, who has blocked it on copyright grounds"
    ),
    "geo": _withheld("The uploader has not made this video available in your country"),
    "ratelimit": _withheld("This content isn't available, try again later."),
    "age": _refusal(
        "LOGIN_REQUIRED",
        "Sign in to confirm your age",
        "This video may be inappropriate for some users.",
        desktopLegacyAgeGateReason=1,
    ),
    "bot": _refusal(
        "LOGIN_REQUIRED",
        "Sign in to confirm you\N{RIGHT SINGLE QUOTATION MARK}re not a bot",
        "This helps protect our community. Learn more",
    ),
    "members": _refusal(
        "UNPLAYABLE",
        "Join this channel to get access to members-only content like this video, and other exclusive perks.",
    ),
    "payment": _refusal("UNPLAYABLE", "This video requires payment to watch."),
    "captcha": {
        "status": "LOGIN_REQUIRED",
        "reason": "Please solve this puzzle",
        "errorScreen": {"playerCaptchaViewModel": {"x": 1}},
    },
}

WITHOUT_DETAILS = frozenset({"private", "removed", "terminated", "nonexistent"})
"""States in which the player answer says nothing about the video itself."""

ANNOUNCED = {
    "upcoming": "This live event will begin in 2 hours.",
    "premiere": "Premieres in 2 hours",
}
"""States of a video that has not been shown yet, and what the player says."""
