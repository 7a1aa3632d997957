"""The JSON that apps read, against schemas written from the specifications of Podcasting 2.0."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from publisher.chapters import FORMATS, About
from publisher.model import Chapter, Cue, Span
from publisher.transcripts import WRITERS

jsonschema = pytest.importorskip("jsonschema", reason="jsonschema is not installed")

MOMENT = {"type": "number", "minimum": 0}
CHAPTERS: dict[str, Any] = {
    "type": "object",
    "required": ["version", "chapters"],
    "additionalProperties": False,
    "properties": {
        "version": {"const": "1.2.0"},
        **{key: {"type": "string"} for key in ("author", "title", "podcastName", "description", "fileName")},
        "waypoints": {"type": "boolean"},
        "chapters": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["startTime"],
                "additionalProperties": False,
                "properties": {
                    **dict.fromkeys(("startTime", "endTime"), MOMENT),
                    "title": {"type": "string"},
                    **{key: {"type": "string", "format": "uri"} for key in ("img", "url")},
                    "toc": {"type": "boolean"},
                    "location": {
                        "type": "object",
                        "required": ["name", "geo"],
                        "properties": {key: {"type": "string"} for key in ("name", "geo", "osm")},
                    },
                },
            },
        },
    },
}
"""podcast-namespace, docs/examples/chapters/jsonChapters.md, version 1.2."""

TRANSCRIPT: dict[str, Any] = {
    "type": "object",
    "required": ["version", "segments"],
    "additionalProperties": False,
    "properties": {
        "version": {"const": "1.0.0"},
        "segments": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["startTime", "endTime", "body"],
                "additionalProperties": False,
                "properties": {
                    **{key: {"type": "string"} for key in ("speaker", "body")},
                    **dict.fromkeys(("startTime", "endTime"), MOMENT),
                },
            },
        },
    },
}
"""podcast-namespace, docs/examples/transcripts/transcripts.md, version 1.0.0."""

ABOUT = About("An <episode>", "A & B", 4_000_000)
TEXTS = st.text(min_size=1, max_size=40)
STARTS = st.lists(st.integers(0, 3_000_000), min_size=1, max_size=9, unique=True).map(sorted)


@settings(deadline=None)
@given(STARTS, TEXTS)
def test_chapters_are_as_the_namespace_says(starts: list[int], title: str) -> None:
    ends = [*starts[1:], 4_000_000]
    found = tuple(Chapter(start, end, title) for start, end in zip(starts, ends, strict=True))
    written = json.loads(FORMATS["json"].write(found, ABOUT))
    jsonschema.validate(written, CHAPTERS)
    assert len(written["chapters"]) == len(starts)
    moments = [chapter["startTime"] for chapter in written["chapters"]]
    assert moments == sorted(moments)


@settings(deadline=None)
@given(STARTS, TEXTS, TEXTS)
def test_transcripts_are_as_the_namespace_says(starts: list[int], speaker: str, text: str) -> None:
    ends = [*starts[1:], 4_000_000]
    cues = tuple(Cue(Span(start, end), speaker, text) for start, end in zip(starts, ends, strict=True))
    written = json.loads(WRITERS["json"].write(cues, ABOUT))
    jsonschema.validate(written, TRANSCRIPT)
    assert all(one["startTime"] <= one["endTime"] for one in written["segments"])


def test_the_schemas_refuse_what_is_not_so() -> None:
    for schema, wrong in ((CHAPTERS, {"version": "1.2.0", "chapters": [{"title": "a"}]}), (TRANSCRIPT, {})):
        with pytest.raises(jsonschema.ValidationError):
            jsonschema.validate(wrong, schema)
