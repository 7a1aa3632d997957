"""From whatever was fetched to the file that subscribers download."""

from __future__ import annotations

from pathlib import Path

from publisher.media.encode import encode
from publisher.media.probe import probe
from publisher.media.remux import remux
from publisher.model import Media, Progress

_KEPT = {"aac": ".m4a", "mp3": ".mp3"}


def publishable(source: Path, target_stem: Path, progress: Progress) -> Media:
    """Write the enclosure: AAC as `.m4a` and MP3 as `.mp3` without encoding again, all else encoded to AAC.

    Pictures, video and tags of the source are left out. The same source gives the same bytes.

    Args:
        source: The audio as fetched.
        target_stem: Folder and name of the file to write, without suffix.
        progress: Told how far it is.

    Returns:
        What was written.

    Raises:
        MediaError: The source is missing, not audio, cut short or damaged.
    """
    suffix = _KEPT.get(probe(source).codec)
    target = target_stem.with_name(target_stem.name + (suffix or ".m4a"))
    if suffix:
        remux(source, target, progress)
    else:
        encode(source, target, progress)
    return probe(target)
