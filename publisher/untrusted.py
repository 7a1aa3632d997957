"""What comes from files of any origin: JSON without surprises, and paths that stay where they belong."""

from __future__ import annotations

import json
from pathlib import Path, PurePosixPath, PureWindowsPath
from typing import Any


def read_json(path: Path) -> Any:
    """The value of a JSON file.

    Raises:
        OSError: The file cannot be read.
        ValueError: It is not UTF-8, not JSON, nested beyond all reason, or has halves of characters.
    """
    text = path.read_text(encoding="utf-8")
    try:
        value = json.loads(text)
    except RecursionError:
        raise ValueError("it is nested too deep") from None
    if "\\u" in text:
        json.dumps(value, ensure_ascii=False).encode("utf-8")
    return value


def stays_inside(path: str) -> bool:
    """Whether a relative path that stands in a file leads nowhere out of the folder that it is relative to."""
    if path and not (path.startswith("/") or ".." in path or any(sign in path for sign in "\\:\0")):
        return True
    forms = (PurePosixPath(path), PureWindowsPath(path))
    return bool(path) and "\0" not in path and not any(form.anchor or ".." in form.parts for form in forms)
