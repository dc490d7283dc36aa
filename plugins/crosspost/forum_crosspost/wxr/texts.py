"""The text of a post or comment as Markdown: HTML, or lines that WordPress makes paragraphs of."""

from __future__ import annotations

import re
from html import unescape
from typing import Final

from forum.api.web import gettext as _
from forum_crosspost import limits
from forum_crosspost.mail.headers import is_https
from forum_crosspost.mail.html import html_to_text
from forum_crosspost.mail.tails import shorten_addresses
from forum_crosspost.markdown import escape, to_markdown

_PARAGRAPH: Final = re.compile(r"<(?:p|div|ul|ol|h[1-6]|table|blockquote|pre)[\s>]", re.I)
_SHORTCODE: Final = re.compile(r"\[/?(?:gallery|caption|embed|video|audio|playlist)\b[^\]\[]*\]")
_MEDIA: Final = re.compile(
    r"""<(?:img|audio|video|source|embed|iframe)\b[^<>]{0,2000}?\ssrc\s*=\s*["']([^"'<>]{1,2000})""",
    re.I,
)


def read_text(html: str) -> tuple[str, bool]:
    """Return the Markdown of a text and whether something of it is missing."""
    plain = shorten_addresses(html_to_text(_make_paragraphs(_SHORTCODE.sub("", html))))
    is_cut = len(html) >= limits.HTML_CHARS
    text = to_markdown(plain)
    while len(text.encode()) > limits.TEXT_BYTES:
        is_cut = True
        plain = plain[: int(len(plain) * limits.TEXT_BYTES / len(text.encode()) * 0.95)]
        plain = plain.rpartition("\n")[0] or plain
        text = to_markdown(plain)
    notes = ""
    if is_cut:
        notes = "\n\n" + _("*Der Rest dieser langen Nachricht wurde nicht übernommen.*")
    links = list_media(html)
    if links:
        shown = "\n".join(escape(link) for link in links)
        notes += "\n\n" + _("*Bilder und Dateien (nicht übernommen):*") + f"\n{shown}"
    if not text.strip() and not notes:
        text = _("*(Nachricht ohne Text)*")
    return (text + notes).strip("\n"), is_cut


def list_media(html: str) -> list[str]:
    """Return the addresses of what a text shows besides words, as links only."""
    found = (unescape(one).strip() for one in _MEDIA.findall(html[: limits.HTML_CHARS]))
    return [*dict.fromkeys(url for url in found if is_https(url))][: limits.ATTACHMENTS]


def _make_paragraphs(html: str) -> str:
    """Let blank lines part paragraphs where the text has none of its own, as the blog does."""
    if _PARAGRAPH.search(html):
        return html
    plain = html.replace("\r\n", "\n").replace("\r", "\n")
    return re.sub(r"\n{2,}", "<p>", plain).replace("\n", "<br>")
