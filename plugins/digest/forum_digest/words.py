"""What digests say, in the language being spoken: the same words in mail and on the page."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from forum.api.web import gettext as _
from forum.api.web import ngettext, site_url
from forum_digest.choosing import Item

MARK: Final = "\ue000"
"""Stands in a mail where pieces are put; taken out of everything that people wrote."""
_UNWANTED: Final = re.compile("[\ue000\u202a-\u202e\u2066-\u2069]")


@dataclass(frozen=True, slots=True)
class Told:
    """One thing in words: why it is there, what it is called, where it leads, what happened."""

    why: str
    title: str
    url: str
    area: str
    note: str
    text: str
    said: str


def tell_item(item: Item, area: str) -> Told:
    """Put one thing into words."""
    return Told(
        why=_tell_why(item.why),
        title=clean(item.title),
        url=site_url(item.path),
        area=clean(area),
        note=_tell_news(item),
        text=clean(item.text),
        said=clean(item.said),
    )


def _tell_why(kind: str) -> str:
    if kind == "mention":
        return _("Du wurdest erwähnt")
    if kind == "reply":
        return _("Jemand hat dir geantwortet")
    return _("Du wurdest zitiert") if kind == "quote" else ""


def _tell_news(item: Item) -> str:
    """Say what others wrote; a plugin's own line says it itself."""
    if item.is_new and not item.posts:
        return _("Neues Thema")
    if not item.posts:
        return ""
    posts = ngettext("%(num)s neuer Beitrag", "%(num)s neue Beiträge", item.posts)
    people = ngettext("von einer Person", "von %(num)s Personen", item.people)
    told = f"{posts} {people}"
    return _("Neues Thema, %(told)s", told=told) if item.is_new else told


def clean(text: str) -> str:
    """Return a line without signs that would turn a mail around or cut it elsewhere."""
    return " ".join(_UNWANTED.sub("", text).split())
