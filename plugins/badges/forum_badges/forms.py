"""Forms of badges: what an admin says of one, its conditions without code, and who was there."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any, cast

from werkzeug.datastructures import MultiDict

from forum.api.data import Invalid, Scope
from forum.api.web import Choice, Choices, Form, Line, Moment, Number, Text, Tick, speech
from forum.api.web import gettext as _
from forum.api.web import lazy_gettext as _l
from forum_badges import limits
from forum_badges.queries import MemberRow, VersionRow, list_requirable
from forum_badges.values import STANDING, Draft, Kind, Leaf
from forum_badges.words import KINDS, ROLES, list_event_words, list_field_words

ROWS = range(1, limits.LEAVES + 1)


class AchievementForm(Form):
    """A badge with up to four conditions; `number` is the version that is being changed."""

    name = Line(_l("Name"), most=limits.NAME)
    description = Line(_l("Was es bescheinigt"), most=limits.DESCRIPTION)
    narrative = Text(_l("Wie man es bekommt"), size=limits.NARRATIVE)
    minutes = Number(_l("Aufwand in Minuten"), low=0, high=limits.MINUTES, required=False)
    valid_days = Number(_l("Gültig so viele Tage"), low=0, high=limits.VALID_DAYS, required=False)
    mode = Choice(
        _l("Von selbst vergeben, wenn"),
        lambda: [
            ("all", _("alle Bedingungen erfüllt sind")),
            ("any", _("eine der Bedingungen erfüllt ist")),
        ],
        radio=True,
        default="all",
    )
    number = Number(_l("Fassung"), low=0, high=limits.LEAST, required=False)


for _number in ROWS:
    # Whether such an event happens here is the operation's to say: its name may come from a
    # plugin that is gone by now.
    for _name, _field in {
        "kind": Choice(
            _l("Art"),
            lambda: [("", _("keine")), *((k, str(w)) for k, w in KINDS.items())],
            default="",
        ),
        "event": Choice(_l("Ereignis"), (), validate_choice=False),
        "field": Choice(_l("Nur mit der Angabe"), (), validate_choice=False),
        "value": Line(_l("Wert der Angabe"), most=limits.VALUE, required=False),
        "least": Number(_l("Anzahl oder Tage"), low=1, high=limits.LEAST, required=False),
        "required": Choice(_l("Abzeichen"), (), validate_choice=False),
        "role": Choice(
            _l("Rolle, mindestens"),
            lambda: [("", _("bitte wählen")), *((r, str(w)) for r, w in ROLES.items())],
            default="",
        ),
    }.items():
        setattr(AchievementForm, f"{_name}_{_number}", _field)


class SessionForm(Form):
    """Something that took place."""

    title = Line(_l("Was stattgefunden hat"), most=limits.NAME)
    subject = Line(_l("Fach"), most=limits.SUBJECT)
    held_at = Moment(_l("Wann"))


class PeopleForm(Form):
    """Members of the area, any of them."""

    people = Choices(_l("Wer dabei war"), (), coerce=int)


class GiveForm(Form):
    """One member of the area."""

    people = Choice(_l("An wen"), (), coerce=int)


class RevokeForm(Form):
    """Why a badge, or an attendance, is taken back."""

    reason = Line(_l("Grund"), most=limits.REASON)


class ShareForm(Form):
    """A link to own badges; which ones and in which order is read beside it."""

    title = Line(_l("Überschrift"), most=limits.NAME)
    days = Number(_l("Gültig so viele Tage"), low=1, high=limits.SHARE_DAYS, default=90)
    named = Tick(_l("Meinen Namen zeigen"))


def read_order(sent: MultiDict[str, str]) -> list[int]:
    """Return the chosen awards, those with a smaller number first."""
    chosen = [int(one) for one in sent.getlist("award") if is_id(one)][: limits.SHARED]
    places = {one: sent.get(f"place-{one}", "") for one in chosen}
    return sorted(chosen, key=lambda one: int(places[one]) if is_id(places[one]) else 0)


def is_id(text: str) -> bool:
    """Tell whether what was sent is a small number."""
    return text.isascii() and text.isdigit() and len(text) < 10


def make_achievement_form(
    scope: Scope, version: VersionRow | None = None, *, achievement_id: int | None = None
) -> AchievementForm:
    """Make the form with what can be chosen here, filled from a version where there is one."""
    form = AchievementForm(data=_read_version(version) if version else None)
    events = [("", _("bitte wählen")), *list_event_words().items()]
    fields = [("", _("jede")), *list_field_words().items()]
    badges = list_requirable(scope, besides=achievement_id)
    others = [("", _("bitte wählen")), *((str(row.id), row.name) for row in badges)]
    for number in ROWS:
        _offer(form[f"event_{number}"], events)
        _offer(form[f"field_{number}"], fields)
        form[f"required_{number}"].choices = others
    return form


def read_draft(form: AchievementForm) -> Draft:
    """Read what was sent.

    Errors: Invalid at the field.
    """
    any_one = form.mode.data == "any"
    leaves = []
    for number in ROWS:
        leaf = _read_leaf(form, number, clause=number if any_one else 0)
        if leaf is not None:
            leaves.append(leaf)
    return Draft(
        name=form.name.data,
        description=form.description.data,
        narrative=form.narrative.data,
        minutes=form.minutes.data or 0,
        valid_days=form.valid_days.data or 0,
        leaves=leaves,
    )


def read_moment(form: SessionForm) -> datetime:
    """Return the moment that was meant in the reader's zone."""
    local: datetime = form.held_at.data
    return local.replace(tzinfo=speech().zone).astimezone(UTC)


def offer_people(field: Any, members: Sequence[MemberRow]) -> None:
    """Let a field choose among members; equal names are told apart by their handles."""
    field.choices = [(row.id, f"{row.name} (@{row.handle})") for row in members]


def _read_leaf(form: AchievementForm, number: int, *, clause: int) -> Leaf | None:
    kind = form[f"kind_{number}"].data
    if not kind:
        return None
    if kind == "has":
        sent = form[f"required_{number}"].data or ""
        if not is_id(sent):
            raise Invalid(f"required_{number}", _("Welches Abzeichen?"))
        return Leaf(kind="has", required_id=int(sent), clause=clause)
    if kind in STANDING:
        days = form[f"least_{number}"].data
        if not days:
            raise Invalid(f"least_{number}", _("Wie viele Tage?"))
        role = form[f"role_{number}"].data if kind == "role_held" else ""
        return Leaf(kind=cast(Kind, kind), value=role or "", least=days, clause=clause)
    return Leaf(
        kind=cast(Kind, kind),
        event=(form[f"event_{number}"].data or "")[: limits.EVENT],
        field=(form[f"field_{number}"].data or "")[: limits.FIELD],
        value=form[f"value_{number}"].data or "",
        least=form[f"least_{number}"].data or 1,
        clause=clause,
    )


def _offer(field: Any, options: Sequence[tuple[str, str]]) -> None:
    known = {value for value, _label in options}
    gone = [(field.data, _("%(event)s (gibt es hier nicht mehr)", event=field.data))]
    field.choices = [*options, *([] if not field.data or field.data in known else gone)]


def _read_version(version: VersionRow) -> dict[str, Any]:
    clauses = {leaf.clause for leaf in version.leaves}
    found: dict[str, Any] = {
        "name": version.name,
        "description": version.description,
        "narrative": version.narrative,
        "minutes": version.minutes,
        "valid_days": version.valid_days,
        "number": version.number,
        "mode": "any" if len(clauses) > 1 else "all",
    }
    for number, leaf in enumerate(version.leaves, 1):
        found |= {
            f"kind_{number}": leaf.kind,
            f"event_{number}": leaf.event,
            f"field_{number}": leaf.field,
            f"value_{number}": "" if leaf.kind in STANDING else leaf.value,
            f"role_{number}": leaf.value if leaf.kind == "role_held" else "",
            f"least_{number}": leaf.least,
            f"required_{number}": str(leaf.required_id or ""),
        }
    return found
