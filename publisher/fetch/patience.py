"""How long we wait, how often we ask again, and when we give up; tests make it short."""

from __future__ import annotations

from dataclasses import dataclass

_MINUTE = 60
_HOUR = 60 * _MINUTE


@dataclass(frozen=True, slots=True)
class Patience:
    """Seconds of waiting and numbers of tries.

    Attributes:
        pace: Between requests for pages; also what yt-dlp's own retries begin with.
        between_videos: Between two videos of a list that are only read about; a guest may read about 300 an hour.
        network: Before each further try after a network fault; the next try goes on where the last one stopped.
        captions: Before each further try for a caption track.
        damaged: How often a file that is not the audio is fetched again.
        longest_wait: A longer wait is not sat out: the run goes on without, and a later one tries again.
        pauses: For a site that asks us to wait and does not say how long: the first time, the second, ...
        bot_pause: For a site that takes us for a robot.
        limit: A fetch that takes longer is ended.
        socket: A connection that is silent for longer is given up.
    """

    pace: float = 0.75
    between_videos: float = 4
    network: tuple[float, ...] = (5, 30, 120)
    captions: tuple[float, ...] = (5, 30)
    damaged: int = 2
    longest_wait: float = _MINUTE
    pauses: tuple[float, ...] = (15 * _MINUTE, _HOUR, 6 * _HOUR)
    bot_pause: float = 4 * _HOUR
    limit: float = 3 * _HOUR
    socket: float = 20
