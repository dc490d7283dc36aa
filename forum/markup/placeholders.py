"""Placeholders of stored HTML: what they look like and how they are filled for one viewer.

Their quotation marks cannot come from a text: outside a tag the sanitiser escapes the angle
bracket, inside an attribute the quotation mark.
"""

import re
from collections.abc import Iterable, Mapping

from markupsafe import Markup, escape

from forum.markup.values import Person, Placeholders, QuoteInfo

_MARK = "<x-"
_EMBED = "<x-e "
_TOKEN = re.compile(
    r'<x-m h="([A-Za-z0-9][A-Za-z0-9._-]{1,38})"></x-m>'
    r'|<x-q p="([0-9]{1,18})">'
    r"|(</x-q>)"
    r'|<x-e k="([a-z][a-z0-9-]{0,31}\.[a-z0-9-]{1,20})">([^<>]*)</x-e>'
)


def fill(
    html: str,
    *,
    mentions: Mapping[str, Person],
    quotes: Mapping[int, QuoteInfo],
    embeds: Mapping[str, Markup],
    closed_quote: str = "\u2026",
) -> Markup:
    """Replace the placeholders of one stored text by what its viewer may see.

    Shapes: `mentions` by handle in lower case, `quotes` by post id, `embeds` by key. A handle
    that is missing shows as text; a quote whose post is missing shows `closed_quote` instead of
    the quoted text; an embed that is missing shows the line that stands for it.
    Cost: a search for a three-character string when there is nothing to fill, else one pass.
    """
    if _MARK not in html:
        # Markup() would first ask a string whether it can turn itself into HTML: half the cost.
        return str.__new__(Markup, html)
    parts: list[str] = []
    done = hidden = shown = 0
    for match in _TOKEN.finditer(html):
        handle, post, end, key, line = match.groups()
        if hidden:
            hidden += bool(post) - bool(end)
            done = match.end()
            continue
        parts.append(html[done : match.start()])
        done = match.end()
        if handle:
            parts.append(_show_mention(handle, mentions.get(handle.lower())))
        elif post:
            info = quotes.get(int(post))
            parts.append(_open_quote(info) if info else _show_closed(closed_quote))
            hidden, shown = (0, shown + 1) if info else (1, shown)
        elif end:
            parts.append("</blockquote>" if shown else "")
            shown = max(0, shown - 1)
        else:
            panel = embeds.get(key)
            parts.append(_show_line(line) if panel is None else escape(panel))
    # A quote without an end would be a fault of ours; it then hides the rest, never shows it.
    if not hidden:
        parts.append(html[done:])
    return Markup("".join(parts))  # noqa: S704 - sanitised parts and escaped values


def _show_mention(handle: str, person: Person | None) -> str:
    if person is None:
        return "@" + handle
    if person.url is None:
        return f'<span class="mention">@{escape(person.name)}</span>'
    return f'<a class="mention" href="{escape(person.url)}">@{escape(person.name)}</a>'


def _show_line(line: str) -> str:
    # As it was stored: sanitised, without a tag.
    return f'<p class="embed">{line}</p>' if line else ""


def _open_quote(info: QuoteInfo) -> str:
    link = f'<a href="{escape(info.url)}">{escape(info.author)}</a>'
    return f'<blockquote class="quote"><p class="quote-by">{link}</p>'


def _show_closed(note: str) -> str:
    return f'<blockquote class="quote closed"><p>{escape(note)}</p></blockquote>'


def list_placeholders(pages: Iterable[str]) -> Placeholders:
    """Return what the stored texts of a page want looked up, all together."""
    mentions: set[str] = set()
    quotes: set[int] = set()
    for html in pages:
        if _MARK not in html:
            continue
        for handle, post, _, _key, _line in _TOKEN.findall(html):
            if handle:
                mentions.add(handle.lower())
            elif post:
                quotes.add(int(post))
    return Placeholders(frozenset(mentions), frozenset(quotes - {0}))


def list_embeds(html: str) -> list[str]:
    """Return the keys of the embeds in one stored text, in order, each once."""
    if _EMBED not in html:
        return []
    keys = [key for _, _, _, key, _ in _TOKEN.findall(html) if key]
    return list(dict.fromkeys(keys))
