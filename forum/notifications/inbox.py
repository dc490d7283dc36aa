"""How the inbox is shown: lines about one topic stand together, unread ones before the rest."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from forum.notifications.notices import is_notice, tell_notices
from forum.notifications.queries import Entry
from forum.notifications.settings import HIDDEN, SHOWN
from forum.web.frame import AreaLink
from forum.web.i18n import gettext as _
from forum.web.people import Person


@dataclass(frozen=True, slots=True)
class Line:
    """One notification; `person` is None where the moderation speaks, or a plugin of nobody.

    `said` is what a plugin tells, "" for the kinds that the page itself puts into words.
    """

    id: int
    kind: str
    detail: str
    said: str
    person: Person | None
    at: datetime
    unread: bool
    text: str
    url: str


@dataclass(slots=True)
class Group:
    """What was told about one topic, or about one area; `newest` is the highest id in it."""

    area: AreaLink
    title: str
    topic_id: int | None
    unread: bool
    newest: int
    lines: list[Line] = field(default_factory=list)


def group_entries(entries: Sequence[Entry], people: Mapping[int, Person]) -> list[Group]:
    """Put lines about one topic together, in the place of the first of them.

    Cost: that of the plugins whose notifications are among them.
    """
    told = tell_notices(
        entry.to_notice(_name(entry, people)) for entry in entries if is_notice(entry.kind)
    )
    groups: dict[tuple[bool, int | None, str], Group] = {}
    for entry in entries:
        key = (entry.unread, entry.topic_id, entry.area_slug)
        group = groups.get(key)
        if group is None:
            area = AreaLink(
                entry.area_name, f"/a/{entry.area_slug}/", entry.area_slug, entry.accent
            )
            group = Group(area, entry.title, entry.topic_id, entry.unread, entry.id)
            groups[key] = group
        group.newest = max(group.newest, entry.id)
        group.lines.append(_line(entry, people, told.get(entry.id, "")))
    return list(groups.values())


def _line(entry: Entry, people: Mapping[int, Person], said: str) -> Line:
    return Line(
        id=entry.id,
        kind=entry.kind,
        detail=entry.detail,
        said=said,
        person=_person(entry, people),
        at=entry.at,
        unread=entry.unread,
        text=entry.text,
        url=f"/notifications/{entry.id}" if entry.url else "",
    )


def _person(entry: Entry, people: Mapping[int, Person]) -> Person | None:
    if entry.kind in (HIDDEN, SHOWN) or (is_notice(entry.kind) and entry.actor_id is None):
        return None
    return people.get(entry.actor_id or 0) or Person(name=_("Ehemaliges Mitglied"))


def _name(entry: Entry, people: Mapping[int, Person]) -> str:
    person = _person(entry, people)
    return person.name if person is not None else ""
