"""The Markdown that quotes a post, and sources without the quotes that a reader may not see."""

import re
from collections.abc import Collection, Iterable, Iterator

from forum.markup.fences import pair_fences, read_arguments, read_opening

_INDENT = re.compile(r"[ \t>]*")
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


def list_quoted(sources: Iterable[str]) -> set[int]:
    """Return the ids of the posts that sources quote."""
    found = (_list_quotes(source.split("\n")) for source in sources if ":::" in source)
    return {post_id for quotes in found for _first, _last, post_id in quotes}


def hide_quotes(source: str, *, shown: Collection[int], note: str) -> str:
    """Return a source with `note` in place of what is quoted from posts other than `shown`."""
    if ":::" not in source:
        return source
    lines = source.split("\n")
    kept: list[str] = []
    done = 0
    for first, last, post_id in _list_quotes(lines):
        if first >= done and post_id not in shown:
            kept += [*lines[done : first + 1], note]
            done = last
    return "\n".join([*kept, *lines[done:]])


def _list_quotes(lines: list[str]) -> Iterator[tuple[int, int, int]]:
    """Yield first line, last line and post of each quote, outer ones first; 0 for no post."""
    bare = [_INDENT.sub("", line, count=1) for line in lines]
    pairs = pair_fences((n, line) for n, line in enumerate(bare) if line.startswith(":::"))
    for first in sorted(pairs):
        opening = read_opening(bare[first])
        if opening and opening[1] == "quote":
            post = read_arguments(opening[2]).get("post", "")
            named = post.isascii() and post.isdigit()
            yield first, pairs[first], int(post) if named else 0
