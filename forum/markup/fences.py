"""Lines of the container fences `:::name …` and `:::`, and which of them belong together."""

import re
from collections.abc import Iterable

_OPENING = re.compile(r"(:{3,})[ \t]*([A-Za-z][A-Za-z0-9-]{0,31})(?=[ \t]|$)")
_ARGUMENT = re.compile(r"([A-Za-z][A-Za-z0-9_-]*)=(\"[^\"]*\"|[^\s\"]+)")


def read_opening(line: str) -> tuple[int, str, str] | None:
    """Return the number of colons, the name and the rest of an opening line, or None."""
    match = _OPENING.match(line)
    if match is None:
        return None
    return len(match[1]), match[2].lower(), line[match.end() :].strip()


def read_closing(line: str) -> int:
    """Return the number of colons of a closing line, 0 for any other line."""
    line = line.rstrip(" \t")
    return len(line) if len(line) >= 3 and line.count(":") == len(line) else 0


def read_arguments(title: str) -> dict[str, str]:
    """Return the `key=value` pairs of an opening line; values may stand in double quotes."""
    return {key.lower(): value.strip('"') for key, value in _ARGUMENT.findall(title)}


def read_words(title: str) -> str:
    """Return what an opening line says beside its `key=value` pairs, in one line."""
    return " ".join(_ARGUMENT.sub(" ", title).split())


def pair_fences(lines: Iterable[tuple[int, str]]) -> dict[int, int]:
    """Match opening with closing lines that have as many colons, inner ones first.

    Shapes: numbered lines that start with three colons → opening number: closing number.
    Cost: one walk, whatever is left open.
    """
    pairs: dict[int, int] = {}
    waiting: dict[int, list[int]] = {}
    for number, line in lines:
        if colons := read_closing(line):
            if stack := waiting.get(colons):
                pairs[stack.pop()] = number
        elif opening := read_opening(line):
            waiting.setdefault(opening[0], []).append(number)
    return pairs
