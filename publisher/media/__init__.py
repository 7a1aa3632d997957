"""Audio files: what they are, how they sound, how they are published. The only importer of PyAV."""

from __future__ import annotations

from publisher.media.cover import PLAIN_COVER, cover, plain_cover, small
from publisher.media.decode import decode
from publisher.media.embedded import difference, embedded
from publisher.media.encode import can_encode, encode_speech
from publisher.media.fileformats import DEFAULT, FILE_FORMATS, FileFormat, of_codec
from publisher.media.levels import STEP, Levels, levels
from publisher.media.mastering import Mastered, Recipe, fits, master, measure
from publisher.media.meter import Measured
from publisher.media.probe import probe
from publisher.media.remux import remux
from publisher.media.sound import sound_hash
from publisher.media.tags import LONGEST, MOST_CHAPTERS, Cover, Tags
from publisher.media.waveform import Outline, Waveform

__all__ = [
    "DEFAULT",
    "FILE_FORMATS",
    "LONGEST",
    "MOST_CHAPTERS",
    "PLAIN_COVER",
    "STEP",
    "Cover",
    "FileFormat",
    "Levels",
    "Mastered",
    "Measured",
    "Outline",
    "Recipe",
    "Tags",
    "Waveform",
    "can_encode",
    "cover",
    "decode",
    "difference",
    "embedded",
    "encode_speech",
    "fits",
    "levels",
    "master",
    "measure",
    "of_codec",
    "plain_cover",
    "probe",
    "remux",
    "small",
    "sound_hash",
]
