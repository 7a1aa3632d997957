"""Every case that broke the law once, by fuzzing or by reading the code with it in mind."""

from __future__ import annotations

import json

from tests.fuzz.cases import MOST
from tests.fuzz.seeds import SEEDS

_NESTED = b"[" * 30_000
_ENTRY = {"guid": "g", "published": "2026-02-17T08:30:00+00:00", "enclosure": "e"}
_OUTSIDE = {"file": "../outside", "size": 0}
_AUDIO = {"captions": {}, "thumbnail": {}, "synthetic": False, "duration": 1, "missing": ""}


def _lock(slug: str = "talk", **entry: str) -> bytes:
    episodes = {slug: {**_ENTRY, **entry}}
    data = {"version": 1, "guid": "9b024349-ccf0-5f69-a609-6b82873eab3c", "episodes": episodes}
    return json.dumps(data).encode()


def _artefact(tries: object) -> bytes:
    entry = {"state": "failed", "tries": tries, "after": 1}
    return json.dumps({"version": 1, "video": "IpK175HsDQI", "artefacts": {"thumbnail": entry}}).encode()


def _episode(fields: bytes, body: bytes = b"Ann: Hello.") -> bytes:
    return b"---\ntitle: a\ndate: 2026-01-02\n" + fields + b"\n---\n" + body + b"\n"


_ALL_JSON = (
    *("lock", "timeline", "words", "manifest", "artefacts", "pauses", "failure", "ledger"),
    *("report", "timings", "products", "sound", "heard", "part"),
)

FOUND: tuple[tuple[str, str, bytes], ...] = (
    *((name, "nested JSON", _NESTED) for name in _ALL_JSON),
    ("lock", "half a character", _lock("a\ud800")),
    ("lock", "an enclosure outside", _lock(enclosure="../../e")),
    ("lock", "a date before all time zones", _lock(published="0001-01-01T00:00:00+14:00")),
    ("lock", "a date without a time zone", _lock(published="2026-02-17T08:30:00")),
    ("manifest", "a file outside", json.dumps(
        {"version": 1, "audio": {"key": "reference", "audio": _OUTSIDE, **_AUDIO}}).encode()),
    ("artefacts", "tries that would wait for ever", _artefact(9_999_999_999)),
    ("artefacts", "tries that are no number", _artefact("many")),
    ("pauses", "infinite times", b'{"youtube direct": {"until": 1, "code": "bot_check", "times": 1e999}}'),
    ("pauses", "an infinite pause", b'{"youtube direct": {"until": 1e999, "code": "bot_check", "times": 1}}'),
    ("ledger", "outputs that are a list", SEEDS["ledger"][0].replace(b'{"a": "b"}', b'["a"]')),
    ("words", "a word that goes backwards", SEEDS["words"][0].replace(b"[0,2,0,", b"[3,-2,0,", 1)),
    ("products", "a file outside", b'{"../precious": ["0", "12 1"]}'),
    ("products", "a name that no file can have", b'{"' + b"a" * 300 + b'/b": ["0", "1 1"]}'),
    ("products", "a folder", b'{"sub": ["0", "1 1"]}'),
    ("timings", "a number without end", b'{"talk": {"fetch": ' + b"9" * 400 + b"}}"),
    ("timings", "for ever", b'{"talk": {"fetch": 1e999}}'),
    ("timings", "no number", b'{"talk": {"fetch": NaN}}'),
    ("failure", "a moment that is text", SEEDS["failure"][0].replace(b'"at": 1', b'"at": "then"')),
    ("failure", "a moment beyond all time", SEEDS["failure"][1].replace(b"9000", b"1e999")),
    ("part", "a line break", b'{"validator": "a\\r\\nCookie: b"}'),
    ("part", "a text that no header has", '{"validator": "一"}'.encode()),
    ("site", "a text in place of a record", b'"talk"\n[]\n[]'),
    ("site", "nested JSON in each place", b"\n".join([_NESTED] * 3)),
    ("site", "a list in place of a name", SEEDS["site"][0].replace(b'"ann", ["Ann"]', b'["ann"], [["Ann"]]')),
    ("config", "nested TOML", b"a = " + _NESTED),
    ("config", "a dotted key without end", b"1. " * MOST),
    ("config", "a number too long for Python", b"a = " + b"9" * 5_000),
    ("config", "thousands of unknown keys", b"".join(b"k%d = 1\n" % number for number in range(5_000))),
    ("config", "an escaped control character", SEEDS["config"][1].replace(b'title = "', b'title = "\\u001b', 1)),
    ("episode", "nested YAML", _episode(b"a: " + _NESTED)),
    ("episode", "an escaped control character", _episode(b'summary: "\\e[2J\\ud800"')),
    ("episode", "an escaped control character in a name", _episode(b'"\\e[2J": a')),
    ("episode", "a date before all time zones", b"---\ntitle: a\ndate: 0001-01-01T00:00:00+14:00\n---\nAnn: Hi.\n"),
    ("episode", "a chapter of blanks", _episode(b'chapters: ["12:34' + b" " * 150_000 + b'\\na"]')),
    ("episode", "a chapter beyond all time", _episode(b"chapters: [{start: " + b"9" * 400 + b", title: b}]")),
    ("timeline", "a control character", SEEDS["timeline"][0].replace(b'"engine": "', b'"engine": "\\u0000')),
    ("feed", "a chapter without a start", SEEDS["feed"][0].replace(b' start="00:01:00"', b"")),
    ("feed", "an entity for a control character", SEEDS["feed"][0].replace(b"<p>Notes", b"<p>&#7;Notes")),
    ("feed", "thousands of empty lines before it", b"\n" * 60_000 + SEEDS["feed"][0]),
    ("feed", "a control character in a GUID", SEEDS["feed"][0].replace(b">1</guid>", b">1\1\0</guid")),
    ("feed", "a control character in a plain text", b"<r<rss<channel<title>w</title<description>http://\0</description>"),
    ("feed", "half a surrogate pair", SEEDS["feed"][0].replace(b"Society &amp; Culture", b"&#xD800;")),
    ("feed", "an encoding that nobody knows", SEEDS["feed"][0].replace(b'"utf-8"', b'"\xc0utf-8"')),
    ("import-transcript", "a text that looks like a comment", b"WEBVTT\n\n00:01.250 --> 00:02.000\n<!-- Three\n"),
    ("import-transcript", "not one letter", b"1\n00:00:01,250 --> 00:00:02,000\n<"),
    ("transcript", "emphasis that is never closed", b"*a " * (MOST // 3)),
    ("transcript", "pictures that are never closed", b"![" * (MOST // 2)),
)  # fmt: skip
"""Target, what was wrong, and the case."""
