"""Probing, publishing and decoding real audio, made here with PyAV."""

from __future__ import annotations

import wave
from collections.abc import Callable
from pathlib import Path

import av
import numpy as np
import numpy.typing as npt
import pytest

from publisher.errors import MediaError
from publisher.media import (
    DEFAULT,
    FILE_FORMATS,
    Recipe,
    Tags,
    decode,
    encode_speech,
    master,
    measure,
    of_codec,
    probe,
    remux,
)
from publisher.model import EditMap, Media, Progress, Span, silent

SECONDS = 12
BEEP_MS = 500
DASH = {
    "movflags": "frag_keyframe+empty_moov+default_base_moof+dash+global_sidx",
    "frag_duration": "2000000",
}


def beeps(rate: int, seconds: float = SECONDS) -> npt.NDArray[np.float32]:
    """Half a second of tone, half a second of silence, and so on."""
    time = np.arange(int(rate * seconds)) / rate
    return (0.3 * np.sin(2 * np.pi * 440 * time) * (time % 1 < 0.5)).astype(np.float32)


def write(
    path: Path,
    codec: str,
    *,
    rate: int = 44_100,
    layout: str = "stereo",
    container: str | None = None,
    options: dict[str, str] | None = None,
) -> Path:
    """Encode the beeps into a new file."""
    sound = beeps(rate)
    with av.open(str(path), "w", format=container, options=options or {}) as output:
        stream = output.add_stream(codec, rate=rate, layout=layout)
        assert isinstance(stream, av.AudioStream)
        output.start_encoding()
        channels = 1 if layout == "mono" else 2
        frame = av.AudioFrame.from_ndarray(np.stack([sound] * channels), format="fltp", layout=layout)
        frame.rate = rate
        resampler = av.AudioResampler(
            format=stream.format, layout=layout, rate=rate, frame_size=stream.codec_context.frame_size or 1024
        )
        for piece in [*resampler.resample(frame), *resampler.resample(None)]:
            output.mux(stream.encode(piece))
        output.mux(stream.encode(None))
    return path


MAKERS: dict[str, Callable[[Path], Path]] = {
    "m4a": lambda folder: write(folder / "a.m4a", "aac", container="mp4"),
    "dash": lambda folder: write(folder / "a.dash.m4a", "aac", container="mp4", options=DASH),
    "mp3": lambda folder: write(folder / "a.mp3", "libmp3lame"),
    "mp3 without a count": lambda folder: write(folder / "b.mp3", "libmp3lame", options={"write_xing": "0"}),
    "opus": lambda folder: write(folder / "a.opus", "libopus", rate=48_000),
    "webm": lambda folder: write(folder / "a.webm", "libopus", rate=48_000),
    "wav": lambda folder: write(folder / "a.wav", "pcm_s16le", layout="mono"),
    "flac": lambda folder: write(folder / "a.flac", "flac"),
}
MIMES = {
    "m4a": "audio/mp4",
    "dash": "audio/mp4",
    "mp3": "audio/mpeg",
    "mp3 without a count": "audio/mpeg",
    "opus": "audio/ogg",
    "webm": "audio/webm",
    "wav": "audio/wav",
    "flac": "audio/flac",
}


def heard(path: Path) -> npt.NDArray[np.float32]:
    return np.concatenate(list(decode(path)))


def level(samples: npt.NDArray[np.float32], start: float, end: float, rate: int = 16_000) -> float:
    part = samples[int(start * rate) : int(end * rate)]
    return float(np.sqrt(np.mean(part**2)))


def boxes(data: bytes) -> list[str]:
    """The types of the top-level boxes of an MP4 file, in order (ISO/IEC 14496-12, 4.2)."""
    found, at = [], 0
    while at < len(data):
        size = int.from_bytes(data[at : at + 4], "big")
        found.append(data[at + 4 : at + 8].decode("ascii"))
        at += size if size > 1 else int.from_bytes(data[at + 8 : at + 16], "big")
    return found


def packets(path: Path) -> list[bytes]:
    with av.open(str(path)) as container:
        return [bytes(packet) for packet in container.demux(audio=0) if packet.size]


def publishable(source: Path, stem: Path, progress: Progress) -> Media:
    """What is published of a source, at its own loudness and without tags."""
    talk = probe(source)
    recipe = Recipe(talk, EditMap((Span(0, talk.duration),), talk.duration))
    own = of_codec(talk.codec)
    form = own if own and own.name != "opus" else FILE_FORMATS[DEFAULT]
    target = stem.with_name(stem.name + form.suffix)
    made = target.with_name(f"made-{target.name}")
    sound = master(recipe, measure(recipe, silent), form, made, progress)
    remux(sound.path, target, Tags(), silent)
    made.unlink(missing_ok=True)
    return probe(target)


@pytest.fixture(params=list(MAKERS))
def kind(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def test_every_kind_of_file_is_measured(kind: str, tmp_path: Path) -> None:
    path = MAKERS[kind](tmp_path)
    media = probe(path)
    assert media.mime == MIMES[kind]
    assert media.duration == pytest.approx(SECONDS * 1000, abs=50)
    assert media.channels == (1 if kind == "wav" else 2)
    assert media.size == path.stat().st_size
    assert len(media.sha256) == 64
    assert media.bit_rate > 30_000


def test_decoding_keeps_every_sound_at_its_time(kind: str, tmp_path: Path) -> None:
    samples = heard(MAKERS[kind](tmp_path))
    assert samples.dtype == np.float32
    assert len(samples) / 16_000 == pytest.approx(SECONDS, abs=0.05)
    assert np.abs(samples).max() <= 1
    for second in range(SECONDS - 1):
        assert level(samples, second + 0.06, second + 0.44) > 0.15
        assert level(samples, second + 0.56, second + 0.94) < 0.02


@pytest.mark.parametrize(("kind", "sound"), [("flac", b"\xff\xf8"), ("m4a", b"mdat")])
def test_a_file_whose_sound_cannot_be_decoded_is_refused(tmp_path: Path, kind: str, sound: bytes) -> None:
    path = MAKERS[kind](tmp_path)
    content = path.read_bytes()
    begin = content.index(sound) + len(sound)
    end = content.find(b"moov", begin) - 4 if content.find(b"moov", begin) > 0 else len(content)
    path.write_bytes(content[:begin] + b"\x55" * (end - begin) + content[end:])
    with pytest.raises(MediaError):
        probe(path)


def test_decoding_comes_in_chunks_of_a_second(tmp_path: Path) -> None:
    chunks = list(decode(MAKERS["flac"](tmp_path), rate=8_000))
    assert [len(chunk) for chunk in chunks] == [8_000] * SECONDS


def test_stereo_that_is_loud_on_both_sides_does_not_clip_in_mono(tmp_path: Path) -> None:
    path = write(tmp_path / "a.wav", "pcm_s16le", layout="stereo")
    assert np.abs(heard(path)).max() == pytest.approx(0.3, abs=0.01)


def test_what_is_published_sounds_like_the_source_and_lasts_as_long(kind: str, tmp_path: Path) -> None:
    media = publishable(MAKERS[kind](tmp_path), tmp_path / "out" / "episode.v1", silent)
    assert media.path.name == ("episode.v1.mp3" if kind.startswith("mp3") else "episode.v1.m4a")
    assert media.codec == ("mp3" if kind.startswith("mp3") else "aac")
    assert media.duration == pytest.approx(SECONDS * 1000, abs=50)
    assert media.channels == (1 if kind == "wav" else 2)
    samples = heard(media.path)
    for second in range(SECONDS - 1):
        assert level(samples, second + 0.06, second + 0.44) > 0.15
        assert level(samples, second + 0.56, second + 0.94) < 0.02


def test_publishing_twice_gives_the_same_bytes(kind: str, tmp_path: Path) -> None:
    source = MAKERS[kind](tmp_path)
    first = publishable(source, tmp_path / "one" / "a", silent)
    second = publishable(source, tmp_path / "two" / "another", silent)
    assert first.path.read_bytes() == second.path.read_bytes()
    assert first.sha256 == second.sha256


@pytest.mark.parametrize("kind", ["m4a", "dash", "webm"])
def test_the_index_of_a_published_m4a_is_in_front_and_it_is_not_fragmented(kind: str, tmp_path: Path) -> None:
    found = boxes(publishable(MAKERS[kind](tmp_path), tmp_path / "x", silent).path.read_bytes())
    assert found.index("moov") < found.index("mdat")
    assert found.count("mdat") == 1
    assert not {"moof", "sidx"} & set(found)


def test_the_sources_themselves_have_the_index_behind_or_are_fragmented(tmp_path: Path) -> None:
    late = boxes(MAKERS["m4a"](tmp_path).read_bytes())
    assert late.index("moov") > late.index("mdat")
    assert "moof" in boxes(MAKERS["dash"](tmp_path).read_bytes())


@pytest.mark.parametrize("kind", ["m4a", "dash", "mp3"])
def test_aac_and_mp3_are_not_encoded_again(kind: str, tmp_path: Path) -> None:
    source = MAKERS[kind](tmp_path)
    published = publishable(source, tmp_path / "x", silent).path
    assert packets(published) == packets(source)


def test_only_the_sound_of_a_video_with_tags_is_published(tmp_path: Path) -> None:
    source = tmp_path / "film.mp4"
    with av.open(str(source), "w") as output:
        output.metadata["title"] = "secret"
        picture = output.add_stream("mpeg4", rate=5)
        picture.width, picture.height, picture.pix_fmt = 64, 64, "yuv420p"
        sound = output.add_stream("aac", rate=44_100, layout="mono")
        output.start_encoding()
        for _ in range(10):
            output.mux(
                picture.encode(av.VideoFrame.from_ndarray(np.zeros((64, 64, 3), np.uint8), format="rgb24"))
            )
        for block in beeps(44_100, 2).reshape(-1, 1, 882):
            frame = av.AudioFrame.from_ndarray(block, format="fltp", layout="mono")
            frame.rate = 44_100
            output.mux(sound.encode(frame))
        output.mux(picture.encode(None))
        output.mux(sound.encode(None))
    published = publishable(source, tmp_path / "x", silent).path
    with av.open(str(published)) as container:
        assert [stream.type for stream in container.streams] == ["audio"]
    assert b"secret" not in published.read_bytes()


@pytest.mark.parametrize("kind", ["wav", "opus", "webm", "flac"])
def test_no_version_of_an_encoder_is_written(kind: str, tmp_path: Path) -> None:
    published = publishable(MAKERS[kind](tmp_path), tmp_path / "x", silent).path.read_bytes()
    assert b"Lavf" not in published
    assert b"Lavc" not in published


def test_a_hole_in_the_packets_is_silence_and_what_follows_keeps_its_time(tmp_path: Path) -> None:
    source, holed = MAKERS["webm"](tmp_path), tmp_path / "hole.webm"
    with av.open(str(source)) as container, av.open(str(holed), "w") as output:
        copy = output.add_stream_from_template(container.streams.audio[0])
        for packet in container.demux(audio=0):
            if packet.dts is None or packet.pts is None or 4 <= packet.pts * packet.time_base < 6:
                continue
            packet.stream = copy
            output.mux(packet)
    samples = heard(holed)
    assert level(samples, 4.06, 5.94) < 0.01
    assert level(samples, 7.06, 7.44) > 0.15
    assert level(samples, 7.56, 7.94) < 0.02
    published = heard(publishable(holed, tmp_path / "x", silent).path)
    assert level(published, 7.06, 7.44) > 0.15


@pytest.mark.parametrize("kind", ["m4a", "dash", "mp3", "webm", "flac"])
def test_a_file_that_was_cut_on_its_way_is_noticed(kind: str, tmp_path: Path) -> None:
    path = MAKERS[kind](tmp_path)
    path.write_bytes(path.read_bytes()[: path.stat().st_size * 6 // 10])
    with pytest.raises(MediaError, match="cut short") as caught:
        probe(path)
    assert caught.value.place is not None
    assert caught.value.place.path == str(path)
    assert "again" in caught.value.remedy


def test_a_cut_m4a_with_its_index_in_front_is_noticed(tmp_path: Path) -> None:
    path = publishable(MAKERS["m4a"](tmp_path), tmp_path / "x", silent).path
    path.write_bytes(path.read_bytes()[: path.stat().st_size * 9 // 10])
    with pytest.raises(MediaError, match="its sound ends at 10 s"):
        probe(path)


PLAYLIST = b"#EXTM3U\n#EXT-X-TARGETDURATION:9\n#EXTINF:9,\nfile:///etc/passwd\n#EXT-X-ENDLIST\n"


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("empty.m4a", b"", "empty"),
        ("page.m4a", b"\n<!DOCTYPE html><html><title>Before you continue</title></html>", "web page"),
        ("noise.mp3", bytes(range(256)) * 20, "not audio"),
        ("words.wav", "只是文字".encode(), "not audio"),
        ("list.m3u8", PLAYLIST, "not audio"),
        ("captions.vtt", b"WEBVTT\n\n00:00.000 --> 00:01.000\nHello\n", "not audio"),
    ],
)
def test_what_is_not_audio_is_refused_in_a_sentence(
    name: str, content: bytes, message: str, tmp_path: Path
) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(MediaError, match=message) as caught:
        probe(path)
    assert caught.value.remedy


def test_a_missing_file_and_a_folder_are_refused(tmp_path: Path) -> None:
    with pytest.raises(MediaError, match="no such audio file"):
        probe(tmp_path / "nothing.m4a")
    with pytest.raises(MediaError, match="not a file"):
        probe(tmp_path)


def test_a_picture_has_no_sound(tmp_path: Path) -> None:
    path = tmp_path / "film.mp4"
    with av.open(str(path), "w") as output:
        picture = output.add_stream("mpeg4", rate=5)
        picture.width, picture.height, picture.pix_fmt = 64, 64, "yuv420p"
        frame = av.VideoFrame.from_ndarray(np.zeros((64, 64, 3), np.uint8), format="rgb24")
        output.mux([*picture.encode(frame), *picture.encode(None)])
    with pytest.raises(MediaError, match="no sound"):
        probe(path)


@pytest.mark.parametrize("entry", [b"drms", b"enca"])
def test_copy_protected_audio_is_refused(entry: bytes, tmp_path: Path) -> None:
    path = MAKERS["m4a"](tmp_path)
    before, table, after = path.read_bytes().partition(b"stsd")
    path.write_bytes(before + table + after.replace(b"mp4a", entry, 1))
    with pytest.raises(MediaError, match="copy-protected"):
        probe(path)


def test_a_wav_file_of_no_length_has_no_sound(tmp_path: Path) -> None:
    path = tmp_path / "a.wav"
    with wave.open(str(path), "wb") as file:
        file.setparams((1, 2, 16_000, 0, "NONE", ""))
    with pytest.raises(MediaError, match="no sound"):
        probe(path)


@pytest.mark.parametrize("name", ["100%.wav", "a:b c.wav", "声音?#.wav", "-o.wav"])
def test_odd_file_names_are_only_names(name: str, tmp_path: Path) -> None:
    path = MAKERS["wav"](tmp_path).rename(tmp_path / name)
    media = publishable(path, tmp_path / "out" / path.stem, silent)
    assert media.path == tmp_path / "out" / f"{path.stem}.m4a"


def test_speech_is_encoded_to_mono_aac_of_the_same_length(tmp_path: Path) -> None:
    samples = (beeps(22_050, 5.3) * 32_767).astype(np.int16)
    shares: list[float | None] = []
    encode_speech(samples, 22_050, tmp_path / "a.m4a", lambda _what, share: shares.append(share))
    encode_speech(samples, 22_050, tmp_path / "b.m4a", silent)
    media = probe(tmp_path / "a.m4a")
    assert (media.codec, media.channels, media.sample_rate) == ("aac", 1, 22_050)
    assert media.duration == pytest.approx(5_300, abs=50)
    assert (tmp_path / "a.m4a").read_bytes() == (tmp_path / "b.m4a").read_bytes()
    assert boxes((tmp_path / "a.m4a").read_bytes()).index("moov") == 1
    assert shares[-1] == 1
    assert len(shares) <= 101
    assert level(heard(media.path), 4.06, 4.44) > 0.15


def test_a_writer_that_fails_leaves_the_old_file_and_nothing_else(tmp_path: Path) -> None:
    target = tmp_path / "a.m4a"
    target.write_bytes(b"old")
    source = MAKERS["webm"](tmp_path)

    def stop(_what: str, share: float | None) -> None:
        if share and share > 0.5:
            raise MediaError("stop")

    with pytest.raises(MediaError, match="stop"):
        publishable(source, tmp_path / "a", stop)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.m4a", "a.webm"]
    assert target.read_bytes() == b"old"


@pytest.mark.parametrize("name", ["talk.mp3", "talk.wav", "talk.opus", "talk"])
def test_a_file_with_the_wrong_name_is_what_it_is(name: str, tmp_path: Path) -> None:
    path = MAKERS["m4a"](tmp_path).rename(tmp_path / name)
    assert (probe(path).codec, probe(path).mime) == ("aac", "audio/mp4")
    assert publishable(path, tmp_path / "out" / "x", silent).duration == pytest.approx(12_000, abs=60)
