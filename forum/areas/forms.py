"""Forms about areas: what people type, in the shapes that operations take."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from forum.areas import words
from forum.areas.scope import AreaRow
from forum.areas.spec import AreaSpec
from forum.core import limits
from forum.core.errors import Invalid
from forum.web.forms import Choice, Form, Line, Moment, Number, Size, Text, Tick
from forum.web.i18n import gettext as _
from forum.web.i18n import lazy_gettext as _l
from forum.web.i18n import speech
from forum.web.looks import list_themes

_LANGUAGES = [("de", "Deutsch"), ("en", "English"), ("sv", "Svenska")]
# Memberships by rule have no form of their own: a rule says who belongs.
_JOININGS = [(name, word) for name, word in words.JOININGS.items() if name != "rule"]
_SUMMARY = Size(chars=limits.SUMMARY)
_REASON = Size(chars=limits.REASON)


def _themes() -> list[tuple[str, str]]:
    return [("", _("wie der Bereich darüber")), *list_themes()]


class AreaForm(Form):
    """What an area is, for making and editing it."""

    name = Line(_l("Name"), most=limits.NAME)
    slug = Line(_l("Adresse"), most=limits.SLUG, required=False)
    # Not "summary": that is the id of the list of errors above every form.
    about = Text(_l("Worum es geht"), _SUMMARY, size=4 * limits.SUMMARY, required=False, default="")
    kind = Choice(_l("Art"), list(words.KINDS.items()), default="topic")
    visibility = Choice(
        _l("Wer sieht was?"), list(words.VISIBILITIES.items()), radio=True, default="members"
    )
    joining = Choice(_l("Wie kommt man hinein?"), _JOININGS, radio=True, default="open")
    topics_by = Choice(
        _l("Wer beginnt Themen?"), list(words.WRITERS.items()), radio=True, default="members"
    )
    replies_by = Choice(
        _l("Wer antwortet?"), list(words.WRITERS.items()), radio=True, default="members"
    )
    language = Choice(_l("Sprache"), _LANGUAGES, default="de")
    casual = Tick(_l("Zum Plaudern: nie dringend, nie in der Übersicht per Mail"))
    everyone = Tick(_l("Für alle: Jedes Mitglied der Seite gehört dazu"))
    ends_at = Moment(_l("Endet am"), required=False)
    theme = Choice(_l("Gestaltung"), _themes, default="")
    accent = Line(_l("Farbe"), most=7, required=False)

    def refuse(self, error: Invalid) -> None:
        """Show what an operation refused at its field."""
        renamed = Invalid("about", error.message) if error.field == "summary" else error
        super().refuse(renamed)

    def to_spec(self, *, sealed: bool = False) -> AreaSpec:
        """Return what was typed as operations take it."""
        return AreaSpec(
            name=self.name.data,
            kind=self.kind.data,
            slug=self.slug.data or "",
            summary=self.about.data or "",
            visibility=self.visibility.data,
            sealed=sealed,
            everyone=self.everyone.data,
            casual=self.casual.data,
            joining=self.joining.data,
            topics_by=self.topics_by.data,
            replies_by=self.replies_by.data,
            language=self.language.data,
            theme=self.theme.data,
            accent=self.accent.data or "",
            ends_at=to_utc(self.ends_at.data),
        )


class NewAreaForm(AreaForm):
    """Making an area below another."""

    sealed = Tick(_l("Versiegeln: Admins von oben sehen nur Namen und Vorsitz"))
    like = Choice(_l("Wie ein anderer Bereich"), [], validate_choice=False, default="")


def fill(area: AreaRow, own: tuple[str, str]) -> dict[str, Any]:
    """Return what stands in the form of an area; `own` are its own theme and accent."""
    ends_at = None
    if area.ends_at is not None:
        ends_at = area.ends_at.astimezone(speech().zone).replace(tzinfo=None)
    names = ("name", "slug", "kind", "visibility", "joining", "topics_by", "replies_by")
    values = {name: getattr(area, name) for name in (*names, "language", "casual", "everyone")}
    return {**values, "about": area.summary, "ends_at": ends_at, "theme": own[0], "accent": own[1]}


def to_utc(local: datetime | None) -> datetime | None:
    """Read a local time of the form in the viewer's zone."""
    return None if local is None else local.replace(tzinfo=speech().zone).astimezone(UTC)


class MoveForm(Form):
    """Where an area shall hang."""

    parent = Choice(_l("Künftig unter"), [], validate_choice=False)


class ReasonForm(Form):
    """A step that wants a reason for the log."""

    reason = Line(_l("Grund (steht im Protokoll)"), most=limits.REASON, required=False)


class DeleteForm(Form):
    """Deleting an area; what stands in it goes only when its address is typed."""

    confirm = Line(_l("Adresse des Bereichs"), most=limits.SLUG, required=False)
    reason = Line(_l("Grund (steht im Protokoll)"), most=limits.REASON, required=False)


class ApplyForm(Form):
    """Asking to join."""

    reason = Text(_l("Warum möchtest du mitmachen?"), _REASON, size=4 * limits.REASON)


class AnswerForm(Form):
    """Deciding about an application; the two buttons say what."""

    answer = Text(
        _l("Antwort an die Person"), _REASON, size=4 * limits.REASON, required=False, default=""
    )


class RoleForm(Form):
    """A member's role."""

    role = Choice(_l("Rolle"), list(words.ROLES.items()), radio=True)
    title = Choice(_l("Amt"), list(words.TITLES.items()), default="")
    ends_at = Moment(_l("Bis"), required=False)
    reason = Line(_l("Grund (steht im Protokoll)"), most=limits.REASON, required=False)


class InviteForm(Form):
    """A link to join by."""

    role = Choice(_l("Als"), list(words.ROLES.items()), default="member")
    max_uses = Number(_l("Für wie viele Personen"), low=1, high=1_000, default=1)
    days = Number(_l("Gültig, in Tagen"), low=1, high=90, default=14)


class StateForm(Form):
    """What an area says about a plugin."""

    state = Choice(_l("In diesem Bereich"), list(words.PLUGIN_STATES.items()), radio=True)
    reason = Line(
        _l("Grund (sehen auch die Bereiche darunter)"), most=limits.REASON, required=False
    )


class ConfirmForm(Form):
    """Nothing but a button."""
