"""Badges in words: conditions as sentences, events and fields by their declared names."""

from __future__ import annotations

from collections.abc import Mapping

from forum.api.web import gettext as _
from forum.api.web import lazy_gettext, ngettext, number
from forum_badges.crediting import FILTERED, list_countable
from forum_badges.values import Leaf

KINDS = {
    "count": lazy_gettext("so oft"),
    "distinct_day": lazy_gettext("an so vielen verschiedenen Tagen"),
    "distinct_area": lazy_gettext("in so vielen Bereichen"),
    "distinct_topic": lazy_gettext("in so vielen Themen"),
    "has": lazy_gettext("ein anderes Abzeichen"),
    "role_held": lazy_gettext("so viele Tage in einer Rolle"),
    "tenure": lazy_gettext("so viele Tage Mitglied"),
}
ROLES = {
    "editor": lazy_gettext("Redaktion"),
    "moderator": lazy_gettext("Moderation"),
    "admin": lazy_gettext("Admin"),
}
METHODS = {
    "auto": lazy_gettext("nach den Bedingungen"),
    "manual": lazy_gettext("von Admins vergeben"),
}


def tell_effort(minutes: int) -> str:
    """Say in hours how long a badge takes."""
    hours = round(minutes / 60, 1)
    return ngettext(
        "Aufwand: etwa %(hours)s Stunde",
        "Aufwand: etwa %(hours)s Stunden",
        1 if hours == 1 else 2,
        hours=number(hours),
    )


def list_event_words() -> dict[str, str]:
    """Return what can be counted, by the name of the event."""
    return {event.name: _(event.title) for event in list_countable()}


def list_field_words() -> dict[str, str]:
    """Return which fields of events a condition can ask for, each once."""
    found: dict[str, str] = {}
    for event in list_countable():
        for one in event.fields:
            if one.kind in FILTERED:
                found.setdefault(one.name, _(one.label))
    return dict(sorted(found.items(), key=lambda item: item[1].casefold()))


def tell_leaf(leaf: Leaf, names: Mapping[int, str]) -> str:
    """Say a condition; `names` are those of the badges that one may be asked for."""
    if leaf.kind == "has":
        name = names.get(leaf.required_id or 0, "")
        return _("das Abzeichen „%(name)s“", name=name) if name else _("ein anderes Abzeichen")
    if leaf.kind == "tenure":
        return ngettext("einen Tag Mitglied", "%(num)s Tage Mitglied", leaf.least)
    if leaf.kind == "role_held":
        role = str(ROLES.get(leaf.value, leaf.value))
        return ngettext(
            "einen Tag in der Rolle %(role)s oder einer höheren",
            "%(num)s Tage in der Rolle %(role)s oder einer höheren",
            leaf.least,
            role=role,
        )
    what = list_event_words().get(leaf.event)
    if what is None:
        what = _("%(event)s (gibt es hier nicht mehr)", event=leaf.event)
    if leaf.field:
        label = list_field_words().get(leaf.field, leaf.field)
        what = f"{what} ({label}: {leaf.value})"
    return f"{what}: {_tell_number(leaf)}"


def _tell_number(leaf: Leaf) -> str:
    if leaf.kind == "distinct_day":
        return ngettext("an einem Tag", "an %(num)s verschiedenen Tagen", leaf.least)
    if leaf.kind == "distinct_area":
        return ngettext("in einem Bereich", "in %(num)s Bereichen", leaf.least)
    if leaf.kind == "distinct_topic":
        return ngettext("in einem Thema", "in %(num)s Themen", leaf.least)
    return ngettext("einmal", "%(num)s-mal", leaf.least)
