"""The true peak of a sound, beside FFmpeg's meter and beside sounds whose peak is known."""

from __future__ import annotations

import math
from collections.abc import Sequence

import av
import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given
from hypothesis import strategies as st

from publisher.media.filters import chain, filtered
from publisher.media.peaks import TruePeak

RATE = 44_100
Samples = npt.NDArray[np.float32]


def faded(samples: npt.NDArray[np.float64]) -> Samples:
    """With soft ends, so that no meter hears a click there."""
    ramp = np.clip(np.arange(samples.shape[-1]) / 2_000, 0, 1)
    return (samples * ramp * ramp[::-1]).astype(np.float32).reshape(-1, samples.shape[-1])


def noise(channels: int, count: int = RATE) -> Samples:
    chance = np.random.default_rng(3)
    wide = chance.standard_normal((channels, count)) * 0.2
    return faded(np.stack([np.convolve(row, np.ones(3) / 3, "same") for row in wide]))


def ours(samples: Samples, cuts: Sequence[int] = (), size: int = 4_096) -> float:
    found = TruePeak(len(samples))
    for piece in np.split(samples, list(cuts) or range(size, samples.shape[1], size), axis=1):
        found.add(piece)
    found.end()
    return found.highest


def by_ffmpeg(samples: Samples, rate: int) -> float:
    layout = "mono" if len(samples) == 1 else "stereo"
    frame = av.AudioFrame.from_ndarray(np.ascontiguousarray(samples), format="fltp", layout=layout)
    frame.sample_rate = rate
    graph = chain(rate, layout, ("ebur128", "metadata=1:framelog=quiet:peak=true"))
    said = [found.metadata for found in filtered([frame], graph)]
    return max(float(each["lavfi.r128.true_peak"]) for each in said if each)


@pytest.mark.parametrize(("cycle", "phase"), [(4, math.pi / 4), (6, math.pi / 6), (3, 0.0), (50, 0.1)])
def test_the_top_of_a_tone_is_found_between_its_samples(cycle: int, phase: float) -> None:
    tone = faded(0.5 * np.sin(2 * math.pi * np.arange(RATE) / cycle + phase))
    assert ours(tone) == pytest.approx(0.5, rel=0.01)
    assert np.abs(tone).max() <= 0.5


@pytest.mark.parametrize("rate", [22_050, 44_100, 48_000])
@pytest.mark.parametrize("channels", [1, 2])
def test_it_is_what_another_meter_says(channels: int, rate: int) -> None:
    sound = noise(channels)
    assert 20 * math.log10(ours(sound) / by_ffmpeg(sound, rate)) == pytest.approx(0, abs=0.1)


@given(cuts=st.lists(st.integers(0, 5_000), max_size=12), place=st.integers(0, 4_999))
def test_it_does_not_matter_in_which_pieces_a_sound_comes_or_where_it_is_loud(
    cuts: list[int], place: int
) -> None:
    sound = noise(2, 5_000)
    sound[1, place] = 0.9
    assert ours(sound, sorted(cuts)) == pytest.approx(ours(sound, size=5_000), rel=1e-5)


@given(place=st.integers(1, 3_000), count=st.integers(1, 3_000))
def test_a_point_between_two_samples_counts_wherever_it_is(place: int, count: int) -> None:
    sound = np.zeros((1, place + 1 + count), np.float32)
    sound[0, place - 1 : place + 1] = 0.5
    assert ours(sound) == pytest.approx(0.5 * 4 / math.pi, rel=0.01)


def test_silence_and_nothing_have_no_peak() -> None:
    assert ours(np.zeros((2, 10_000), np.float32)) == 0
    assert ours(np.zeros((1, 0), np.float32)) == 0
