"""Which FFmpeg is inside PyAV."""

from __future__ import annotations


def ffmpeg_version() -> str:
    """FFmpeg's version, such as `8.1.2`."""
    import av

    return str(av.ffmpeg_version_info)
