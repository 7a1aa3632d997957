"""Opening a stranger's audio file: only plain local files, only the formats we know, errors as sentences."""

from __future__ import annotations

import errno
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from publisher.errors import MediaError, Place

if TYPE_CHECKING:
    from av.audio.stream import AudioStream
    from av.container import InputContainer

# Formats of one file with its own data. Playlists (HLS, concat, ...) are left out: they make FFmpeg open
# other files and addresses.
FORMATS = ("mov", "mp3", "ogg", "matroska", "wav", "flac", "aac", "aiff")

INDEXED = ("mov", "matroska", "ogg", "wav", "flac")
"""Those in which a moment can be found without reading what comes before it."""

_PROTECTED = {"drms", "enca"}
"""Sample entries of sound that only its seller's player can decode (ISO/IEC 14496-12, 8.12; Apple's FairPlay)."""

_FETCH_AGAIN = "Delete the file and fetch it again, or give another one with `audio:` in the front matter."
_PAGE_STARTS = (b"<!doctype html", b"<html", b"<head", b"<?xml")


def damaged(path: Path, what: str = "The audio is damaged and does not decode.") -> MediaError:
    """An error about the content of a file, with the usual remedy."""
    return MediaError(what, place=Place(str(path)), remedy=_FETCH_AGAIN)


@contextmanager
def opened(path: Path) -> Iterator[tuple[InputContainer, AudioStream]]:
    """Open a file and find its audio stream; whatever FFmpeg says inside the block becomes a `MediaError`.

    Raises:
        MediaError: The file is missing, empty, not audio, of an unknown format, copy-protected or damaged.
    """
    import av

    _check_file(path)
    safe = {"format_whitelist": ",".join(FORMATS), "protocol_whitelist": "file"}
    try:
        with av.open(
            f"file:{path}", mode="r", container_options=safe, metadata_errors="replace"
        ) as container:
            stream = container.streams.best("audio")
            if not isinstance(stream, av.AudioStream):
                raise damaged(path, "The file has no sound in it.")
            if stream.codec_context.codec_tag in _PROTECTED:
                raise MediaError(
                    "The audio is copy-protected (DRM).",
                    place=Place(str(path)),
                    remedy="Give a file without protection with `audio:` in the front matter.",
                )
            yield container, stream
    except av.FFmpegError as error:
        if isinstance(error, OSError) and error.errno != errno.EPERM:  # FFmpeg's -1: it is lost in the file
            raise
        raise damaged(path, _diagnosis(path)) from error


def _check_file(path: Path) -> None:
    place = Place(str(path))
    if not path.exists():
        raise MediaError(
            "There is no such audio file.", place=place, remedy="Check the path, or fetch the audio again."
        )
    if not path.is_file():
        raise MediaError("This is not a file.", place=place, remedy="Name an audio file, not a folder.")
    try:
        path.open("rb").close()
    except OSError as error:
        what = f"The audio file cannot be read: {error.strerror}."
        raise MediaError(what, place=place, remedy="Check its permissions.") from error
    if path.stat().st_size == 0:
        raise damaged(path, "The audio file is empty.")


def _diagnosis(path: Path) -> str:
    with path.open("rb") as file:
        start = file.read(512).lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if start.startswith(_PAGE_STARTS):
        return "The file is a web page, not audio; the site answered with a notice instead of the sound."
    return "The file is not audio that we can read, or it is cut short or damaged."
