"""Markdown in, safe HTML with placeholders out; the placeholders filled for one viewer.

Knows nothing of Flask, SQL, members or areas: whoever calls `fill` decides who may see what.
"""

from forum.markup.pipeline import RENDERER_VERSION, render
from forum.markup.placeholders import fill, list_embeds, list_placeholders
from forum.markup.quoting import hide_quotes, list_quoted, quote_source
from forum.markup.renaming import empty_quotes, rename_handle
from forum.markup.sanitiser import sanitise
from forum.markup.text import excerpt, plain
from forum.markup.values import (
    Block,
    Directive,
    Embed,
    Parsed,
    Person,
    Placeholders,
    QuoteInfo,
    QuoteRef,
    Rendered,
    TooLong,
)

__all__ = [
    "RENDERER_VERSION",
    "Block",
    "Directive",
    "Embed",
    "Parsed",
    "Person",
    "Placeholders",
    "QuoteInfo",
    "QuoteRef",
    "Rendered",
    "TooLong",
    "empty_quotes",
    "excerpt",
    "fill",
    "hide_quotes",
    "list_embeds",
    "list_placeholders",
    "list_quoted",
    "plain",
    "quote_source",
    "rename_handle",
    "render",
    "sanitise",
]
