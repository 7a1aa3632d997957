"""Transcript as HTML: `<cite>` for the speaker, `<time>` for the start, `<p>` for what is said (podcast namespace)."""

from __future__ import annotations

import html

from publisher import timecode
from publisher.formats import About
from publisher.model import Cue
from publisher.text import one_line
from publisher.transcripts.writer import Passage, passages


class Writer:
    """Writes `transcript.html`."""

    name = "html"
    filename = "transcript.html"
    mime = "text/html"
    captions = False

    def write(self, cues: tuple[Cue, ...], about: About) -> str:
        """A complete document, a passage a paragraph."""
        title, language = _safe(about.title), _safe(about.language)
        of_language = f' lang="{language}"' if language else ""
        return (
            "<!DOCTYPE html>\n"
            f"<html{of_language}>\n"
            f'<head>\n<meta charset="utf-8">\n<title>{title}</title>\n</head>\n'
            f"<body>\n{''.join(map(_block, passages(cues)))}</body>\n"
            "</html>\n"
        )


def _block(passage: Passage) -> str:
    speaker = f"<cite>{_safe(passage.speaker)}:</cite>\n" if passage.speaker else ""
    seconds = timecode.seconds(passage.start)
    stamp = timecode.webvtt(passage.start).partition(".")[0]
    return f'{speaker}<time datetime="PT{seconds}S">{stamp}</time>\n<p>{_safe(passage.text)}</p>\n'


def _safe(text: str) -> str:
    return html.escape(one_line(text))
