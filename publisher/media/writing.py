"""Writing audio files: all or nothing, and the same bytes from the same sound."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from publisher.files import replacing

if TYPE_CHECKING:
    from av.container import OutputContainer

# `ipod` is FFmpeg's name for MP4 with the M4A brand; `faststart` puts the index in front of the sound, so
# that players start before they have the whole file.
_FORMATS = {".m4a": ("ipod", {"movflags": "+faststart"}), ".mp3": ("mp3", {"id3v2_version": "0"})}


@contextmanager
def writing(target: Path) -> Iterator[OutputContainer]:
    """Open an `.m4a` or `.mp3` for writing; it appears when the block ends well.

    No time, encoder name or version is written.
    """
    import av

    name, options = _FORMATS[target.suffix]
    with replacing(target) as temporary:
        bitexact = {"fflags": "+bitexact"}
        with av.open(
            f"file:{temporary}", mode="w", format=name, container_options=options | bitexact
        ) as container:
            yield container
