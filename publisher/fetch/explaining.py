"""What yt-dlp raises, as errors for people."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from publisher.errors import Place
from publisher.fetch import ytdlp
from publisher.fetch.gate import Gate, ShutError
from publisher.fetch.outcomes import error_for, explain


@contextmanager
def explained(place: Place, log: ytdlp.Log, gate: Gate, *, pause: bool = True) -> Iterator[None]:
    """Turn what yt-dlp raises in the block into an error for people.

    Args:
        place: Who asked.
        log: What yt-dlp said before; the reason may stand only there.
        gate: Is shut when the site wants us to wait.
        pause: Whether it is.

    Raises:
        RefusedError: In place of what yt-dlp raised.
    """
    from yt_dlp.cookies import CookieLoadError
    from yt_dlp.utils import YoutubeDLError

    try:
        yield
    except ShutError as error:
        raise error_for(error.code, place, detail=_until(error.left), retry_after=error.left) from error
    except ytdlp.TooLargeError as error:
        raise error_for("too_large", place) from error
    except (YoutubeDLError, CookieLoadError, OSError) as error:
        failed = explain(ytdlp.failure_of(error, log.warnings), place)
        wait = gate.shut(failed.code) if pause else None
        if wait is not None:
            failed = error_for(failed.code, place, retry_after=wait)
        raise failed from error


def _until(left: float) -> str:
    return f"{left / 60:.0f} more minutes" if left >= 60 else f"{left:.0f} more seconds"  # noqa: PLR2004
