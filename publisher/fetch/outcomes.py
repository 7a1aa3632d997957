"""How fetching from a video site fails, in words for people.

The signs are texts of yt-dlp and, through it, of YouTube, as yt-dlp's source and its issues quote them; the
first that fits decides. Each outcome has a stable code, a sentence, what to do, and whether another try may
succeed, and when, without anybody doing anything.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from publisher.errors import FetchError, Place
from publisher.fetch.addresses import REFUSED
from publisher.text import one_line

_LONGEST_QUOTE = 200


@dataclass(frozen=True, slots=True)
class Outcome:
    """A way to fail.

    Attributes:
        what: One sentence.
        remedy: What to do.
        retry_after: Seconds after which another try may succeed by itself; None when it will not.
    """

    what: str
    remedy: str
    retry_after: int | None = None

    @property
    def again(self) -> bool:
        """Whether it may pass by itself."""
        return self.retry_after is not None


class RefusedError(FetchError):
    """A `FetchError` that also says when another try may succeed.

    Attributes:
        retry_after: Seconds from now; None when another try will not help.
    """

    def __init__(
        self,
        what: str,
        *,
        code: str,
        retry_after: float | None = None,
        place: Place | None = None,
        remedy: str = "",
    ) -> None:
        super().__init__(what, code=code, again=retry_after is not None, place=place, remedy=remedy)
        self.retry_after = retry_after


@dataclass(frozen=True, slots=True)
class Failure:
    """What is left of a failed run.

    Attributes:
        text: The last message.
        warnings: What was said before; when all of YouTube's clients refuse, the reason is only here.
        kinds: Names of the classes of the exception and of everything that caused it.
        status: HTTP status, where there was one.
        bug: Whether yt-dlp did not expect it: it is blocked or out of date.
        countries: Where the video may be seen, when it may not be seen here.
    """

    text: str
    warnings: Sequence[str] = ()
    kinds: frozenset[str] = frozenset()
    status: int | None = None
    bug: bool = False
    countries: Sequence[str] = ()


_MINUTE = 60
_HOUR = 60 * _MINUTE
_FILE = "give the audio as a file with `audio:`"

OUTCOMES: dict[str, Outcome] = {
    "private": Outcome("The video is private.", f"Ask its owner to make it public or unlisted, or {_FILE}."),
    "removed": Outcome("The video or list is gone from the site.", f"Correct `source:`, or {_FILE}."),
    "copyright": Outcome("The video is blocked by a rights holder.", f"If you have the right, {_FILE}."),
    "geo_blocked": Outcome(
        "The video cannot be seen in this country.", f"Use a proxy in another country, or {_FILE}."
    ),
    "age_restricted": Outcome(
        "The site shows the video to signed-in adults only.", f"Sign in with --cookies FILE, or {_FILE}."
    ),
    "members_only": Outcome(
        "The video is for members of the channel only.", f"Sign in with --cookies FILE, or {_FILE}."
    ),
    "payment": Outcome("The video must be paid for.", f"Sign in with --cookies FILE, or {_FILE}."),
    "live": Outcome(
        "The video is live, or its recording is not finished.",
        "Run again some hours after the end.",
        retry_after=6 * _HOUR,
    ),
    "upcoming": Outcome(
        "The video has not been shown yet.", "Run again some hours after it was shown.", retry_after=6 * _HOUR
    ),
    "drm": Outcome("The video is copy-protected.", f"Update yt-dlp and try once more, or {_FILE}."),
    "rate_limited": Outcome(
        "The site asks us to wait: there were too many requests.",
        "Run again in an hour; do not hurry it, that makes the wait longer.",
        retry_after=_HOUR,
    ),
    "bot_check": Outcome(
        "The site takes this network address for a robot.",
        f"Wait some hours, use another network or proxy, or {_FILE}.",
        retry_after=4 * _HOUR,
    ),
    "captcha": Outcome(
        "The site wants a puzzle solved before it answers this network address.",
        f"Wait some hours, use another network or proxy, or {_FILE}.",
        retry_after=4 * _HOUR,
    ),
    "forbidden": Outcome(
        "The site refused to hand out the audio.",
        "Run again; if it stays so, update yt-dlp.",
        retry_after=_HOUR,
    ),
    "gone": Outcome(
        "The link to the audio leads nowhere.", "Run again; if it stays so, update yt-dlp.", retry_after=_HOUR
    ),
    "network": Outcome(
        "The network failed, or the site was not there.",
        "Run again: what has arrived is kept and the rest is fetched.",
        retry_after=5 * _MINUTE,
    ),
    "tls": Outcome(
        "The site's certificate is not trusted.",
        "If a proxy of yours inspects the traffic, name its certificate with --ca-file.",
    ),
    "bad_media": Outcome(
        "What came is not the audio: the file is damaged, or a web page.",
        "The file was deleted. Run again; if it stays so, open the video in a browser on this network.",
        retry_after=_HOUR,
    ),
    "bad_feed": Outcome(
        "What came is not a podcast feed.",
        "Give the address of the feed itself: an RSS file, not the page about the show.",
    ),
    "no_js_runtime": Outcome(
        "The site set a challenge, and no JavaScript runtime is here to solve it.",
        "Install it with: pip install --upgrade deno yt-dlp yt-dlp-ejs",
    ),
    "sabr_only": Outcome(
        "The site offers this video only in a way that yt-dlp cannot read yet.",
        f"Update it with: pip install --upgrade yt-dlp yt-dlp-ejs. Or {_FILE}.",
    ),
    "extractor_broken": Outcome(
        "yt-dlp does not understand the site's answer.",
        f"Update it with: pip install --upgrade yt-dlp yt-dlp-ejs. Or {_FILE}.",
    ),
    "unsupported_url": Outcome(
        "This is not the address of one video.",
        "Write it as https://www.youtube.com/watch?v=… with the video's eleven characters.",
    ),
    "disk": Outcome(
        "The file cannot be written.", "Make room on the disk, and check the cache folder's rights."
    ),
    "cancelled": Outcome("The download was stopped.", "Run again to go on.", retry_after=0),
    "timed_out": Outcome(
        "It took too long and was ended.",
        "Run again: what has arrived is kept and the rest is fetched.",
        retry_after=0,
    ),
    "crashed": Outcome(
        "The fetching process ended without an answer.",
        "Run again: what has arrived is kept. If it stays so, look with --debug and report it, please.",
        retry_after=0,
    ),
    "inside": Outcome(
        "The site sends us to an address inside this computer's network, which we refuse.",
        f"Report it, please, or {_FILE}.",
    ),
    "cookies": Outcome(
        "The cookies cannot be read.",
        "Name a cookies.txt in Netscape's format with --cookies, or a browser that is installed here with "
        "--cookies-from-browser.",
    ),
    "too_large": Outcome("The video is longer than a day, or larger than 4 GB.", f"If you want it, {_FILE}."),
    "unknown": Outcome("yt-dlp could not fetch the video.", f"Update yt-dlp and try once more, or {_FILE}."),
}

_SIGNS = (
    ("inside", re.escape(REFUSED)),
    (
        "rate_limited",
        r"rate-limited|try again later|try later|rejected by server|HTTP Error 4(?:12|29)|Too Many Requests",
    ),
    ("bot_check", r"not a bot"),
    ("captcha", r"captcha"),
    ("private", r"private video"),
    ("members_only", r"members-only|join this channel|supporter-only|for registered users"),
    ("payment", r"requires payment"),
    ("age_restricted", r"confirm your age|age-restricted"),
    ("upcoming", r"will begin in|premieres in"),
    ("drm", r"DRM protected"),
    ("copyright", r"copyright"),
    ("removed", r"removed by the uploader|terminated|isn.t available anymore|does not exist|may be deleted"),
    (
        "unsupported_url",
        r"no suitable extractor|unsupported url|not a valid url|looks truncated|file:// URLs",
    ),
    ("tls", r"CERTIFICATE_VERIFY_FAILED"),
    (
        "network",
        r"Got error: (?!HTTP Error 4)|did not get any data|HTTP Error 5\d\d|timed out|unable to connect",
    ),
    ("disk", r"unable to open for writing|no space left|file name too long"),
)
_SIGNS_IN_WARNINGS = (
    ("inside", re.escape(REFUSED)),
    ("rate_limited", r"HTTP Error 4(?:12|29)|Too Many Requests|try later"),
    ("tls", r"CERTIFICATE_VERIFY_FAILED"),
    ("network", r"HTTP Error 5\d\d|timed out|unable to connect"),
    ("no_js_runtime", r"No supported JavaScript runtime|challenge solving failed"),
    ("sabr_only", r"missing a URL|SABR"),
)
_STATUSES = {
    403: "forbidden",
    404: "gone",
    410: "gone",
    412: "rate_limited",
    416: "bad_media",
    429: "rate_limited",
}
_SERVER_ERROR = 500
_DECISIVE_KINDS = {
    "DownloadCancelled": "cancelled",
    "GeoRestrictedError": "geo_blocked",
    "CookieLoadError": "cookies",
}
_KINDS = {"TransportError": "network", "PostProcessingError": "bad_media"}


def classify(failure: Failure) -> str:
    """The code of a failure."""
    if code := next((code for kind, code in _DECISIVE_KINDS.items() if kind in failure.kinds), ""):
        return code
    if code := _sign(_SIGNS, failure.text):
        return code
    if failure.status is not None:
        return code_of_status(failure.status)
    if code := next((code for kind, code in _KINDS.items() if kind in failure.kinds), ""):
        return code
    if failure.bug:
        return _sign(_SIGNS_IN_WARNINGS, "\n".join(failure.warnings)) or "extractor_broken"
    return "unknown"


def code_of_status(status: int) -> str:
    """The code of an HTTP status that is no success."""
    return _STATUSES.get(status, "network" if status >= _SERVER_ERROR else "unknown")


def _sign(signs: Sequence[tuple[str, str]], text: str) -> str:
    return next((code for code, pattern in signs if re.search(pattern, text, re.IGNORECASE)), "")


def error_for(
    code: str, place: Place, *, detail: str = "", retry_after: float | None = None, remedy: str = ""
) -> RefusedError:
    """The error of an outcome.

    Args:
        code: A key of `OUTCOMES`.
        place: Where it was asked for.
        detail: Put in brackets behind the sentence; may be a stranger's text.
        retry_after: Seconds, where somebody said when; else it is the outcome's own.
        remedy: What to do here; else it is the outcome's own.
    """
    outcome = OUTCOMES[code]
    what = outcome.what
    if detail := one_line(detail)[:_LONGEST_QUOTE]:
        what = f"{what.removesuffix('.')} ({detail})."
    wait = outcome.retry_after if retry_after is None else retry_after
    return RefusedError(what, code=code, retry_after=wait, place=place, remedy=remedy or outcome.remedy)


def explain(failure: Failure, place: Place) -> RefusedError:
    """What a failure means, as an error for people."""
    code = classify(failure)
    details = {
        "geo_blocked": "only in " + ", ".join(failure.countries[:10]) if failure.countries else "",
        "unknown": failure.text.removeprefix("ERROR: "),
    }
    return error_for(code, place, detail=details.get(code, ""))
