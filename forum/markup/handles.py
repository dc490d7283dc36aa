"""What a handle looks like inside running text."""

import re

_RUN = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")
# Invisible characters would let "@an<zero width>na" look like one person and link another.
_GLUED = re.compile("[\\w@\u00ad\u034f\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff]")
_NO_START_AFTER = frozenset(".+-/@=&%#$")
SHORTEST, LONGEST = 2, 39


def read_handle(text: str, start: int) -> str | None:
    """Return the handle that starts at `start`, as typed, or None.

    Punctuation at the end belongs to the sentence, not to the handle.
    """
    run = _RUN.match(text, start)
    if run is None or _GLUED.match(text, run.end()):
        return None
    handle = run[0].rstrip("._-")
    return handle if SHORTEST <= len(handle) <= LONGEST else None


def may_start_after(text: str, at: int) -> bool:
    """Tell whether an `@` at `at` opens a mention and is not part of a word or mail address."""
    before = at - 1
    while before >= 0 and text[before] == "_":
        before -= 1
    return before < 0 or not (text[before].isalnum() or text[before] in _NO_START_AFTER)
