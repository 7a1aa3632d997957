"""What an audio file really is: opened, counted to its last packet, decoded at its start."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING

from publisher.files import sha256_of
from publisher.media.opening import INDEXED, damaged, opened
from publisher.model import Media
from publisher.timecode import SECOND, from_seconds

if TYPE_CHECKING:
    from av.audio.stream import AudioStream
    from av.container import InputContainer

_MIMES = {
    "mov": "audio/mp4",
    "mp3": "audio/mpeg",
    "ogg": "audio/ogg",
    "matroska": "audio/webm",
    "wav": "audio/wav",
    "flac": "audio/flac",
    "aac": "audio/aac",
    "aiff": "audio/aiff",
}
_MP3_COUNTS = (b"Xing", b"Info", b"VBRI")
_MISSING_ALLOWED = Fraction(2, 100)
_TAIL = Fraction(10)  # seconds
_PROOF_MS = 500
_MAX_BAD_PACKETS = 16


def probe(path: Path) -> Media:
    """Open an audio file, prove that it holds sound, and measure it.

    The last packets are read, so a file that was cut on its way is noticed: its sound ends more than 2 % before
    the length that its header states.

    Raises:
        MediaError: The file is missing, empty, a web page, without sound, cut short or damaged.
    """
    with opened(path) as (container, stream):
        kind = container.format.name.partition(",")[0]
        codec = stream.codec.canonical_name
        rate, channels = stream.rate, stream.channels
        duration = _duration(path, container, stream, kind)
        bit_rate = stream.bit_rate
    _prove(path)
    size = path.stat().st_size
    return Media(
        path=path,
        sha256=sha256_of(path),
        size=size,
        mime=_MIMES[kind],
        duration=duration,
        codec=codec,
        sample_rate=rate,
        channels=channels,
        bit_rate=bit_rate or size * 8 * SECOND // duration,
    )


def _duration(path: Path, container: InputContainer, stream: AudioStream, kind: str) -> int:
    stated = _stated(container, stream) if _states_length(path, kind) else Fraction(0)
    found = _end_of_sound(container, stream, kind, stated)
    if found <= 0:
        raise damaged(path, "The file has no sound in it.")
    if found < stated * (1 - _MISSING_ALLOWED):
        lengths = f"it lasts {float(stated):.0f} s, but its sound ends at {float(found):.0f} s"
        raise damaged(path, f"The file is cut short: it says that {lengths}.")
    near = abs(stated - found) <= stated * _MISSING_ALLOWED
    return max(1, from_seconds(float(stated if near else found)))


def _states_length(path: Path, kind: str) -> bool:
    """Whether the header has a length; without one FFmpeg guesses from the bit rate of the first frames."""
    if kind != "mp3":
        return kind != "aac"
    with path.open("rb") as file:
        tag = file.read(10)
        if tag[:3] == b"ID3":
            file.seek(
                10 + sum((byte & 0x7F) << shift for byte, shift in zip(tag[6:], (21, 14, 7, 0), strict=True))
            )
        first_frame = file.read(256)
    return any(name in first_frame for name in _MP3_COUNTS)


def _stated(container: InputContainer, stream: AudioStream) -> Fraction:
    if stream.duration and stream.time_base:
        return stream.duration * stream.time_base
    if container.duration and len(container.streams) == 1:
        return Fraction(container.duration, 1_000_000)
    return Fraction(0)


def _end_of_sound(container: InputContainer, stream: AudioStream, kind: str, stated: Fraction) -> Fraction:
    """When the last packet ends; where the format has an index, only the end of the file is read for it."""
    if kind in INDEXED and stated > _TAIL:
        container.seek(int((stated - _TAIL) * 1_000_000), backward=True)
        if end := _end_of_packets(container, stream):
            return end
        container.seek(0)
    return _end_of_packets(container, stream)


def _end_of_packets(container: InputContainer, stream: AudioStream) -> Fraction:
    """When the last packet from here on ends; 0 when there is none."""
    last = 0
    for packet in container.demux(stream):
        if packet.pts is not None and packet.size:
            last = max(last, packet.pts + (packet.duration or 0))
    start = Fraction(container.start_time or 0, 1_000_000)
    end = last * (stream.time_base or Fraction(0))
    return end - max(start, Fraction(0)) if last else Fraction(0)


def _prove(path: Path) -> None:
    import av

    bad = heard = 0
    with opened(path) as (container, stream):
        for packet in container.demux(stream):
            try:
                heard += sum(SECOND * frame.samples // frame.sample_rate for frame in packet.decode())
            except av.error.InvalidDataError:
                bad += 1
            if heard >= _PROOF_MS or bad > _MAX_BAD_PACKETS:
                break
    if not heard or bad > _MAX_BAD_PACKETS:
        raise damaged(path)
