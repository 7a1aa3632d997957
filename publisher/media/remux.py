"""Moving packets into a file that podcast players take, without touching the sound, and tagging it."""

from __future__ import annotations

import base64
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING

from publisher import timecode
from publisher.errors import MediaError, Place
from publisher.media import nero
from publisher.media.embedded import difference, embedded
from publisher.media.id3 import id3
from publisher.media.opening import opened
from publisher.media.steps import Steps
from publisher.media.tags import Cover, Tags
from publisher.media.writing import writing
from publisher.model import Chapter, Progress

if TYPE_CHECKING:
    from av.container import OutputContainer
    from av.stream import Stream

_CODECS = {"image/jpeg": "mjpeg", "image/png": "png"}
_FRONT_COVER = 3


def remux(source: Path, target: Path, tags: Tags, progress: Progress) -> None:
    """Copy the audio stream, and nothing else, into `target`, and say there what it is.

    The chapters are read back before the file takes its name. The disk is not waited for: `files.settle` does that.

    Args:
        source: AAC, MP3 or Opus in any container.
        target: `.m4a` for AAC, `.mp3` for MP3, `.opus` for Opus.
        tags: What the file says of itself.
        progress: Told how far it is.

    Raises:
        MediaError: The source does not open, or the file does not hold the chapters that it should.
    """
    head = id3(tags) if target.suffix == ".mp3" else b""
    with writing(
        target, head=head, finish=lambda written: _finish(written, target, tags), lasting=False
    ) as output:
        _copy(source, output, target.suffix, tags, progress)


def _copy(source: Path, output: OutputContainer, suffix: str, tags: Tags, progress: Progress) -> None:
    """Tags and packets; the source, whose index may be large, is closed before anything is read back."""
    with opened(source) as (container, stream):
        done = 0
        copy = output.add_stream_from_template(stream)
        copy.metadata.clear()
        if suffix == ".m4a":
            _tag_mp4(output, copy, tags)
        elif suffix == ".opus":
            copy.metadata.update(_vorbis_comments(tags))
        steps = Steps(progress, "Writing the audio", container.size)
        for packet in container.demux(stream):
            if packet.dts is None:
                continue
            done += packet.size
            steps.reached(done)
            packet.stream = copy
            output.mux(packet)


def _finish(written: Path, target: Path, tags: Tags) -> None:
    if target.suffix == ".m4a":
        nero.shorten(written)
    for where, found in embedded(written).items():
        wrong = difference(tags.embedded, found, where)
        if wrong:
            raise MediaError(
                f"The chapters do not read back from the audio. {wrong}",
                place=Place(str(target)),
                remedy="Correct the chapter, or report it, please.",
            )


def _tag_mp4(output: OutputContainer, audio: Stream, tags: Tags) -> None:
    audio.metadata["language"] = tags.iso_language
    output.metadata.update(_plain(tags) | {"comment": tags.comment, "track": str(tags.number or "")})
    chapters = tags.embedded
    if chapters and chapters[0].start:  # a QuickTime track begins at 0
        chapters = (Chapter(0, chapters[0].start, ""), *chapters)
    output.set_chapters(
        [
            {
                "id": place,
                "start": chapter.start,
                "end": chapter.end,
                "time_base": Fraction(1, timecode.SECOND),
                "metadata": {"title": chapter.title},
            }
            for place, chapter in enumerate(chapters)
        ]
    )
    if tags.cover:
        _attach(output, tags.cover)


def _attach(output: OutputContainer, cover: Cover) -> None:
    import av
    from av.stream import Disposition

    picture = output.add_mux_stream(_CODECS[cover.mime], width=cover.width, height=cover.height)
    picture.disposition = Disposition.attached_pic
    packet = av.Packet(cover.content)
    packet.stream = picture
    packet.pts = packet.dts = 0
    packet.time_base = Fraction(1, timecode.SECOND)
    output.mux(packet)


def _vorbis_comments(tags: Tags) -> dict[str, str]:
    """The fields that players know (Xiph, "Ogg Vorbis I: comment field" and "Chapter Extension").

    The chapters are among them because FFmpeg's own writer is a second off where a start has a fraction.
    """
    fields = _plain(tags) | {
        "description": tags.comment,
        "tracknumber": str(tags.number or ""),
        "language": tags.iso_language,
    }
    for place, chapter in enumerate(tags.embedded):
        fields[f"CHAPTER{place:03}"] = timecode.webvtt(chapter.start)
        fields[f"CHAPTER{place:03}NAME"] = chapter.title
    if tags.cover:
        fields["METADATA_BLOCK_PICTURE"] = base64.b64encode(_flac_picture(tags.cover)).decode("ascii")
    return {name: text for name, text in fields.items() if text}


def _flac_picture(cover: Cover) -> bytes:
    """FLAC's picture block (RFC 9639, 8.8), as a comment of Opus holds it."""
    mime = cover.mime.encode("ascii")
    numbers = (cover.width, cover.height, 24, 0, len(cover.content))
    return b"".join(
        (
            _FRONT_COVER.to_bytes(4, "big"),
            len(mime).to_bytes(4, "big"),
            mime,
            bytes(4),
            *(number.to_bytes(4, "big") for number in numbers),
            cover.content,
        )
    )


def _plain(tags: Tags) -> dict[str, str]:
    fields = {"title": tags.title, "artist": tags.author, "album": tags.show, "date": tags.date}
    return {name: text for name, text in fields.items() if text} | {"genre": "Podcast"}
