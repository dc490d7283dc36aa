"""The mail of a digest: a frame per language, a piece per thing to tell, joined for each member.

Frame and pieces are rendered, with their CSS put inline, once for all who get the same.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

from forum.api.data import get_mail_domain
from forum.api.web import ngettext, render_mail, site_link, site_url, speaking
from forum_digest.choosing import Item
from forum_digest.links import make_stop_path
from forum_digest.words import MARK, clean, tell_item

STOP: Final = "https://stop.invalid/"
KEPT_PIECES: Final = 20_000


@dataclass(frozen=True, slots=True)
class Letter:
    """A digest as it goes out."""

    subject: str
    text: str
    html: str


@dataclass(slots=True)
class Press:
    """Makes letters; keeps what several of them have in common. `names` are areas by id."""

    names: dict[int, str]
    frames: dict[str, tuple[list[str], list[str]]] = field(default_factory=dict)
    pieces: dict[tuple[object, ...], tuple[str, str]] = field(default_factory=dict)

    def compose(self, user_id: int, language: str, items: Sequence[Item]) -> Letter:
        """Put one member's digest together; the subject names the best of it."""
        (before, after), (head, foot) = self._find_frame(language)
        pieces = [self._find_piece(item, language) for item in items]
        stop = site_url(make_stop_path(user_id))
        text = "\n\n".join([before, *(piece[0] for piece in pieces), after.replace(STOP, stop)])
        html = "".join([head, *(piece[1] for piece in pieces), foot.replace(STOP, stop)])
        return Letter(self._name(items, language), text, html)

    def _name(self, items: Sequence[Item], language: str) -> str:
        title, others = clean(items[0].title), len(items) - 1
        if not others:
            return title
        with speaking(language):
            return ngettext(
                "%(title)s, und %(num)s weitere Neuigkeit",
                "%(title)s, und %(num)s weitere Neuigkeiten",
                others,
                title=title,
            )

    def _find_frame(self, language: str) -> tuple[list[str], list[str]]:
        found = self.frames.get(language)
        if found is None:
            _subject, text, html = render_mail(
                "digest/mail.html",
                language,
                mark=MARK,
                stop=STOP,
                settings=site_link("digest_site.preferences"),
                item=None,
            )
            parts = [part.strip() for part in text.split(MARK)]
            found = self.frames[language] = ([parts[0], parts[2] + "\n"], _ends(html))
        return found

    def _find_piece(self, item: Item, language: str) -> tuple[str, str]:
        key = (*item.look, language)
        found = self.pieces.get(key)
        if found is None:
            with speaking(language):
                told = tell_item(item, self.names.get(item.area_id, ""))
            _subject, text, html = render_mail(
                "digest/mail.html", language, mark=MARK, stop=STOP, settings="", item=told
            )
            found = (text.split(MARK)[1].strip(), html.split(MARK)[1])
            if len(self.pieces) < KEPT_PIECES:
                self.pieces[key] = found
        return found


def make_headers(user_id: int, *, address: str = "") -> dict[str, str]:
    """Return the headers that end digests with one click.

    Source: RFC 2369, RFC 8058 (List-Unsubscribe), RFC 2919 (List-Id).
    """
    ways = [f"<{site_url(make_stop_path(user_id))}>"]
    if address:
        token = make_stop_path(user_id).rpartition("/")[2]
        ways.append(f"<mailto:{address}?subject={token}>")
    return {
        "List-Unsubscribe": ", ".join(ways),
        "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
        "List-Id": f"<digest.{get_mail_domain()}>",
        "Precedence": "bulk",
        "Auto-Submitted": "auto-generated",
    }


def _ends(html: str) -> list[str]:
    """Return what stands before and after the pieces of a frame."""
    parts = html.split(MARK)
    return [parts[0], parts[2]]


def name_mail(issue_id: int, tries: int) -> str:
    """Return the name of the mail of a digest: its key in the outbox and what the guard gets."""
    return f"{issue_id}.{tries}"
