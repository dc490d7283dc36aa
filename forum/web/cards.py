"""What the feed and list macros show: one card per topic, with the page's labels."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from markupsafe import Markup

from forum.web.frame import AreaLink
from forum.web.i18n import gettext, ngettext
from forum.web.people import Person
from forum.web.posts import Mark

_ = gettext


@dataclass(frozen=True, slots=True, kw_only=True)
class CardView:
    """A topic in a feed, list or search result.

    `text` is plain, or Markup with `<mark>` in search results; `why` says why it is here,
    `badge` what there is to its kind ("12 Stimmen").
    """

    url: str
    title: str | Markup
    area: AreaLink | None = None
    kind: str = ""
    badge: str = ""
    marks: tuple[Mark, ...] = ()
    replies: int = 0
    new: int = 0
    unread: bool = False
    at: datetime | None = None
    text: str | Markup = ""
    why: str = ""
    people: tuple[Person, ...] = ()
    more_people: int = 0


@dataclass(frozen=True, slots=True)
class CardLabels:
    """The words of a list page."""

    new: str
    people: str

    def replies(self, count: int) -> str:
        """Say how many replies there are."""
        return ngettext("%(num)s Antwort", "%(num)s Antworten", count)

    def count_new(self, count: int) -> str:
        """Say how many of them are new."""
        return ngettext("%(num)s neu", "%(num)s neu", count)


def card_labels() -> CardLabels:
    """Translate the words of a list page, once per page."""
    return CardLabels(new=_("neu"), people=_("Beteiligte"))
