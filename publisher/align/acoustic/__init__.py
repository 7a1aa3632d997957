"""Align with no captions, no trained model and no network: the episode trains its own acoustic model."""

from __future__ import annotations

from publisher.align.acoustic.engine import AcousticAligner
from publisher.align.acoustic.refining import can_refine, refine

__all__ = ["AcousticAligner", "can_refine", "refine"]
