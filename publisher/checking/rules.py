"""Every rule that `publish check` knows: its code, how bad a breach is, for which profile it counts, who says so."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from publisher.checking.feedrules import FEED
from publisher.checking.filerules import FILES
from publisher.checking.rule import Rule
from publisher.findings import Finding

RULES: Mapping[str, Rule] = MappingProxyType({each.code: each for each in (*FEED, *FILES)})
"""Every rule by its code. The rules of chapter lists in descriptions are in `chapters.platforms`."""


def breach(code: str, where: str, what: str) -> Finding:
    """A finding of a rule."""
    broken = RULES[code]
    return Finding(code, broken.severity, where, what, broken.remedy, broken.source)
