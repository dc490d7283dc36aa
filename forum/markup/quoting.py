"""The Markdown that quotes a post."""

import re

from forum.markup.fences import pair_fences, read_opening

_COLONS = re.compile(r"^[ \t>]*(:{3,})", re.MULTILINE)


def quote_source(text: str, *, post_id: int, handle: str) -> str:
    """Return the source that quotes `text`, without the quotes that it holds itself."""
    body = _without_quotes(text.replace("\r\n", "\n").replace("\r", "\n")).strip("\n")
    longest = max((len(colons) for colons in _COLONS.findall(body)), default=2)
    fence = ":" * (longest + 1)
    by = f" by={handle}" if handle else ""
    return f"{fence}quote post={post_id}{by}\n{body}\n{fence}\n\n"


def _without_quotes(text: str) -> str:
    lines = text.split("\n")
    pairs = pair_fences((n, line) for n, line in enumerate(lines) if line.startswith(":::"))
    kept: list[str] = []
    after = 0
    for number, line in enumerate(lines):
        opening = read_opening(line) if number in pairs and number >= after else None
        if opening and opening[1] == "quote":
            after = pairs[number] + 1
        if number >= after:
            kept.append(line)
    return "\n".join(kept)
