"""Everything that can go wrong, as sentences for people.

The tree::

    PublisherError
    ├── UsageError            the command line asks for something that cannot be (exit code 2)
    ├── FaultyFileError       a file that a person wrote has faults; it lists them all
    │   ├── ConfigError       podcast.toml or podcast.lock.json (exit code 2)
    │   └── ContentError      an episode file, or captions or a timeline beside it
    ├── FetchError            audio or captions could not be fetched; carries a code and "worth another try?"
    ├── MediaError            a file is not the audio that it claims to be
    ├── AlignmentError        the transcript and the captions or audio do not belong together
    ├── DriftError            what subscribers know an episode by would change without being asked for
    ├── BusyError             another run is at work on the show
    ├── KilledError           the process that worked on an episode is gone
    └── MissingExtraError     an optional part is not installed

Each error says what is wrong, where, and what to do. Errors travel between processes, so they pickle.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar


def shown(text: str, most: int = 2_000) -> str:
    """A message as it is shown: what a stranger's file brought into it cannot steer a terminal, and is cut.

    It is cut in its middle, because what is wrong stands at its end.
    """
    head = most // 2
    cut = text if len(text) <= most else f"{text[:head]}…{text[head - most :]}"
    return "".join(
        letter if letter.isprintable() or letter in "\n\u3000" else _stand_in(letter) for letter in cut
    )


def _stand_in(letter: str) -> str:
    return " " if letter.isspace() else "\ufffd"


@dataclass(frozen=True, slots=True)
class Place:
    """Where a fault is.

    Attributes:
        path: The file as the person knows it, or a URL.
        line: Line number from 1, where known.
        field: Front-matter field, configuration key or option, where there is one.
    """

    path: str
    line: int | None = None
    field: str | None = None

    def __str__(self) -> str:
        line = f":{self.line}" if self.line is not None else ""
        field = f" ({shown(self.field, 80)})" if self.field else ""
        return f"{shown(self.path)}{line}{field}"


class PublisherError(Exception):
    """The root: what is wrong, where it is, what to do about it.

    Attributes:
        what: One sentence.
        place: Where; None when the whole command is meant.
        remedy: What to do, one or two sentences; empty when the first sentence says it all.
        stage: The stage of the pipeline in which it was raised; the pipeline fills it in.
    """

    exit_code: ClassVar[int] = 1

    def __init__(self, what: str, *, place: Place | None = None, remedy: str = "") -> None:
        super().__init__(what)
        self.what = shown(what)
        self.place = place
        self.remedy = shown(remedy)
        self.stage = ""

    def __str__(self) -> str:
        where = f"{self.place}: " if self.place else ""
        return f"{where}{self.what} {self.remedy}".rstrip()

    def __reduce__(self) -> tuple[object, ...]:
        return _rebuild, (type(self), dict(self.__dict__))


def _rebuild(kind: type[PublisherError], state: dict[str, object]) -> PublisherError:
    error = kind.__new__(kind)
    Exception.__init__(error, state["what"])
    error.__dict__.update(state)
    return error


class UsageError(PublisherError):
    """The command line asks for something that cannot be."""

    exit_code = 2


@dataclass(frozen=True, slots=True)
class Fault:
    """One fault among several in the same file."""

    place: Place
    what: str

    def __post_init__(self) -> None:
        object.__setattr__(self, "what", shown(self.what, 400))

    def __str__(self) -> str:
        return f"{self.place}: {self.what}"


_MOST_FAULTS = 50


class FaultyFileError(PublisherError):
    """A file that a person wrote has one fault or more; all of them are listed."""

    def __init__(
        self, what: str, *, faults: tuple[Fault, ...] = (), place: Place | None = None, remedy: str = ""
    ) -> None:
        super().__init__(what, place=place, remedy=remedy)
        self.faults = faults[:_MOST_FAULTS]

    def __str__(self) -> str:
        return "\n  ".join([super().__str__(), *(str(fault) for fault in self.faults)])


class ConfigError(FaultyFileError):
    """`podcast.toml` or `podcast.lock.json` has faults."""

    exit_code = 2


class ContentError(FaultyFileError):
    """An episode file, or captions or a timeline beside it, cannot be read."""


class FetchError(PublisherError):
    """Audio or captions could not be fetched.

    Attributes:
        code: A stable word for machines: `private`, `removed`, `rate_limited`, `network`, `offline`, ...
        again: Whether the same call may succeed later.
    """

    def __init__(
        self, what: str, *, code: str, again: bool = False, place: Place | None = None, remedy: str = ""
    ) -> None:
        super().__init__(what, place=place, remedy=remedy)
        self.code = code
        self.again = again


class MediaError(PublisherError):
    """A file is not the audio that it claims to be."""


class AlignmentError(PublisherError):
    """The transcript and the captions or audio do not belong together."""


class DriftError(PublisherError):
    """What subscribers know an episode by would change without being asked for."""


class BusyError(PublisherError):
    """Another run is at work on the show."""


class KilledError(PublisherError):
    """The process that worked on an episode is gone."""


class MissingExtraError(PublisherError):
    """An optional part is not installed."""

    def __init__(self, what: str, *, extra: str) -> None:
        super().__init__(what, remedy=f"Install it with: pip install 'publisher[{extra}]'.")
        self.extra = extra


def disk_sentence(error: OSError) -> str:
    """A sentence for people about a file that cannot be read or written."""
    where = f"{error.filename}: " if error.filename else ""
    what = error.strerror or str(error) or type(error).__name__
    return f"{where}{what}. Make room or mend the permissions, and run this again."
