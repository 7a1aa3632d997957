"""The central values: frozen, made of tuples, checked when made; standard library only.

Times are integer milliseconds. `Episode` is what a person wrote; `Timeline` is what the aligner found.
"""

from publisher.model.derived import (
    Artefact,
    Chapter,
    Cue,
    Event,
    Outcome,
    Progress,
    Status,
    Unspoken,
    Watch,
    Withheld,
    silent,
    unwatched,
)
from publisher.model.editing import EditMap
from publisher.model.episode import Episode, Section, Transcript, Turn, TypedChapter, TypedSoundbite
from publisher.model.fetched import CaptionFile, CaptionKind, Captions, Fetched, Loudness, Media, Word
from publisher.model.show import (
    FEED_LIMIT,
    THRESHOLD,
    AudioSettings,
    Funding,
    License,
    Location,
    Owner,
    RemoteFeed,
    Show,
    Trailer,
    Txt,
    UpdateFrequency,
)
from publisher.model.span import Span
from publisher.model.timeline import ColdOpen, Mark, Method, Pin, TimedSection, TimedTurn, TimedWord, Timeline

__all__ = [
    "FEED_LIMIT",
    "THRESHOLD",
    "Artefact",
    "AudioSettings",
    "CaptionFile",
    "CaptionKind",
    "Captions",
    "Chapter",
    "ColdOpen",
    "Cue",
    "EditMap",
    "Episode",
    "Event",
    "Fetched",
    "Funding",
    "License",
    "Location",
    "Loudness",
    "Mark",
    "Media",
    "Method",
    "Outcome",
    "Owner",
    "Pin",
    "Progress",
    "RemoteFeed",
    "Section",
    "Show",
    "Span",
    "Status",
    "TimedSection",
    "TimedTurn",
    "TimedWord",
    "Timeline",
    "Trailer",
    "Transcript",
    "Turn",
    "Txt",
    "TypedChapter",
    "TypedSoundbite",
    "Unspoken",
    "UpdateFrequency",
    "Watch",
    "Withheld",
    "Word",
    "silent",
    "unwatched",
]
