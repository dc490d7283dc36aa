"""The one Markdown parser of the process: CommonMark, tables, strikethrough and our rules."""

from functools import cache

from markdown_it import MarkdownIt

from forum.markup.limits import NESTING
from forum.markup.renderer import Renderer
from forum.markup.rules import autolinks, caps, containers, mentions, shape
from forum.markup.urls import is_linkable


class Parser(MarkdownIt):
    """The library's parser with our idea of an acceptable link."""

    def validateLink(self, url: str) -> bool:  # noqa: N802
        """Accept relative addresses and the allowed schemes; anything else stays text."""
        return is_linkable(url)

    def normalizeLinkText(self, link: str) -> str:  # noqa: N802
        """Show addresses as typed: decoding them could bring in direction overrides."""
        return link


@cache
def get_parser() -> Parser:
    """Return the parser; it keeps nothing between two texts."""
    options = {"html": False, "maxNesting": NESTING, "xhtmlOut": False}
    md = Parser("commonmark", options, renderer_cls=Renderer)
    md.enable(["table", "strikethrough"])
    md.disable(["html_block", "html_inline"])
    for rules in (autolinks, caps, containers, mentions, shape):
        rules.install(md)
    return md
