"""How published audio sounds: its loudness, by another meter than ours, its length, its edits, its formats."""

from __future__ import annotations

from pathlib import Path

import av
import numpy as np
import numpy.typing as npt
import pyloudnorm
import pytest

from publisher.errors import MediaError
from publisher.media import FILE_FORMATS, Mastered, Recipe, fits, master, measure, probe
from publisher.model import EditMap, Span, silent
from tests.test_media import heard, level
from tests.test_peaks import by_ffmpeg

TARGET = -16.0
SECONDS = 20


def talk(rate: int, channels: int) -> npt.NDArray[np.float32]:
    """Something that is as loud and as uneven as talk: syllables of coloured noise, phrases and pauses."""
    chance = np.random.default_rng(7)
    count = rate * SECONDS
    noise = np.cumsum(chance.standard_normal((channels, count)), axis=1)
    width = max(2, rate // 200)
    noise -= np.stack([np.convolve(row, np.ones(width) / width, "same") for row in noise])
    if channels > 1:
        noise[1] = 0.8 * noise[0] + 0.2 * noise[1]
    time = np.arange(count) / rate
    syllables = np.clip(np.sin(2 * np.pi * 4 * time), 0, 1) * (time % 5 < 4)
    loud = np.repeat(10 ** (chance.uniform(-4, 4, count // (rate // 2) + 1) / 20), rate // 2)[:count]
    return np.asarray(noise * syllables * loud / np.abs(noise).max(), np.float32)


def write_wav(path: Path, samples: npt.NDArray[np.float32], rate: int) -> Path:
    layout = {1: "mono", 2: "stereo", 8: "7.1"}[len(samples)]
    with av.open(str(path), "w") as output:
        stream = output.add_stream("pcm_f32le", rate=rate, layout=layout)
        assert isinstance(stream, av.AudioStream)
        packed = np.ascontiguousarray(samples.T).reshape(1, -1)
        frame = av.AudioFrame.from_ndarray(packed, format="flt", layout=layout)
        frame.sample_rate = rate
        output.mux([*stream.encode(frame), *stream.encode(None)])
    return path


def at(samples: npt.NDArray[np.float32], rate: int, lufs: float) -> npt.NDArray[np.float32]:
    """The same sound at a loudness, by pyloudnorm."""
    found = pyloudnorm.Meter(rate).integrated_loudness(samples.T)
    return np.asarray(samples * 10 ** ((lufs - found) / 20), np.float32)


def samples_of(path: Path) -> tuple[npt.NDArray[np.float32], int]:
    with av.open(str(path)) as container:
        stream = container.streams.audio[0]
        resampler = av.AudioResampler(format="fltp", layout=stream.layout, rate=stream.rate)
        frames = [
            piece.to_ndarray() for frame in container.decode(stream) for piece in resampler.resample(frame)
        ]
        return np.concatenate(frames, axis=1), stream.rate


def loudness(path: Path) -> float:
    samples, rate = samples_of(path)
    return float(pyloudnorm.Meter(rate).integrated_loudness(samples.T.astype(np.float64)))


def true_peak(path: Path) -> float:
    """Decibels, by FFmpeg's meter."""
    return float(20 * np.log10(by_ffmpeg(*samples_of(path))))


def recipe(path: Path, *, target: float | None = TARGET, edit: EditMap | None = None) -> Recipe:
    found = probe(path)
    return Recipe(found, edit or EditMap((Span(0, found.duration),), found.duration), target=target)


def mastered(of: Recipe, folder: Path, name: str = "m4a") -> Mastered:
    form = FILE_FORMATS[name]
    return master(of, measure(of, silent), form, folder / f"made{form.suffix}", silent)


@pytest.mark.parametrize("channels", [1, 2])
@pytest.mark.parametrize("lufs", [-35.0, -23.0, -8.0])
@pytest.mark.parametrize("rate", [8_000, 22_050, 44_100, 48_000, 96_000])
def test_talk_of_any_loudness_comes_out_at_the_target(
    rate: int, lufs: float, channels: int, tmp_path: Path
) -> None:
    source = write_wav(tmp_path / "a.wav", at(talk(rate, channels), rate, lufs), rate)
    made = mastered(recipe(source), tmp_path)
    assert loudness(made.path) == pytest.approx(TARGET, abs=0.5)
    assert probe(made.path).channels == channels
    assert probe(made.path).duration == pytest.approx(SECONDS * 1_000, abs=30)
    assert made.measured.loudness is not None
    assert made.measured.loudness.integrated == pytest.approx(TARGET, abs=0.5)
    assert made.measured.loudness.true_peak <= -1


@pytest.mark.parametrize("name", ["mp3", "opus"])
def test_other_formats_are_as_loud(name: str, tmp_path: Path) -> None:
    source = write_wav(tmp_path / "a.wav", at(talk(48_000, 2), 48_000, -23), 48_000)
    made = mastered(recipe(source), tmp_path, name)
    assert made.path.suffix == f".{name}"
    assert loudness(made.path) == pytest.approx(TARGET, abs=0.5)


def test_our_meter_agrees_with_another(tmp_path: Path) -> None:
    source = write_wav(tmp_path / "a.wav", at(talk(44_100, 2), 44_100, -20), 44_100)
    (found,) = measure(recipe(source), silent)
    assert found.loudness is not None
    assert found.loudness.integrated == pytest.approx(-20, abs=0.2)
    assert found.loudness.true_peak == pytest.approx(true_peak(source), abs=0.1)


@pytest.mark.parametrize("name", ["m4a", "mp3", "opus"])
@pytest.mark.parametrize("channels", [1, 2])
def test_no_peak_of_loud_talk_is_higher_than_it_may_be(channels: int, name: str, tmp_path: Path) -> None:
    source = write_wav(tmp_path / "a.wav", at(talk(44_100, channels), 44_100, -30), 44_100)
    assert true_peak(mastered(recipe(source), tmp_path, name).path) <= -1


@pytest.mark.parametrize("lufs", [-16.6, -15.4])
def test_aac_that_is_near_the_target_is_published_as_it_is(lufs: float, tmp_path: Path) -> None:
    source = write_wav(tmp_path / "a.wav", at(talk(44_100, 2), 44_100, lufs), 44_100)
    given = mastered(recipe(source, target=None), tmp_path).path
    made = mastered(recipe(given), tmp_path / "again")
    assert made.path == given
    assert not (tmp_path / "again").exists()


def test_silence_stays_silent(tmp_path: Path) -> None:
    source = write_wav(tmp_path / "a.wav", np.zeros((1, 48_000 * 3), np.float32), 48_000)
    made = mastered(recipe(source), tmp_path)
    assert made.measured.loudness is None
    assert np.abs(heard(made.path)).max() < 1e-4


def test_two_channels_that_are_nearly_the_same_need_fewer_bits(tmp_path: Path) -> None:
    one, two = talk(44_100, 1), talk(44_100, 2)
    same = write_wav(tmp_path / "same.wav", np.concatenate([one, one]), 44_100)
    wide = write_wav(tmp_path / "wide.wav", np.stack([two[0], -two[1]]), 44_100)
    assert not measure(recipe(same), silent)[0].wide
    assert measure(recipe(wide), silent)[0].wide


def test_eight_channels_become_two(tmp_path: Path) -> None:
    source = write_wav(tmp_path / "a.wav", np.repeat(talk(48_000, 1), 8, axis=0) * 0.2, 48_000)
    made = mastered(recipe(source), tmp_path)
    assert probe(made.path).channels == 2
    assert loudness(made.path) == pytest.approx(TARGET, abs=0.5)


def tones(rate: int, seconds: int) -> npt.NDArray[np.float32]:
    """A second of tone, a second of silence, each pair a little louder than the one before."""
    time = np.arange(rate * seconds) / rate
    loud = 0.1 + 0.05 * (time // 2)
    return (loud * np.sin(2 * np.pi * 300 * time) * (time % 2 < 1)).astype(np.float32)[None]


def test_what_is_cut_is_gone_and_the_rest_follows(tmp_path: Path) -> None:
    source = write_wav(tmp_path / "a.wav", tones(16_000, 12), 16_000)
    edit = EditMap.without((Span(0, 2_000), Span(5_000, 8_500)), 12_000)
    assert edit is not None
    made = mastered(recipe(source, target=None, edit=edit), tmp_path)
    assert probe(made.path).duration == pytest.approx(edit.published_duration, abs=60)
    samples = heard(made.path)
    before = heard(source)
    for moment in (2_500, 3_500, 4_500, 8_700, 9_500, 10_500, 11_500):
        there = edit.published(moment) / 1_000
        original = level(before, moment / 1_000 - 0.1, moment / 1_000 + 0.1)
        assert level(samples, there - 0.1, there + 0.1) == pytest.approx(original, abs=0.02)


def test_intro_and_outro_are_brought_to_the_same_loudness(tmp_path: Path) -> None:
    rate = 44_100
    source = write_wav(tmp_path / "talk.wav", at(talk(rate, 1), rate, -30), rate)
    music = write_wav(tmp_path / "music.wav", at(talk(rate, 2), rate, -9)[:, : 4 * rate], rate)
    found = probe(source)
    edit = EditMap((Span(0, found.duration),), found.duration, 4_000, 4_000)
    of = Recipe(found, edit, music, music, TARGET)
    made = mastered(of, tmp_path)
    samples, rate = samples_of(made.path)
    assert samples.shape[1] / rate == pytest.approx(28, abs=0.1)
    meter = pyloudnorm.Meter(rate)
    for begin, end in ((0.3, 3.8), (4.5, 23.5), (24.3, 27.8)):
        part = samples[:, int(begin * rate) : int(end * rate)].T.astype(np.float64)
        assert meter.integrated_loudness(part) == pytest.approx(TARGET, abs=1.2)


def test_a_source_that_fits_is_not_encoded_for_its_own_format_but_for_others(tmp_path: Path) -> None:
    source = write_wav(tmp_path / "a.wav", at(talk(48_000, 1), 48_000, -16), 48_000)
    given = mastered(recipe(source, target=None), tmp_path, "opus").path
    of = recipe(given)
    parts = measure(of, silent)
    assert fits(of, parts, FILE_FORMATS["opus"])
    assert not fits(of, parts, FILE_FORMATS["m4a"])
    cut = EditMap.without((Span(0, 1_000),), of.talk.duration)
    assert cut is not None
    assert not fits(recipe(given, edit=cut), parts, FILE_FORMATS["opus"])


def test_making_the_same_sound_twice_gives_the_same_bytes(tmp_path: Path) -> None:
    source = write_wav(tmp_path / "a.wav", at(talk(44_100, 2), 44_100, -30), 44_100)
    one, two = (mastered(recipe(source), tmp_path / name).path for name in ("one", "two"))
    assert one.read_bytes() == two.read_bytes()


def test_stopping_leaves_no_half_file(tmp_path: Path) -> None:
    source = write_wav(tmp_path / "a.wav", at(talk(44_100, 1), 44_100, -30), 44_100)
    of = recipe(source)
    parts = measure(of, silent)

    def stop(_what: str, share: float | None) -> None:
        if share and share > 0.5:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        master(of, parts, FILE_FORMATS["m4a"], tmp_path / "made.m4a", stop)
    assert [path.name for path in tmp_path.iterdir()] == ["a.wav"]


def test_the_waveform_says_where_it_is_loud(tmp_path: Path) -> None:
    source = write_wav(tmp_path / "a.wav", tones(16_000, 10), 16_000)
    (found,) = measure(recipe(source, target=None), silent)
    waveform = found.waveform
    assert len(waveform.low) == len(waveform.high) == 1_000
    columns = np.array(waveform.high).reshape(10, -1)[:, :80].max(axis=1)
    assert list(columns[1::2] <= 1) == [True] * 5
    assert list(np.diff(columns[::2]) > 0) == [True] * 4
    assert all(low <= high for low, high in zip(waveform.low, waveform.high, strict=True))
    assert len(waveform.as_json()) < 12_000


def test_a_file_that_breaks_off_in_the_middle_is_refused(tmp_path: Path) -> None:
    source = write_wav(tmp_path / "a.wav", at(talk(44_100, 1), 44_100, -30), 44_100)
    made = mastered(recipe(source), tmp_path).path
    made.write_bytes(made.read_bytes()[: made.stat().st_size // 2])
    with pytest.raises(MediaError):
        probe(made)
