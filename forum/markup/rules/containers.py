"""Block rule for `:::name args` … `:::`: quotes, spoilers and the directives of plugins.

A directive that is unknown, left open or refused by its parser stays plain text.
"""

import re
from collections.abc import Iterator, Mapping

from markdown_it import MarkdownIt
from markdown_it.rules_block import StateBlock

from forum.markup.fences import pair_fences, read_arguments, read_opening, read_words
from forum.markup.handles import read_handle
from forum.markup.limits import ARGUMENT_CHARS, BLOCK_DEPTH, EMBEDS, QUOTES, SUMMARY_CHARS
from forum.markup.text import clean_source, excerpt
from forum.markup.values import BUILT_IN, Block, Embed, QuoteRef
from forum.markup.work import Work, get_work

_LONGEST_ID = 18
_OWN_ID = re.compile(r"[a-z][a-z0-9-]{0,19}")


def container(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    """Parse one container directive."""
    at = state.bMarks[start] + state.tShift[start]
    if not state.src.startswith(":::", at) or state.is_code_block(start):
        return False
    opening = read_opening(state.src[at : state.eMarks[start]])
    if opening is None or state.level > BLOCK_DEPTH:
        return False
    _, name, title = opening
    work = get_work(state.env)
    if len(title) > ARGUMENT_CHARS or not (name in BUILT_IN or name in work.directives):
        return False
    close = _find_close(state, work, start, end)
    if close is None or silent:
        return close is not None
    if name == "details":
        _push_details(state, start, close, title)
        return True
    if name == "quote":
        _push_quote(state, work, (start, close), read_arguments(title))
        return True
    return _push_embed(state, work, (start, close), (name, title))


def _find_close(state: StateBlock, work: Work, start: int, end: int) -> int | None:
    # Pairing all fences of a nesting context at once keeps thousands of open fences linear.
    context = (state.level, state.blkIndent, end)
    known = work.pairings.get(context)
    if known is None or not known[0] <= start < known[1]:
        stop = start
        while stop < end and (state.isEmpty(stop) or state.sCount[stop] >= state.blkIndent):
            stop += 1
        known = (start, stop, pair_fences(_fence_lines(state, start, stop)))
        work.pairings[context] = known
    return known[2].get(start)


def _fence_lines(state: StateBlock, start: int, stop: int) -> Iterator[tuple[int, str]]:
    for line in range(start, stop):
        at = state.bMarks[line] + state.tShift[line]
        if state.src.startswith(":::", at) and not state.is_code_block(line):
            yield line, state.src[at : state.eMarks[line]]


def _parse_inside(state: StateBlock, start: int, close: int) -> None:
    # Paragraphs read on to `lineMax`, so the fence has to become the last line for a while.
    outer_type, outer_max = state.parentType, state.lineMax
    state.parentType, state.lineMax = "container", close
    state.md.block.tokenize(state, start + 1, close)
    state.parentType, state.lineMax = outer_type, outer_max
    state.line = close + 1


def _push_details(state: StateBlock, start: int, close: int, title: str) -> None:
    token = state.push("details_open", "details", 1)
    token.content = title[:SUMMARY_CHARS]
    _parse_inside(state, start, close)
    state.push("details_close", "details", -1)


def _push_quote(
    state: StateBlock, work: Work, lines: tuple[int, int], args: dict[str, str]
) -> None:
    number = args.get("post", "")
    refers = number.isascii() and number.isdecimal() and len(number) <= _LONGEST_ID
    kind, tag = ("quote", "x-q") if refers else ("blockquote", "blockquote")
    token = state.push(f"{kind}_open", tag, 1)
    if refers:
        token.meta = {"post": _note_quote(work, int(number), args.get("by", ""))}
        work.quote_depth += 1
    _parse_inside(state, *lines)
    if refers:
        work.quote_depth -= 1
    state.push(f"{kind}_close", tag, -1)


def _note_quote(work: Work, post_id: int, by: str) -> int:
    # Beyond the cap nobody looks the post up, and post 0 is readable for nobody.
    if post_id not in work.quotes and len(work.quotes) >= QUOTES:
        return 0
    handle = read_handle(by, 0) or ""
    work.quotes.setdefault(post_id, QuoteRef(post_id, handle.lower()))
    return post_id


def _push_embed(
    state: StateBlock, work: Work, lines: tuple[int, int], head: tuple[str, str]
) -> bool:
    # A quoted directive is not live a second time; it shows as the text it is.
    if work.quote_depth or len(work.embeds) >= EMBEDS:
        return False
    name, title = head
    args = read_arguments(title)
    key = _find_key(work, name, args)
    if key is None:
        return False
    body = state.getLines(lines[0] + 1, lines[1], state.blkIndent, False)
    parsed = work.directives[name](Block(name, title, args, body, key, read_words(title)))
    if parsed is None:
        return False
    text = excerpt(clean_source(parsed.text))
    work.embeds.append(Embed(key, name, parsed.data, text))
    token = state.push("embed", "x-e", 0)
    token.content, token.info = text, key
    state.line = lines[1] + 1
    return True


def _find_key(work: Work, name: str, args: Mapping[str, str]) -> str | None:
    """Return the author's own id or the next number; None for an id that is taken."""
    taken = [embed.key for embed in work.embeds if embed.name == name]
    own = args.get("id", "").lower()
    key = f"{name}.{own if _OWN_ID.fullmatch(own) else len(taken) + 1}"
    return None if key in taken else key


def install(md: MarkdownIt) -> None:
    """Add the rule to a parser."""
    ends = ["paragraph", "reference", "blockquote", "list"]
    md.block.ruler.before("fence", "container", container, {"alt": ends})
