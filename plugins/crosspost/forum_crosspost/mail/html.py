"""HTML mails as plain text: structure becomes lines, quotes become `>`, addresses are spelt out.

The result is text and escaped as such later on; nothing of the markup survives.
"""

from __future__ import annotations

import re
from html.parser import HTMLParser
from typing import Final

from forum_crosspost import limits

_BLOCKS: Final = frozenset(
    "address article aside blockquote body center dd div dl dt fieldset footer form h1 h2 h3 h4 h5 "
    "h6 header hr li main nav ol p pre section table tr ul".split()
)
_SPACED: Final = frozenset("blockquote dl h1 h2 h3 h4 h5 h6 ol p pre table ul".split())
_SILENT: Final = frozenset("head noscript object script style svg template title".split())
_VOID: Final = frozenset("area base br col embed hr img input link meta source track wbr".split())
_SPACE: Final = re.compile(r"[ \t\n\r\f]+")
_QUOTES: Final = 6


def html_to_text(html: str) -> str:
    """Return what one reads of an HTML mail. Longer ones are read up to the limit."""
    reader = _Reader()
    # Comments are where the library's parser is slow, and they say nothing.
    reader.feed(_without_comments(html[: limits.HTML_CHARS]))
    reader.close()
    return reader.finish()


def _without_comments(html: str) -> str:
    parts: list[str] = []
    done = 0
    while (start := html.find("<!", done)) >= 0:
        parts.append(html[done:start])
        closing = "-->" if html.startswith("<!--", start) else ">"
        end = html.find(closing, start + 2)
        if end < 0:
            return "".join(parts)
        done = end + len(closing)
    return "".join([*parts, html[done:]]).replace("<?", "&lt;?")


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.lines: list[str] = []
        self.line = ""
        self.quotes = 0
        self.silent = 0
        self.verbatim = 0
        self.links: list[tuple[str, int]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _SILENT:
            self.silent += 1
        elif tag == "br":
            self._end_line(always=True)
        elif tag in _BLOCKS:
            self._end_block(tag)
        if tag == "blockquote":
            self.quotes += 1
        elif tag == "pre":
            self.verbatim += 1
        elif tag == "li":
            self.line = "- "
        elif tag in ("td", "th") and self.line:
            self.line += "   "
        elif tag == "a":
            self.links.append((dict(attrs).get("href") or "", len(self.line)))
        elif tag == "img":
            self.handle_data(dict(attrs).get("alt") or "")

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in _VOID:
            self.handle_endtag(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag in _SILENT:
            self.silent = max(0, self.silent - 1)
        elif tag == "a" and self.links:
            self._spell_out(*self.links.pop())
        elif tag in _BLOCKS:
            self._end_block(tag)
        if tag == "blockquote":
            self.quotes = max(0, self.quotes - 1)
        elif tag == "pre":
            self.verbatim = max(0, self.verbatim - 1)

    def handle_data(self, data: str) -> None:
        if self.silent:
            return
        if self.verbatim:
            first, *others = data.split("\n")
            self.line += first
            for line in others:
                self._end_line(always=True)
                self.line = line
            return
        text = _SPACE.sub(" ", data)
        self.line += text.lstrip(" ") if not self.line or self.line.endswith(" ") else text

    def finish(self) -> str:
        self._end_line()
        return "\n".join(self.lines).strip("\n")

    def _spell_out(self, href: str, start: int) -> None:
        href = href.strip()
        shown = self.line[start:]
        if href.startswith(("https://", "http://")) and href.rstrip("/") not in shown:
            self.line += f" <{href}>" if shown.strip() else href

    def _end_block(self, tag: str) -> None:
        self._end_line()
        mark = self._mark().rstrip()
        if tag in _SPACED and self.lines and self.lines[-1] != mark:
            self.lines.append(mark)

    def _end_line(self, *, always: bool = False) -> None:
        if self.line.strip() or always:
            self.lines.append(f"{self._mark()}{self.line.rstrip()}".rstrip())
        self.line = ""
        self.links = [(href, 0) for href, _start in self.links]

    def _mark(self) -> str:
        return "> " * min(self.quotes, _QUOTES)
