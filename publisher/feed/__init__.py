"""The feed and the show notes."""

from publisher.feed import markup, notes, paging, rss
from publisher.feed.item import Alternate, Item, Soundbite, TranscriptLink
from publisher.feed.links import listen_at
from publisher.feed.persons import named_speakers
from publisher.feed.rss import show_guid
from publisher.feed.soundbites import soundbites

__all__ = [
    "Alternate",
    "Item",
    "Soundbite",
    "TranscriptLink",
    "listen_at",
    "markup",
    "named_speakers",
    "notes",
    "paging",
    "rss",
    "show_guid",
    "soundbites",
]
