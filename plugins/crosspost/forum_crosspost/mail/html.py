"""HTML mails as plain text: structure becomes lines, quotes become `>`, addresses are spelt out.

The result is text and escaped as such later on; nothing of the markup survives. The standard
library's parser takes minutes over tags that never end, so tags are found here, in one pass.
"""

from __future__ import annotations

import re
from html import unescape
from typing import Final

from forum_crosspost import limits

_BLOCKS: Final = frozenset(
    "address article aside blockquote body center dd div dl dt fieldset footer form h1 h2 h3 h4 h5 "
    "h6 header hr li main nav ol p pre section table tr ul".split()
)
_SPACED: Final = frozenset("blockquote dl h1 h2 h3 h4 h5 h6 ol p pre table ul".split())
_SILENT: Final = frozenset("head noscript svg template".split())
_RAW: Final = ("script", "style", "title", "textarea")
_UNREAD: Final = re.compile("<(?:[!?]|" + "|".join(_RAW) + ")", re.I)
_TAG: Final = re.compile(r"(/?)([a-zA-Z][a-zA-Z0-9]{0,20})(?=[\s/>])")
_VALUE: Final = re.compile(r"""\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]+))""")
_QUOTES: Final = 6


def html_to_text(html: str, *, most: int = limits.HTML_CHARS) -> str:
    """Return what one reads of an HTML mail. Longer ones are read up to the limit.

    Whoever wants the beginning says how many characters are enough; some more may come.
    Cost: linear in the text.
    """
    first, *pieces = _drop_unread(html[: limits.HTML_CHARS]).split("<")
    reader = _Reader()
    reader.read_text(unescape(first))
    for piece in pieces:
        if reader.size > most:
            break
        tag = _TAG.match(piece)
        if tag is None:
            reader.read_text(unescape(f"<{piece}"))
            continue
        inside, closed, text = piece.partition(">")
        if closed:
            reader.read_tag(tag[2].lower(), inside, is_end=bool(tag[1]))
            reader.read_text(unescape(text))
    return reader.finish()


def _drop_unread(html: str) -> str:
    """Take out comments, declarations and what is no text between its tags."""
    if not _UNREAD.search(html):
        return html
    html = _cut(_cut(_cut(html, "<!--", "-->"), "<!", ">"), "<?", ">")
    for tag in _RAW:
        html = _cut(html, f"<{tag}", f"</{tag}", instead="<wbr")  # which the end tag's > closes
    return html


def _cut(html: str, opening: str, closing: str, *, instead: str = "") -> str:
    lowered = html.lower()
    if len(lowered) != len(html):  # a few letters grow when lowered, and offsets would not fit
        lowered = html
    parts: list[str] = []
    done = 0
    while (start := lowered.find(opening, done)) >= 0:
        parts += (html[done:start], instead)
        end = lowered.find(closing, start + len(opening))
        if end < 0:
            return "".join(parts)
        done = end + len(closing)
    return "".join([*parts, html[done:]])


def _join_space(text: str) -> str:
    """Make one space of what HTML calls space. An expression takes ten times as long."""
    for sign in "\t\n\r\f":
        text = text.replace(sign, " ")
    while "  " in text:
        text = text.replace("  ", " ")
    return text


class _Reader:
    def __init__(self) -> None:
        self.lines: list[str] = []
        self.line = ""
        self.quotes = 0
        self.silent = 0
        self.verbatim = 0
        self.links: list[tuple[str, int]] = []
        self.size = 0

    def read_tag(self, tag: str, inside: str, *, is_end: bool) -> None:
        """Do what an opening or closing tag says."""
        if tag == "body":
            self.silent = 0
        elif tag in _SILENT:
            self.silent = max(0, self.silent + (-1 if is_end else 1))
        elif tag == "br":
            self._end_line(always=True)
        if tag in _BLOCKS:
            self._pass_block(tag, -1 if is_end else 1)
        elif tag == "a":
            self._read_link(inside, is_end=is_end)
        if not is_end:
            self._begin(tag, inside)

    def read_text(self, data: str) -> None:
        """Take up text between tags."""
        if self.silent:
            return
        self.size += len(data)
        if self.verbatim:
            first, *others = data.split("\n")
            self.line += first
            for line in others:
                self._end_line(always=True)
                self.line = line
            return
        text = _join_space(data)
        self.line += text.lstrip(" ") if not self.line or self.line.endswith(" ") else text

    def finish(self) -> str:
        """Return the lines."""
        self._end_line()
        return "\n".join(self.lines).strip("\n")

    def _begin(self, tag: str, inside: str) -> None:
        if tag == "li":
            self.line = "- "
        elif tag in ("td", "th") and self.line:
            self.line += "   "
        elif tag == "img":
            self.read_text(_find_value(inside, "alt"))

    def _read_link(self, inside: str, *, is_end: bool) -> None:
        if not is_end:
            self.links = [*self.links[-5:], (_find_value(inside, "href"), len(self.line))]
        elif self.links:
            href, start = self.links.pop()
            shown = self.line[start:]
            if href.startswith(("https://", "http://")) and href.rstrip("/") not in shown:
                self.line += f" <{href}>" if shown.strip() else href

    def _pass_block(self, tag: str, step: int) -> None:
        """End the line, with a blank one behind it where the block wants room."""
        self._end_line()
        if step < 0:
            self._nest(tag, step)
        mark = self._mark().rstrip()
        if tag in _SPACED and self.lines and self.lines[-1] != mark:
            self.lines.append(mark)
        if step > 0:
            self._nest(tag, step)

    def _nest(self, tag: str, step: int) -> None:
        if tag == "blockquote":
            self.quotes = max(0, self.quotes + step)
        elif tag == "pre":
            self.verbatim = max(0, self.verbatim + step)

    def _end_line(self, *, always: bool = False) -> None:
        if self.line.strip() or always:
            self.lines.append(f"{self._mark()}{self.line.rstrip()}".rstrip())
        self.line = ""
        self.links = [(href, 0) for href, _start in self.links]

    def _mark(self) -> str:
        return "> " * min(self.quotes, _QUOTES)


def _find_value(inside: str, name: str) -> str:
    """Return the value of an attribute, "" when it is not there."""
    at = inside.lower().find(f" {name}")
    found = _VALUE.match(inside, at + len(name) + 1) if at >= 0 else None
    return unescape(next(filter(None, found.groups()), "")).strip() if found else ""
