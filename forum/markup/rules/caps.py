"""Bounds around the library's block rules, so that a small text cannot grow into a huge page."""

from markdown_it import MarkdownIt
from markdown_it.rules_block import StateBlock, blockquote, list_block, table

from forum.markup.limits import BLOCK_DEPTH, LIST_ITEMS, QUOTE_DEPTH, TABLE_CELLS, TABLE_COLUMNS
from forum.markup.work import get_work


def capped_blockquote(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    """Quote blocks, down to a depth below which the marks are text."""
    return state.level <= QUOTE_DEPTH and blockquote(state, start, end, silent)


def capped_list(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    """Lists, down to that depth and as long as the text has not used up its items."""
    return (
        state.level <= BLOCK_DEPTH
        and get_work(state.env).list_items < LIST_ITEMS
        and list_block(state, start, end, silent)
    )


def end_of_list(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    """Count the items of a list, which asks this rule before each further one, and end it."""
    if not silent:
        return False
    work = get_work(state.env)
    work.list_items += 1
    return work.list_items >= LIST_ITEMS


def capped_table(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    """Tables of a bounded width, as long as the text has not used up its cells."""
    if start + 2 > end:
        return False
    marks = state.src[state.bMarks[start + 1] : state.eMarks[start + 1]]
    columns = marks.count("|") + 1
    work = get_work(state.env)
    rows = (TABLE_CELLS - work.table_cells) // columns - 1
    if columns > TABLE_COLUMNS or rows < 0:
        return False
    if not table(state, start, min(end, start + 2 + rows), silent):
        return False
    if not silent:
        work.table_cells += (state.line - start) * columns
    return True


def install(md: MarkdownIt) -> None:
    """Replace the library's rules in a parser."""
    block = md.block.ruler
    ends = ["paragraph", "reference", "blockquote"]
    block.at("table", capped_table, {"alt": ["paragraph", "reference"]})
    block.at("blockquote", capped_blockquote, {"alt": [*ends, "list"]})
    block.at("list", capped_list, {"alt": ends})
    block.before("list", "end_of_list", end_of_list, {"alt": ["list"]})
