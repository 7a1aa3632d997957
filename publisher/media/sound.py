"""Knowing a sound again, whatever tags, pictures and chapters its file carries."""

from __future__ import annotations

import hashlib
from pathlib import Path

from publisher.media.opening import opened


def sound_hash(path: Path) -> str:
    """The SHA-256 of the packets of a file's audio stream, in their order, in hexadecimal.

    The same packets in another container, with other tags or other chapters, have the same hash.

    Raises:
        MediaError: The file does not open, or holds no sound.
    """
    digest = hashlib.sha256()
    with opened(path) as (container, stream):
        for packet in container.demux(stream):
            if packet.size:
                digest.update(packet)
    return digest.hexdigest()
