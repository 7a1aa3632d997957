"""Media for the stand-in to serve, made on the spot: nothing of the kind is kept in the repository."""

from __future__ import annotations

from pathlib import Path

_CODECS = {".m4a": ("aac", 16_000), ".webm": ("libopus", 48_000), ".mp3": ("libmp3lame", 44_100)}


def make_audio(path: Path, seconds: float, *, pitch: float = 220.0) -> Path:
    """Write a tone of about -16 LUFS; the suffix (.m4a, .webm, .mp3) says how."""
    import av
    import numpy as np

    codec, rate = _CODECS[path.suffix]
    times = np.arange(int(seconds * rate)) / rate
    samples = (0.24 * np.sin(2 * np.pi * pitch * times) * 32_767).astype(np.int16)
    with av.open(str(path), "w") as container:
        stream = container.add_stream(codec, rate=rate, layout="mono")
        assert isinstance(stream, av.AudioStream)
        for start in range(0, len(samples), 1_000):
            frame = av.AudioFrame.from_ndarray(
                samples[None, start : start + 1_000], format="s16", layout="mono"
            )
            frame.sample_rate, frame.pts = rate, start
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    return path


def make_picture(path: Path, width: int = 320, height: int = 180) -> Path:
    """Write a JPEG."""
    import av
    import numpy as np

    pixels = np.linspace(0, 255, width * height * 3).astype(np.uint8).reshape(height, width, 3)
    with av.open(str(path), "w", format="image2") as container:
        stream = container.add_stream("mjpeg", rate=1)
        stream.width, stream.height, stream.pix_fmt = width, height, "yuvj420p"
        frame = av.VideoFrame.from_ndarray(pixels, format="rgb24")
        container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    return path


def make_video(folder: Path, seconds: float) -> Path:
    """Fill a folder with what a video has: the talk as m4a and webm, a dub, and a thumbnail."""
    make_audio(folder / "talk.m4a", seconds)
    make_audio(folder / "dub.m4a", seconds, pitch=440)
    make_audio(folder / "talk.webm", seconds)
    make_picture(folder / "thumb.jpg")
    return folder
