"""Where people, companies and products are said, across the show."""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import accumulate

from publisher.mentions import Mentions
from publisher.model import Section, Transcript, Turn
from publisher.site.naming import slug
from publisher.site.record import Record, Said
from publisher.text import fold

Key = tuple[str, str]
"""Kind and slug."""

Spellings = Mapping[Key, Mapping[str, int]]
"""How often a name is listed in which spelling."""

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


def gathered(episodes: Iterable[tuple[Record, Mapping[Key, tuple[Said, ...]]]]) -> tuple[Entity, ...]:
    """Everything that the front matter of any episode lists, with the sentences that say it.

    Args:
        episodes: Each with the sentences that say a name, as `Names.said_in` finds them.

    Returns:
        By kind; in a kind those that are said most first.
    """
    known = list(episodes)
    spellings = spellings_of(record for record, _ in known)
    found: dict[Key, list[Place]] = {key: [] for key in spellings}
    for record, mentions in known:
        for key in dict.fromkeys((*_listed(record), *mentions)):
            found[key].append(Place(record, mentions.get(key, ())))
    made = (
        Entity(kind, own, _commonest(spellings[kind, own]), tuple(places))
        for (kind, own), places in found.items()
    )
    return tuple(sorted(made, key=lambda each: (KINDS.index(each.kind), -each.count, each.slug)))


def _listed(record: Record) -> Iterator[Key]:
    for kind in KINDS:
        yield from ((kind, slug(name)) for name in getattr(record, kind))


def spellings_of(records: Iterable[Record]) -> Spellings:
    """What front matter lists, and how often in which spelling."""
    found: dict[Key, dict[str, int]] = {}
    for record in records:
        for kind in KINDS:
            for name in getattr(record, kind):
                counts = found.setdefault((kind, slug(name)), {})
                counts[name] = counts.get(name, 0) + 1
    return found


def _commonest(counts: Mapping[str, int]) -> str:
    return min(counts, key=lambda name: (-counts[name], name))


class Names:
    """All names of a show, by how they begin, so that an episode is searched only for those that may be in it.

    Width, case, script variant, punctuation and the form of numbers make no difference. A name in letters is found
    as whole words.
    """

    def __init__(self, spellings: Mapping[Key, Iterable[str]]) -> None:
        self._by_start: dict[str, dict[tuple[Key, str], str]] = defaultdict(dict)
        for key, names in spellings.items():
            for name in names:
                folded = fold(name).text
                self._by_start[folded[:2]][key, folded] = name

    def said_in(self, folded: str, sentences: Callable[[], tuple[Said, ...]]) -> dict[Key, tuple[Said, ...]]:
        """Each name that is said, with the sentences that say it.

        Args:
            folded: The `whole` of the sentences, folded.
            sentences: Gives them; they are not asked for where no name stands in the text.
        """
        listed = [
            (key, name)
            for start in sorted({folded[k : k + 2] for k in range(len(folded))} & self._by_start.keys())
            for (key, needle), name in self._by_start[start].items()
            if needle in folded
        ]
        return _sentences(listed, sentences()) if listed else {}


def whole(said: Iterable[Said]) -> str:
    """Sentences as one text."""
    return "\n".join(sentence.text for sentence in said)


def _sentences(names: Iterable[tuple[Key, str]], said: tuple[Said, ...]) -> dict[Key, tuple[Said, ...]]:
    text = whole(said)
    begins = [0, *accumulate(len(sentence.text) + 1 for sentence in said)]
    mentions = Mentions(Transcript((Section("", 1, (Turn(0, "", text, text, 1),)),)))
    found: dict[Key, set[int]] = defaultdict(set)
    for key, name in names:
        for mention in mentions.of(name):
            first, last = (bisect_right(begins, at) - 1 for at in (mention.start, mention.end - 1))
            if first == last:
                found[key].add(first)
    return {key: tuple(said[place] for place in sorted(places)) for key, places in found.items()}
