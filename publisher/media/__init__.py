"""Audio files: what they are, how they sound, how they are published. The only importer of PyAV."""

from __future__ import annotations

from publisher.media.decode import decode
from publisher.media.encode import can_encode, encode_speech
from publisher.media.levels import STEP, Levels, levels
from publisher.media.probe import probe
from publisher.media.publishable import publishable
from publisher.media.sound import sound_hash

__all__ = [
    "STEP",
    "Levels",
    "can_encode",
    "decode",
    "encode_speech",
    "levels",
    "probe",
    "publishable",
    "sound_hash",
]
