"""Bare addresses become links: `http://`, `https://` and `mailto:` inline, `www.` in finished text.

Source: GitHub Flavored Markdown 6.9 (extended autolinks), without bare mail addresses.
"""

import re

from markdown_it import MarkdownIt
from markdown_it.rules_core import StateCore
from markdown_it.rules_inline import StateInline
from markdown_it.token import Token

from forum.markup.limits import URL_CHARS

_REST = '[^\\s<>\\[\\]"`|\\\\^{}\u201c\u201d\u201e\u00ab\u00bb\u2039\u203a\u200b\u2060\ufeff]'
_HTTP = re.compile(rf"https?://\w{_REST}*", re.IGNORECASE)
_MAIL = re.compile(r"mailto:[A-Za-z0-9.!#$%&'*+/=?^_~-]{1,64}@[A-Za-z0-9.-]{1,255}", re.IGNORECASE)
_WWW = re.compile(rf"(?<![\w@./:+-])www\.\w[\w-]*\.\w{_REST}*", re.IGNORECASE)
_SCHEME = re.compile(r"(?<![A-Za-z0-9+.-])(?:https?|mailto)$", re.IGNORECASE)
_LONGEST_SCHEME = len("mailto")
_SENTENCE = frozenset("?!.,:;*_~'\u2018\u2019\u2026-")


def trim_url(url: str) -> str:
    """Give back the punctuation and unmatched parentheses that belong to the sentence."""
    unmatched = url.count(")") - url.count("(")
    end = len(url)
    while end:
        if url[end - 1] in _SENTENCE:
            end -= 1
        elif url[end - 1] == ")" and unmatched > 0:
            end -= 1
            unmatched -= 1
        else:
            break
    return url[:end]


def autolink(state: StateInline, silent: bool) -> bool:
    """Link an address with a scheme, before emphasis can take its underscores apart."""
    at = state.pos
    # Lookahead never links: a link label must end at its bracket, not inside an address.
    if silent or state.src[at] != ":" or state.linkLevel > 0:
        return False
    scheme = _SCHEME.search(state.src, max(0, at - _LONGEST_SCHEME - 1), at)
    if scheme is None or not state.pending.endswith(scheme[0]):
        return False
    pattern = _MAIL if scheme[0].lower() == "mailto" else _HTTP
    match = pattern.match(state.src, scheme.start(), state.posMax)
    url = trim_url(match[0]) if match else ""
    href = state.md.normalizeLink(url) if at - scheme.start() + 1 < len(url) <= URL_CHARS else ""
    if not href or not state.md.validateLink(href):
        return False
    state.pending = state.pending[: -len(scheme[0])]
    _push_link(state, url, href)
    state.pos = scheme.start() + len(url)
    return True


def _push_link(state: StateInline, text: str, href: str) -> None:
    state.push("link_open", "a", 1).attrs = {"href": href}
    state.push("text", "", 0).content = text
    state.push("link_close", "a", -1)


def link_www(state: StateCore) -> None:
    """Link `www.` addresses in the text tokens that are not inside a link."""
    for block in state.tokens:
        if block.type == "inline" and "www." in block.content.lower():
            block.children = _with_www_links(state.md, block.children or [])


def _with_www_links(md: MarkdownIt, tokens: list[Token]) -> list[Token]:
    result: list[Token] = []
    inside = 0
    for token in tokens:
        inside += (token.type == "link_open") - (token.type == "link_close")
        if token.type == "text" and not inside:
            result.extend(_split(md, token))
        else:
            result.append(token)
    return result


def _split(md: MarkdownIt, token: Token) -> list[Token]:
    result: list[Token] = []
    done = 0
    for match in _WWW.finditer(token.content):
        url = trim_url(match[0])
        href = md.normalizeLink("http://" + url)
        if len(url) > URL_CHARS or not md.validateLink(href):
            continue
        result.append(token.copy(content=token.content[done : match.start()]))
        result.append(Token("link_open", "a", 1, attrs={"href": href}))
        result.append(token.copy(content=url))
        result.append(Token("link_close", "a", -1))
        done = match.start() + len(url)
    result.append(token.copy(content=token.content[done:]))
    return result


def install(md: MarkdownIt) -> None:
    """Add both rules to a parser."""
    md.inline.ruler.before("link", "bare_url", autolink)
    md.core.ruler.after("inline", "bare_www", link_www)
