"""The feed and the show notes."""

from publisher.feed import notes, rss
from publisher.feed.persons import named_speakers
from publisher.feed.rss import Item, TranscriptLink, show_guid

__all__ = ["Item", "TranscriptLink", "named_speakers", "notes", "rss", "show_guid"]
