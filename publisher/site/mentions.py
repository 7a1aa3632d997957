"""Where people, companies and products are said, across the show."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import accumulate

from publisher.mentions import Mentions
from publisher.model import Section, Transcript, Turn
from publisher.site.naming import slug
from publisher.site.record import Record, Said
from publisher.text import fold

KINDS = ("people", "companies", "products")


@dataclass(frozen=True, slots=True)
class Place:
    """An episode that lists an entity or in which it is said; `mentions` holds the sentences."""

    record: Record
    mentions: tuple[Said, ...]


@dataclass(frozen=True, slots=True)
class Entity:
    """Something that front matter names.

    Attributes:
        kind: One of `KINDS`.
        slug: Its page's folder; what is written alike has one slug.
        name: As it is most often written.
        places: The episodes, in the order given.
    """

    kind: str
    slug: str
    name: str
    places: tuple[Place, ...]

    @property
    def count(self) -> int:
        """How many sentences say it."""
        return sum(len(place.mentions) for place in self.places)


def entities(episodes: Iterable[tuple[Record, tuple[Said, ...]]]) -> tuple[Entity, ...]:
    """Find every sentence of every episode that says what the front matter of any episode lists.

    Width, case, script variant, punctuation and the form of numbers make no difference. A name in letters is found
    as whole words.

    Returns:
        By kind; in a kind those that are said most first.
    """
    known = list(episodes)
    spellings = _spellings(record for record, _ in known)
    found: dict[tuple[str, str], list[Place]] = {key: [] for key in spellings}
    distinct = {key: {fold(name).text: name for name in names}.values() for key, names in spellings.items()}
    for record, said in known:
        text = _Text(said)
        for key, places in found.items():
            mentions = text.sentences_with(distinct[key])
            listed = any(slug(name) == key[1] for name in getattr(record, key[0]))
            if mentions or listed:
                places.append(Place(record, tuple(said[place] for place in mentions)))
    made = (
        Entity(kind, own, _commonest(spellings[kind, own]), tuple(places))
        for (kind, own), places in found.items()
    )
    return tuple(sorted(made, key=lambda each: (KINDS.index(each.kind), -each.count, each.slug)))


def _spellings(records: Iterable[Record]) -> dict[tuple[str, str], dict[str, int]]:
    """Kind and slug → how often which spelling is listed."""
    found: dict[tuple[str, str], dict[str, int]] = {}
    for record in records:
        for kind in KINDS:
            for name in getattr(record, kind):
                counts = found.setdefault((kind, slug(name)), {})
                counts[name] = counts.get(name, 0) + 1
    return found


def _commonest(counts: Mapping[str, int]) -> str:
    return min(counts, key=lambda name: (-counts[name], name))


class _Text:
    """An episode's sentences as one text, so that each name is looked for once."""

    def __init__(self, said: tuple[Said, ...]) -> None:
        whole = "\n".join(sentence.text for sentence in said)
        self._mentions = Mentions(Transcript((Section("", 1, (Turn(0, "", whole, whole, 1),)),)))
        self._begins = [0, *accumulate(len(sentence.text) + 1 for sentence in said)]

    def sentences_with(self, names: Iterable[str]) -> list[int]:
        """The places of the sentences that hold one of the names."""
        return sorted({place for name in names for place in self._places(name)})

    def _places(self, name: str) -> Iterator[int]:
        for mention in self._mentions.of(name):
            first, last = (bisect_right(self._begins, at) - 1 for at in (mention.start, mention.end - 1))
            if first == last:
                yield first
