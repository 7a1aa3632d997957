"""`podcast.lock.json`, read and written."""

from __future__ import annotations

import json
import re
from datetime import datetime
from pathlib import Path
from types import MappingProxyType
from typing import Any
from uuid import UUID

from publisher.errors import ConfigError, Place
from publisher.files import write_if_changed
from publisher.store.lock import FILE, Lock, LockedEpisode
from publisher.text import clean
from publisher.timecode import FIRST_YEAR, LAST_YEAR
from publisher.untrusted import read_json

VERSION = 2
"""Version 1 had no hashes, sources, addresses and tombstones."""

_ENCLOSURE = re.compile(r"\w[\w.-]{0,140}", re.ASCII)


def read_lock(folder: Path) -> Lock:
    """Read a show's lock; a show without one has an empty lock.

    Raises:
        ConfigError: The file is damaged. It is never made anew by itself.
    """
    path = folder / FILE
    place = Place(str(path))
    remedy = "Bring it back from git or a backup; without it all subscribers get all episodes again."
    try:
        data = read_json(path)
        if data["version"] not in range(1, VERSION + 1):
            raise ConfigError("The lock is of a newer version.", place=place, remedy="Update publish.")
        episodes = {str(slug): _episode(entry) for slug, entry in data["episodes"].items()}
        return Lock(
            str(UUID(data["guid"])),
            str(data.get("base_url", "")),
            tuple(str(address) for address in data.get("moved_from", ())),
            MappingProxyType(episodes),
        )
    except FileNotFoundError:
        return Lock()
    except OSError as error:
        raise ConfigError(f"The lock cannot be read: {error.strerror}.", place=place) from None
    except (KeyError, TypeError, ValueError, AttributeError, RecursionError) as error:
        raise ConfigError(f"The lock is damaged: {error}.", place=place, remedy=remedy) from None


def _episode(entry: dict[str, Any]) -> LockedEpisode:
    names = (entry["enclosure"], *entry.get("retired", ()))
    for name in names:
        if not _ENCLOSURE.fullmatch(name):
            raise ValueError(f"{name!r} is no name of an audio file")
    if not entry["guid"] or clean(entry["guid"]) != entry["guid"]:
        raise ValueError("a guid is text without control characters")
    return LockedEpisode(
        guid=entry["guid"],
        published=_moment(entry["published"]),
        enclosure=names[0],
        sound=str(entry.get("sound", "")),
        source=str(entry.get("source", "")),
        retired=tuple(names[1:]),
        withdrawn=_moment(entry["withdrawn"]) if "withdrawn" in entry else None,
    )


def _moment(text: str) -> datetime:
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None or not FIRST_YEAR <= moment.year <= LAST_YEAR:
        raise ValueError(f"a date has a time zone and a year from {FIRST_YEAR} to {LAST_YEAR}")
    return moment


def write_lock(folder: Path, lock: Lock) -> bool:
    """Write a show's lock; tells whether it changed."""
    data = {
        "version": VERSION,
        "guid": lock.guid,
        "base_url": lock.base_url,
        "moved_from": lock.moved_from,
        "episodes": {slug: _row(entry) for slug, entry in sorted(lock.episodes.items())},
    }
    text = json.dumps(_without_empty(data), ensure_ascii=False, indent=1) + "\n"
    return write_if_changed(folder / FILE, text.encode("utf-8"))


def _row(entry: LockedEpisode) -> dict[str, Any]:
    return _without_empty(
        {
            "guid": entry.guid,
            "published": entry.published.isoformat(),
            "enclosure": entry.enclosure,
            "sound": entry.sound,
            "source": entry.source,
            "retired": entry.retired,
            "withdrawn": entry.withdrawn.isoformat() if entry.withdrawn else "",
        }
    )


def _without_empty(data: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in data.items() if value not in ("", ())}
