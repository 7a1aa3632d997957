"""The kinds of file that are published, and how finely each is encoded."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

MONO, STEREO = 1, 2


@dataclass(frozen=True, slots=True)
class FileFormat:
    """A kind of audio file.

    Attributes:
        name: As `podcast.toml` says it; the file's suffix without the point.
        mime: As the enclosure says it; for `.m4a` what directories list instead of the registered type.
        codec: What is in it, by FFmpeg's name.
        encoder: Who makes it.
        rates: Samples a second that it takes, ascending.
        mono: Bits a second for one channel.
        narrow: Bits a second for two channels that are nearly the same.
        stereo: Bits a second for two channels.
        quieter: Decibels that the encoder takes away on its own account.
    """

    name: str
    mime: str
    codec: str
    encoder: str
    rates: tuple[int, ...]
    mono: int
    narrow: int
    stereo: int
    quieter: float = 0.0

    @property
    def suffix(self) -> str:
        """With the point."""
        return f".{self.name}"

    def rate(self, source: int) -> int:
        """The samples a second for a source that has so many: as many, or the next that the format takes."""
        return next((rate for rate in self.rates if rate >= source), self.rates[-1])

    def bit_rate(self, channels: int, *, wide: bool) -> int:
        """The bits a second for talk.

        Args:
            channels: 1 or 2.
            wide: Whether two channels differ much.
        """
        if channels == MONO:
            return self.mono
        return self.stereo if wide else self.narrow


_LAME = 0.446
"""LAME multiplies every sample by 0.95, so that its own errors do not clip."""

_MPEG_RATES = (22_050, 24_000, 32_000, 44_100, 48_000)

FILE_FORMATS: Mapping[str, FileFormat] = MappingProxyType(
    {
        each.name: each
        for each in (
            FileFormat("m4a", "audio/x-m4a", "aac", "aac", _MPEG_RATES, 64_000, 96_000, 128_000),
            FileFormat(
                "mp3", "audio/mpeg", "mp3", "libmp3lame", _MPEG_RATES, 96_000, 128_000, 128_000, _LAME
            ),
            FileFormat("opus", "audio/ogg", "opus", "libopus", (48_000,), 40_000, 64_000, 80_000),
        )
    }
)
"""Every format by its name."""

DEFAULT = "m4a"


def of_codec(codec: str) -> FileFormat | None:
    """The format that a codec's packets are published in as they are."""
    return next((each for each in FILE_FORMATS.values() if each.codec == codec), None)
