"""Making the sound of an episode: cut, brought to its loudness, encoded; or left as it is.

What comes out is a file without tags. `remux` makes the published file of it, so that an edited chapter costs no
encoding.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from publisher.media.cutting import cut
from publisher.media.decode import resampled
from publisher.media.encode import encode
from publisher.media.fileformats import MONO, STEREO, FileFormat
from publisher.media.filters import chain, filtered
from publisher.media.meter import Measured, Meter, integrated
from publisher.media.opening import opened
from publisher.media.steps import Steps
from publisher.model import EditMap, Loudness, Media, Progress
from publisher.timecode import SECOND

if TYPE_CHECKING:
    from av.audio.frame import AudioFrame

TOLERANCE = 1.0
"""LU; a sound that is this near its target stays as it is."""

HIGHEST_PEAK = -1.0
"""dBTP of what is published."""

_HEADROOM = 2.0
"""Decibels that an encoder may add to a peak."""

_EXACT = 0.15
"""LU between the target and what comes out of the limiter."""

_NEAR = 0.4
"""LU from where what is missing is added without listening again: the limiter takes only a part of it."""

_TAKEN = 0.6
"""How much less a further decibel of gain brings, as a share, for each LU that the limiter takes."""

_ATTEMPTS = 5
_FLATTEST = 0.2
"""How little a decibel of gain adds at least, in LU, where the limiter takes most of it."""

_OVERSAMPLING = 2
_HIGHEST_RATE = 48_000


@dataclass(frozen=True, slots=True)
class Recipe:
    """What the sound of an episode is made of.

    Attributes:
        talk: Its audio as fetched.
        edit: What of it is kept.
        intro: A file in front, or None.
        outro: A file behind, or None.
        target: LUFS that each of the parts is brought to; None leaves them.
    """

    talk: Media
    edit: EditMap
    intro: Path | None = None
    outro: Path | None = None
    target: float | None = None

    @property
    def files(self) -> tuple[Path, ...]:
        """The parts in order."""
        return tuple(path for path in (self.intro, self.talk.path, self.outro) if path)

    @property
    def layout(self) -> str:
        """As many channels as the talk has, two at most."""
        return "mono" if self.talk.channels == MONO else "stereo"

    @property
    def channels(self) -> int:
        """1 or 2."""
        return min(self.talk.channels, STEREO)


@dataclass(frozen=True, slots=True)
class Mastered:
    """The sound of an episode as a file.

    Attributes:
        path: Without tags; the talk's own file when nothing had to be done.
        size: Its bytes.
        measured: What it is like, before it is encoded.
    """

    path: Path
    size: int
    measured: Measured

    @property
    def is_whole(self) -> bool:
        """Whether the file is still there in its full length."""
        return self.path.is_file() and self.path.stat().st_size == self.size


def measure(recipe: Recipe, progress: Progress) -> tuple[Measured, ...]:
    """Measure each part of a sound as it is, in one pass.

    Raises:
        MediaError: A part cannot be decoded.
    """
    rate = min(recipe.talk.sample_rate, _HIGHEST_RATE)
    steps = Steps(progress, "Measuring the audio", _samples(recipe, rate))
    found = []
    for path in recipe.files:
        meter = Meter(rate, recipe.layout, _samples(recipe, rate))
        for _ in steps.counted(meter.through(_part(recipe, path, rate))):
            pass
        found.append(meter.measured)
    return tuple(found)


def fits(recipe: Recipe, parts: tuple[Measured, ...], form: FileFormat) -> bool:
    """Whether the talk's own packets can be published in a format."""
    talk = recipe.talk
    return (
        talk.codec == form.codec
        and talk.channels <= STEREO
        and talk.sample_rate <= _HIGHEST_RATE
        and not recipe.edit.changes
        and not any(_gains(recipe, parts))
    )


def master(
    recipe: Recipe, parts: tuple[Measured, ...], form: FileFormat, target: Path, progress: Progress
) -> Mastered:
    """Make the sound in a format.

    Each part gets one gain, and a limiter where its peaks would be too high.

    Args:
        recipe: What it is made of.
        parts: What `measure` found.
        form: The format.
        target: The file to write when one has to be made, with the format's suffix.
        progress: Told how far it is.

    Raises:
        MediaError: A part cannot be decoded.
    """
    if fits(recipe, parts, form):
        return _mastered(recipe.talk.path, parts[0])
    rate = form.rate(recipe.talk.sample_rate)
    gains = tuple(
        _settled(recipe, path, part, gain=gain, rate=rate, progress=progress)
        for path, part, gain in zip(recipe.files, parts, _gains(recipe, parts), strict=True)
    )
    return _mastered(target, _encoded(recipe, parts, form, target, gains=gains, progress=progress))


def _mastered(path: Path, measured: Measured) -> Mastered:
    return Mastered(path, path.stat().st_size, measured)


def _gains(recipe: Recipe, parts: tuple[Measured, ...]) -> tuple[float, ...]:
    """Decibels for each part; 0 for one that is silent or near its target."""
    return tuple(_gain(part.loudness, recipe.target) for part in parts)


def _gain(loudness: Loudness | None, target: float | None) -> float:
    if loudness is None or target is None or abs(target - loudness.integrated) <= TOLERANCE:
        return 0.0
    return target - loudness.integrated


def _settled(
    recipe: Recipe, path: Path, part: Measured, *, gain: float, rate: int, progress: Progress
) -> float:
    """A gain that makes up for what the limiter takes away, found by listening again, a few times at most."""
    if not gain or not _is_limited(part, gain) or recipe.target is None:
        return gain
    before: tuple[float, float] | None = None
    for _ in range(_ATTEMPTS):
        steps = Steps(progress, "Setting the loudness", _samples(recipe, rate))
        frames = steps.counted(_part(recipe, path, rate))
        found = integrated(frames, rate, recipe.layout, _filters(gain, rate, limited=True, oversampling=1))
        missing = recipe.target - found
        slope = (found - before[1]) / (gain - before[0]) if before else 1 - _TAKEN * missing
        before = (gain, found)
        if abs(missing) > _EXACT:
            gain += missing / min(1.0, max(_FLATTEST, slope))
        if abs(missing) <= _NEAR:
            break
    return gain


def _encoded(
    recipe: Recipe,
    parts: tuple[Measured, ...],
    form: FileFormat,
    target: Path,
    *,
    gains: tuple[float, ...],
    progress: Progress,
) -> Measured:
    rate = form.rate(recipe.talk.sample_rate)
    steps = Steps(progress, "Encoding the audio", _samples(recipe, rate))
    meter = Meter(rate, recipe.layout, _samples(recipe, rate))
    talk = parts[recipe.files.index(recipe.talk.path)]
    bit_rate = form.bit_rate(recipe.channels, wide=talk.wide)
    frames = steps.counted(meter.through(_sound(recipe, parts, gains, rate)))
    if form.quieter:
        frames = filtered(frames, chain(rate, recipe.layout, *_filters(form.quieter, rate, limited=False)))
    encode(frames, target, form, rate=rate, layout=recipe.layout, bit_rate=bit_rate)
    return meter.measured


def _sound(
    recipe: Recipe, parts: tuple[Measured, ...], gains: tuple[float, ...], rate: int
) -> Iterator[AudioFrame]:
    for path, part, gain in zip(recipe.files, parts, gains, strict=True):
        yield from _louder(_part(recipe, path, rate), recipe, part, gain, rate)


def _louder(
    frames: Iterator[AudioFrame], recipe: Recipe, part: Measured, gain: float, rate: int
) -> Iterator[AudioFrame]:
    if not gain:
        return frames
    limited = _is_limited(part, gain)
    return filtered(frames, chain(rate, recipe.layout, *_filters(gain, rate, limited=limited)))


def _is_limited(part: Measured, gain: float) -> bool:
    return part.loudness is not None and part.loudness.true_peak + gain > HIGHEST_PEAK - _HEADROOM


def _filters(
    gain: float, rate: int, *, limited: bool, oversampling: int = _OVERSAMPLING
) -> Iterator[tuple[str, str]]:
    """The filters for a gain; the limiter sees more samples than there are, so that it sees peaks between them."""
    yield "volume", f"volume={gain:.3f}dB:precision=float"
    if limited:
        limit = 10 ** ((HIGHEST_PEAK - _HEADROOM) / 20)
        yield "aresample", str(rate * oversampling)
        yield "alimiter", f"limit={limit:.4f}:attack=5:release=50:level=0:latency=1"
        yield "aresample", str(rate)
    yield "aformat", "sample_fmts=fltp"


def _part(recipe: Recipe, path: Path, rate: int) -> Iterator[AudioFrame]:
    with opened(path) as (container, stream):
        frames = resampled(path, container, stream, sample_format="fltp", layout=recipe.layout, rate=rate)
        is_cut = (
            path == recipe.talk.path and sum(span.length for span in recipe.edit.kept) < recipe.edit.duration
        )
        yield from cut(frames, rate, recipe.edit.kept) if is_cut else frames


def _samples(recipe: Recipe, rate: int) -> int:
    return recipe.edit.published_duration * rate // SECOND
