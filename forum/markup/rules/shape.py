"""One walk over the blocks: heading levels, column alignment and task items."""

from markdown_it import MarkdownIt
from markdown_it.rules_core import StateCore
from markdown_it.token import Token

# h1 and h2 belong to the page.
_HEADINGS = {"h1": "h3", "h2": "h4", "h3": "h5", "h4": "h6", "h5": "h6", "h6": "h6"}
_BOXES = {"[ ] ": "\u2610", "[x] ": "\u2611", "[X] ": "\u2611"}
_MARK = len("[ ] ")


def shape(state: StateCore) -> None:
    """Adapt the block tokens before their text is parsed."""
    tokens = state.tokens
    for index, token in enumerate(tokens):
        kind = token.type
        if kind == "list_item_open":
            _shape_task(tokens, index)
        elif kind in ("heading_open", "heading_close"):
            token.tag = _HEADINGS[token.tag]
        elif token.attrs and kind in ("th_open", "td_open"):
            # A style attribute would be refused by the content security policy.
            token.attrs = {"class": str(token.attrs["style"]).removeprefix("text-align:")}


def _shape_task(tokens: list[Token], index: int) -> None:
    if index + 2 >= len(tokens) or tokens[index + 1].type != "paragraph_open":
        return
    inline = tokens[index + 2]
    box = _BOXES.get(inline.content[:_MARK])
    if box is None:
        return
    inline.content = inline.content[_MARK:]
    inline.children = [Token("task_box", "span", 0, content=box)]
    tokens[index].attrs = {"class": "task" if box == _BOXES["[ ] "] else "task done"}


def install(md: MarkdownIt) -> None:
    """Add the rule to a parser."""
    md.core.ruler.after("block", "shape", shape)
