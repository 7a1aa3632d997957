"""Writing audio files: all or nothing, and the same bytes from the same sound."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from publisher.files import replacing

if TYPE_CHECKING:
    from av.container import OutputContainer

# `faststart` puts the index in front of the sound, so that players start before they have the whole file. FFmpeg's
# own M4A form (`ipod`) takes no cover, so it is MP4 with the brand of M4A.
_FORMATS = {
    ".m4a": ("mp4", {"movflags": "+faststart", "brand": "M4A "}),
    ".mp3": ("mp3", {"id3v2_version": "0"}),
    ".opus": ("ogg", {}),
}


@contextmanager
def writing(
    target: Path,
    *,
    head: bytes = b"",
    finish: Callable[[Path], None] | None = None,
    lasting: bool = True,
) -> Iterator[OutputContainer]:
    """Open an `.m4a`, `.mp3` or `.opus` for writing; it appears when the block ends well.

    No time, encoder name or version is written.

    Args:
        target: The file; its suffix decides the format.
        head: What stands in front of what FFmpeg writes: the tag of an MP3.
        finish: Given the whole file before it takes its name; the file does not appear when this fails.
        lasting: As `files.replacing` has it.
    """
    import av

    name, options = _FORMATS[target.suffix]
    with replacing(target, lasting=lasting) as temporary:
        with temporary.open("wb+") as file:
            file.write(head)
            file.flush()
            with av.open(
                _Behind(file, len(head)) if head else f"file:{temporary}",
                mode="w",
                format=name,
                container_options=options | {"fflags": "+bitexact"},
            ) as container:
                yield container
        if finish:
            finish(temporary)


class _Behind:
    """A file whose places count from behind its head: FFmpeg goes back to the start of what it wrote."""

    def __init__(self, file: BinaryIO, head: int) -> None:
        self._file = file
        self._head = head
        self.write = file.write

    def seek(self, place: int, whence: int = 0) -> int:
        """As `io.IOBase.seek`."""
        return self._file.seek(place if whence else place + self._head, whence) - self._head

    def tell(self) -> int:
        """As `io.IOBase.tell`."""
        return self._file.tell() - self._head
