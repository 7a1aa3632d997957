"""Values that are slow to make, kept in the cache under a key."""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar, cast

from publisher.files import write_whole
from publisher.untrusted import read_json

if TYPE_CHECKING:
    from pydantic import TypeAdapter

Value = TypeVar("Value")


def remembered(path: Path, key: str, kind: type[Value], make: Callable[[], Value]) -> Value:
    """The value kept in a file, if it was made for this key; else a new one, which is kept.

    The disk is not waited for: a file that a loss of power cut short is made anew.

    Args:
        path: JSON file in the cache.
        key: Fingerprint of everything that the value is made from.
        kind: Its type, a frozen dataclass.
        make: Makes it.
    """
    from pydantic import ValidationError

    hashable: Any = kind
    adapter = adapter_of(hashable)
    try:
        data = read_json(path)
        if data["key"] == key:
            return cast("Value", adapter.validate_python(data["value"], strict=False))
    except (OSError, ValueError, KeyError, TypeError, ValidationError):
        pass
    value = make()
    data = {"key": key, "value": adapter.dump_python(value, mode="json")}
    write_whole(path, json.dumps(data, ensure_ascii=False).encode("utf-8"), lasting=False)
    return value


@cache
def adapter_of(kind: type[Any]) -> TypeAdapter[Any]:
    """Reads and writes values of a type as JSON; making one takes longer than using it."""
    from pydantic import TypeAdapter

    return TypeAdapter(kind)
