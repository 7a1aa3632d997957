from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from publisher.media import STEP, levels
from publisher.model import Span

BURST = (4_000, 5_000)


@pytest.fixture(scope="module", params=[".m4a", ".mp3", ".webm", ".wav"])
def burst(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Ten seconds of silence with one second of tone from the fourth on."""
    import av

    codec, rate = {
        ".m4a": ("aac", 44_100),
        ".mp3": ("libmp3lame", 44_100),
        ".webm": ("libopus", 48_000),
        ".wav": ("pcm_s16le", 22_050),
    }[request.param]
    times = np.arange(10 * rate) / rate
    loud = (times >= BURST[0] / 1_000) & (times < BURST[1] / 1_000)
    samples = np.where(loud, 16_000 * np.sin(2 * np.pi * 440 * times), 0).astype(np.int16)
    path = tmp_path_factory.mktemp("burst") / f"burst{request.param}"
    with av.open(str(path), "w") as container:
        stream = container.add_stream(codec, rate=rate, layout="mono")
        assert isinstance(stream, av.AudioStream)
        for start in range(0, len(samples), 960):
            frame = av.AudioFrame.from_ndarray(
                samples[None, start : start + 960], format="s16", layout="mono"
            )
            frame.sample_rate, frame.pts = rate, start
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    return path


def test_sound_is_loud_where_it_is_and_silent_elsewhere(burst: Path) -> None:
    (found,) = levels(burst, [Span(3_000, 6_000)])
    times = found.start + STEP * np.arange(len(found.decibels))
    inside = (times >= BURST[0] + 60) & (times < BURST[1] - 60)
    outside = (times < BURST[0] - 60) | (times >= BURST[1] + 60)
    assert found.decibels[inside].min() > -20
    assert found.decibels[outside].max() < -40


def test_a_stretch_says_the_same_alone_and_among_others(burst: Path) -> None:
    (alone,) = levels(burst, [Span(4_800, 5_300)])
    apart = levels(burst, [Span(8_000, 9_000), Span(500, 900), Span(4_800, 5_300)])
    assert [found.start for found in apart] == [500, 4_800, 8_000]
    assert np.allclose(apart[1].decibels, alone.decibels, atol=3)


def test_stretches_that_overlap_are_one(burst: Path) -> None:
    (found,) = levels(burst, [Span(2_000, 3_000), Span(1_000, 2_500), Span(3_000, 3_500)])
    assert (found.start, len(found.decibels)) == (1_000, 250)


def test_what_lies_outside_the_file_is_silence(burst: Path) -> None:
    (found,) = levels(burst, [Span(30_000, 31_000)])
    assert found.decibels.max() <= -89
    assert levels(burst, []) == ()
