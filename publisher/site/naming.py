"""What is called the same is the same: the folder in which a person, a product or a tag has its page."""

from __future__ import annotations

import re
import unicodedata
from functools import cache
from hashlib import sha256

from publisher.text import one_line, simplify

LONGEST = 60
"""Characters of a folder's name."""

_SPOKEN = {"+": " plus ", "#": " sharp ", "&": " and "}
_WORD = re.compile(r"[^\W_]+")


@cache
def slug(name: str) -> str:
    """A name as the part of an address.

    Width, case, script variant and punctuation make no difference: names with one slug are one entity.
    """
    folded = unicodedata.normalize("NFKC", one_line(name)).casefold()
    for mark, word in _SPOKEN.items():
        folded = folded.replace(mark, word)
    parts = "-".join(_WORD.findall(simplify(folded)))
    if parts and len(parts) <= LONGEST:
        return parts
    return f"{parts[: LONGEST - 9]}-{sha256(folded.encode()).hexdigest()[:8]}".lstrip("-")
