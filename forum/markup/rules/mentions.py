"""Inline rule for `@handle`; the renderer decides whether a mention becomes a placeholder."""

from markdown_it import MarkdownIt
from markdown_it.rules_inline import StateInline

from forum.markup.handles import may_start_after, read_handle


def mention(state: StateInline, silent: bool) -> bool:
    """Turn `@handle` outside links into a mention token."""
    if silent or state.src[state.pos] != "@" or state.linkLevel > 0:
        return False
    if not may_start_after(state.src, state.pos):
        return False
    handle = read_handle(state.src, state.pos + 1)
    if handle is None or state.pos + 1 + len(handle) > state.posMax:
        return False
    state.push("mention", "", 0).content = handle
    state.pos += 1 + len(handle)
    return True


def install(md: MarkdownIt) -> None:
    """Add the rule to a parser."""
    md.inline.ruler.before("link", "mention", mention)
