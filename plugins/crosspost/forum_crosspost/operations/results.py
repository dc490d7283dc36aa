"""Results mode: what was found out elsewhere, written down by the core team with its origin."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import Final

from forum.api.data import Invalid, NewPost, Scope, TopicDraft, db, now, start_topic
from forum.api.web import gettext as _
from forum_crosspost import limits
from forum_crosspost.feeds.reading import find_link
from forum_crosspost.models import Origin
from forum_crosspost.rules import require_add_result

PLACES: Final = ("facebook", "linkedin", "xing", "whatsapp", "chat", "other")
PREFIX: Final = "result-"


@dataclass(frozen=True, slots=True, kw_only=True)
class NewResult:
    """What a form sends: the outcome in own words, and where and when it was found."""

    title: str
    text: str
    place: str
    label: str
    day: str
    url: str = ""


def add_result(scope: Scope, new: NewResult) -> NewPost:
    """Start a topic with a result; its origin stands under it.

    Errors: Denied; Invalid at `title`, `text`, `place`, `label`, `day` or `url`.
    """
    require_add_result(scope)
    if new.place not in PLACES:
        raise Invalid("place", _("Bitte wähle, wo das besprochen wurde."))
    if new.url and not find_link(new.url):
        raise Invalid("url", _("Das ist keine vollständige Adresse mit https://"))
    if not new.label.strip():
        raise Invalid("label", _("Sag, wie die Gruppe oder Seite heißt."))
    at = _read_day(new.day)
    made = start_topic(scope, TopicDraft(title=new.title, source=new.text))
    origin = Origin(post_id=made.post_id, kind=f"{PREFIX}{new.place}", at=at)
    origin.label, origin.url = new.label.strip()[: limits.LABEL], new.url
    db.session.add(origin)
    db.session.flush()
    return made


def _read_day(text: str) -> datetime:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        raise Invalid("day", _("Wann war das? Schreib den Tag wie 2026-11-20.")) from None
    at = datetime.combine(day, time(12), UTC)
    if day.year < 1990 or day > now().date():
        raise Invalid("day", _("Der Tag liegt in der Zukunft oder zu weit zurück."))
    return at
