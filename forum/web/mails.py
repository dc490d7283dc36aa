"""Mails as pages: one template each, rendered to subject, plain text and HTML with inlined CSS.

A template extends `mail/layout.html` and fills `subject` and `content`; the text is made of them.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from html.parser import HTMLParser
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlsplit

from flask import current_app
from jinja2 import Template
from markupsafe import Markup

from forum.core.config import current_config
from forum.web.i18n import speaking
from forum.web.render import renderer

if TYPE_CHECKING:
    from css_inline import CSSInliner

_BLOCKS: Final = ("p", "div", "h1", "h2", "h3", "tr", "ul", "ol", "blockquote")
_STARTS: Final = {**dict.fromkeys(_BLOCKS, "\n\n"), "li": "\n- ", "br": "\n", "hr": "\n\n-- \n"}
_SILENT: Final = frozenset({"style", "title", "head"})


def render_mail(
    template: str, language: str, *, zone: str = "", **ctx: Any
) -> tuple[str, str, str]:
    """Render a mail in the recipient's language and time zone.

    Shapes: (subject in one line, plain text, HTML document).
    """
    with speaking(language, zone=zone) as speech:
        look = renderer()
        page = look.environment(look.themes.default).get_template(template)
        common = {"site": look.site, "home": site_url(), "lang": speech.language}
        html = page.render(common, **ctx)
        subject = _block(page, "subject", {**common, **ctx})
    return subject, plain_text(html), _inliner().inline(html)


def site_url(path: str = "/") -> str:
    """Return the full address of a path: from the configuration, never from a request's Host."""
    return (current_config().public_url or "http://localhost").rstrip("/") + path


def host_url(host: str, path: str = "/") -> str:
    """Return the full address of a path under another name of the site; scheme and port stay."""
    own = urlsplit(site_url())
    port = f":{own.port}" if own.port else ""
    return f"{own.scheme}://{host}{port}{path}"


def site_link(endpoint: str, **values: Any) -> str:
    """Return the full address of a page, in and outside of requests."""
    host = urlsplit(site_url()).netloc
    return site_url(current_app.url_map.bind(host).build(endpoint, values))


def plain_text(html: str) -> str:
    """Return the text of a mail: paragraphs, lists, and links with their address."""
    reader = _Reader()
    reader.feed(html)
    lines = "".join(reader.parts).splitlines()
    text = "\n".join(line.rstrip() for line in lines)
    return re.sub(r"\n{3,}", "\n\n", text).strip() + "\n"


def _block(page: Template, name: str, values: dict[str, Any]) -> str:
    text = "".join(page.blocks[name](page.new_context(values)))
    return " ".join(Markup(text).unescape().split())  # noqa: S704 – escaped by the template


@cache
def _inliner() -> CSSInliner:
    from css_inline import CSSInliner  # 2 MB that processes without mails can do without

    # No stylesheet is ever fetched: a mail's CSS stands in its layout.
    return CSSInliner(load_remote_stylesheets=False)


@dataclass(frozen=True, slots=True)
class _Link:
    """A link being read: where it leads and where in the text it began."""

    href: str
    button: bool
    start: int


class _Reader(HTMLParser):
    """Collects what a mail says, in reading order."""

    def __init__(self) -> None:
        super().__init__()
        self.parts: list[str] = []
        self._silent = 0
        self._link: _Link | None = None
        self._quotes: list[int] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _SILENT:
            self._silent += 1
        elif tag == "a":
            found = dict(attrs)
            button = "button" in (found.get("class") or "").split()
            self._link = _Link(found.get("href") or "", button, len(self.parts))
        elif tag in _STARTS:
            self.parts.append(_STARTS[tag])
            if tag == "blockquote":
                self._quotes.append(len(self.parts))

    def handle_endtag(self, tag: str) -> None:
        if tag in _SILENT:
            self._silent -= 1
        elif tag == "a" and self._link is not None:
            self._end_link(self._link)
            self._link = None
        elif tag == "blockquote" and self._quotes:
            self._end_quote(self._quotes.pop())
        elif _STARTS.get(tag) == "\n\n":
            self.parts.append("\n\n")

    def handle_data(self, data: str) -> None:
        if self._silent:
            return
        text = re.sub(r"\s+", " ", data)
        at_start = not self.parts or self.parts[-1].endswith(("\n", " "))
        if said := text.lstrip() if at_start else text:
            self.parts.append(said)

    def _end_link(self, link: _Link) -> None:
        said = "".join(self.parts[link.start :]).strip()
        if link.href and said != link.href:
            self.parts.append(f":\n{link.href}" if link.button else f" ({link.href})")

    def _end_quote(self, start: int) -> None:
        said = re.sub(r"\n{3,}", "\n\n", "".join(self.parts[start:]).strip())
        self.parts[start:] = ["\n".join(f"> {line}" for line in said.splitlines()), "\n\n"]
