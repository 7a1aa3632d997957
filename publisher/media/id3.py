"""ID3v2.3 tags with chapters (id3v2.3.0, and its addendum "ID3v2 Chapter Frame").

FFmpeg's own writer puts the comment where no player looks and plain titles in Latin-1, so this one is ours. Texts
are UTF-16, the form that every reader of version 2.3 takes.
"""

from __future__ import annotations

from collections.abc import Iterator

from publisher.media.tags import Cover, Tags

_UTF16 = b"\x01"
_LATIN1 = b"\x00"
_FRONT_COVER = b"\x03"
_TOP_LEVEL_AND_ORDERED = b"\x03"
_NO_OFFSET = b"\xff" * 4
_PADDING = 1_024


def id3(tags: Tags) -> bytes:
    """The whole tag, to be put in front of an MP3 file's first frame."""
    body = b"".join(_frames(tags)) + bytes(_PADDING)
    return b"ID3\x03\x00\x00" + _syncsafe(len(body)) + body


def _frames(tags: Tags) -> Iterator[bytes]:
    texts = {
        "TIT2": tags.title,
        "TPE1": tags.author,
        "TALB": tags.show,
        "TCON": "Podcast",
        "TRCK": str(tags.number or ""),
        "TYER": tags.date[:4],
        "TDAT": tags.date[8:10] + tags.date[5:7],
        "TLAN": tags.iso_language,
    }
    for name, text in texts.items():
        if text:
            yield _text(name, text)
    if tags.comment:
        language = tags.iso_language.encode("ascii")
        yield _frame("COMM", _UTF16 + language + _utf16("") + b"\0\0" + _utf16(tags.comment))
    if tags.embedded:
        yield from _chapters(tags)
    if tags.cover:
        yield _picture(tags.cover)


def _chapters(tags: Tags) -> Iterator[bytes]:
    names = [f"ch{place}".encode("ascii") + b"\0" for place in range(len(tags.embedded))]
    yield _frame("CTOC", b"toc\0" + _TOP_LEVEL_AND_ORDERED + bytes([len(names)]) + b"".join(names))
    for name, chapter in zip(names, tags.embedded, strict=True):
        times = chapter.start.to_bytes(4, "big") + chapter.end.to_bytes(4, "big")
        yield _frame("CHAP", name + times + 2 * _NO_OFFSET + _text("TIT2", chapter.title))


def _picture(cover: Cover) -> bytes:
    mime = cover.mime.encode("ascii") + b"\0"
    return _frame("APIC", _LATIN1 + mime + _FRONT_COVER + b"\0" + cover.content)


def _text(name: str, text: str) -> bytes:
    return _frame(name, _UTF16 + _utf16(text))


def _utf16(text: str) -> bytes:
    return b"\xff\xfe" + text.encode("utf-16-le")


def _frame(name: str, body: bytes) -> bytes:
    return name.encode("ascii") + len(body).to_bytes(4, "big") + b"\0\0" + body


def _syncsafe(number: int) -> bytes:
    return bytes(number >> shift & 0x7F for shift in (21, 14, 7, 0))
