"""What an episode's last build published, for commands that show it."""

from __future__ import annotations

from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import cast

from publisher import store, transcripts
from publisher.chapters import About
from publisher.feed import Item
from publisher.model import Chapter
from publisher.pipeline import known_chapters
from publisher.workspace import Workspace


def item_of(ledger: store.Ledger, slug: str) -> Item:
    """What the feed says of an episode.

    Raises:
        OSError: The ledger is damaged, or does not know it.
    """
    try:
        return cast("Item", store.adapter_of(Item).validate_json(ledger.entry(slug) or ""))
    except ValueError as error:
        raise ledger.damaged(error) from error


def chapters_of(space: Workspace, slug: str) -> tuple[tuple[Chapter, ...], About]:
    """The chapters of an episode that was aligned before, and what is known of its files.

    Raises:
        UsageError: There is no such episode.
        AlignmentError: It was not aligned yet.
    """
    found, about = known_chapters(space, slug)
    with closing(store.Ledger(space.cache, space.output)) as ledger:
        record = ledger.read(slug)
        if record is None:
            return found, about
        item = item_of(ledger, slug)
    transcript = transcript_path(slug, "vtt")
    return found, replace(
        about,
        language=item.episode.language,
        guid=item.guid,
        audio=item.enclosure_url,
        size=item.size,
        transcript=space.url(transcript) if transcript in record.outputs else "",
    )


def video_captions(space: Workspace, slug: str) -> Path | None:
    """The SRT in the time of the video; None when there is none yet."""
    paths = (f"episodes/{slug}/{transcripts.VIDEO_CAPTIONS}", transcript_path(slug, "srt"))
    return next((file for path in paths if (file := space.output / path).is_file()), None)


def transcript_path(slug: str, name: str) -> str:
    """Where a transcript of an episode lies under `output/`."""
    return f"episodes/{slug}/{transcripts.WRITERS[name].filename}"
