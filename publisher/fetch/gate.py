"""The gate that every request to a site passes: it is shut while the site wants us to wait."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from email.utils import parsedate_to_datetime

from publisher.fetch.patience import Patience
from publisher.fetch.pauses import Pauses
from publisher.model import Progress

_TOO_MANY = {412, 429}
"""412 is how Bilibili says it."""

_ENOUGH = 3
_PAUSING = {"rate_limited", "bot_check", "captcha"}


class ShutError(Exception):
    """The site wants us to wait longer than we wait.

    Attributes:
        code: Why, as an outcome.
        left: Seconds.
    """

    def __init__(self, code: str, left: float) -> None:
        super().__init__(f"paused for {left:.0f} s ({code})")
        self.code = code
        self.left = left


class Gate:
    """Lets requests pass, or waits, or refuses them; remembers for all that run at once and for later runs.

    Attributes:
        told: Seconds that the site's last refusal asked us to wait; None when it did not say.
        refused_url: The address that was refused last with 403.
    """

    def __init__(
        self,
        pauses: Pauses,
        site: str,
        patience: Patience,
        progress: Progress,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self.told: float | None = None
        self.refused_url = ""
        self._pauses = pauses
        self._patience = patience
        self._progress = progress
        self._sleep = sleep
        self._site = self._what = site

    @contextmanager
    def for_captions(self) -> Iterator[None]:
        """While this lasts, a refusal shuts the gate for captions only."""
        self._what = f"{self._site} captions"
        try:
            yield
        finally:
            self._what = self._site

    def enter(self) -> None:
        """Before a request.

        Raises:
            ShutError: The pause is longer than we wait.
        """
        for what in dict.fromkeys((self._site, self._what)):
            left = self._pauses.left(what)
            if left > self._patience.longest_wait:
                raise ShutError(self._pauses.code(what), left)
            if left:
                self._progress("waiting, as the site asks", None)
                self._sleep(left)

    def passed(self) -> None:
        """After a request that was answered."""
        self._pauses.answered(self._site)

    def refused(self, status: int, retry_after: str, url: str) -> None:
        """After a request that was refused: three in a row that want us to wait shut the gate at once."""
        if status not in _TOO_MANY:
            self.refused_url = url
            return
        self.told = seconds_until(retry_after)
        if self._what == self._site and self._pauses.refused(self._site) >= _ENOUGH:
            self.shut("rate_limited")

    def shut(self, code: str) -> float | None:
        """Pause, if an outcome asks for it.

        Returns:
            Seconds of the pause; None when such an outcome asks for none.
        """
        if code not in _PAUSING:
            return None
        if code != "rate_limited":
            return self._pauses.begin(self._site, code, (self._patience.bot_pause,))
        waits = self._patience.pauses if self.told is None else (self.told,)
        return self._pauses.begin(self._what, code, waits)

    def open(self) -> None:
        """The site gave us what we asked for."""
        self._pauses.end(self._what)


def seconds_until(retry_after: str) -> float | None:
    """What `Retry-After` says (RFC 9110: seconds, or a date); None when it says nothing."""
    if retry_after.isascii() and retry_after.isdigit():
        return float(retry_after)
    try:
        moment = parsedate_to_datetime(retry_after)
    except ValueError:
        return None
    return max(0.0, moment.timestamp() - time.time())
