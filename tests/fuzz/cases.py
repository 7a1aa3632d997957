"""Cases: any bytes, and good files with a few edits."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from hypothesis import strategies as st

MOST = 60_000
"""Bytes of a case."""

TOKENS: tuple[bytes, ...] = (
    *(b"\x00", b"\xff", b"\xed\xa0\x80", b"\xef\xbb\xbf", b"\x1b[2J", b"\x85", "\u202e\u2028٣①".encode()),
    *(b"\\ud800", b"\\u0000", b"\\x1b", b"&#0;", b"&#x1b;", b"&#xD800;", b"&lt;", b"<!-- ", b"]]>"),
    *(b"-1", b"0", b"9" * 19, b"9" * 400, b"9" * 5_000, b"1e999", b"-0.0", b"NaN", b"Infinity", b"0x1F"),
    *(b"null", b"true", b"[]", b"{}", b'""', b"[", b"]", b"{", b"}", b'"', b"'", b"'''", b'"""', b"(", b"<"),
    *(b": ", b"- ", b"? ", b"| ", b"&a ", b"*a ", b"<<: *a", b"!!python/name:os.system ", b"%", b"#", b"="),
    *(b"\n", b"\r", b"\t", b" ", b"\n\n", b"\n---\n", b"\n### ", b"**", b"**:", b"`", b"[00:01]", b"-->"),
    *(b"*a ", b"![", b"](", b"![](", b"`a", b"** ", b"**a: ", b"| ", b"<a ", b"&#", b"<script>", b"[00:01 "),
    *(b"99:99:99.999", b"00:00:00.000", b"1:2", b"../../", b"/", b"\\", b"con", b"https://", b"https://[::1"),
    *(b'<!DOCTYPE a [<!ENTITY b "c">]>', b"&b;", b'xmlns:x="y"', b"</", b"<?", b"CHAPTER01=", b"INDEX 01 "),
)
"""What readers stumble over."""


class Edit(StrEnum):
    """How a file is changed at a place."""

    DELETE = "delete"
    INSERT = "insert"
    REPLACE = "replace"
    REPEAT = "repeat"
    COPY = "copy"
    CUT = "cut"


@dataclass(frozen=True, slots=True)
class Change:
    """One edit.

    Attributes:
        edit: What is done.
        at: Where, modulo the length.
        length: Bytes that it is done to.
        token: What is put in.
        times: How often something is repeated.
    """

    edit: Edit
    at: int
    length: int
    token: bytes
    times: int

    def of(self, data: bytes) -> bytes:
        """The changed file."""
        at = self.at % (len(data) + 1)
        before, piece, after = data[:at], data[at : at + self.length], data[at + self.length :]
        match self.edit:
            case Edit.DELETE:
                return before + after
            case Edit.INSERT:
                return before + self.token + piece + after
            case Edit.REPLACE:
                return before + self.token + after
            case Edit.REPEAT:
                return before + (self.token or piece) * self.times + after
            case Edit.COPY:
                return after + before + piece
            case Edit.CUT:
                return before


_CHANGES = st.builds(
    Change,
    edit=st.sampled_from(Edit),
    at=st.integers(0, 8_000),
    length=st.integers(0, 60),
    token=st.sampled_from(TOKENS) | st.binary(max_size=3),
    times=st.sampled_from((2, 30, 3_000, 30_000)),
)


def near_valid(seeds: tuple[bytes, ...]) -> st.SearchStrategy[bytes]:
    """Good files with one to six edits."""
    return st.builds(_edited, st.sampled_from(seeds), st.lists(_CHANGES, min_size=1, max_size=6))


def _edited(data: bytes, changes: list[Change]) -> bytes:
    for change in changes:
        data = change.of(data)[:MOST]
    return data


def anything(seeds: tuple[bytes, ...]) -> st.SearchStrategy[bytes]:
    """Nearly valid files, and any bytes."""
    return near_valid(seeds) | near_valid(seeds) | near_valid(seeds) | st.binary(max_size=400)
