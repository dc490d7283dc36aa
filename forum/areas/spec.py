"""What somebody wants an area to be: the input of creating and editing, checked."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from forum.core import limits
from forum.core.errors import Invalid
from forum.web.colour import TEXT, contrast_ratio, is_hex
from forum.web.i18n import gettext as _

KINDS: Final = ("federation", "region", "committee", "topic", "role", "adhoc")
VISIBILITIES: Final = ("public", "members", "listed", "hidden")
JOININGS: Final = ("open", "apply", "invite", "rule", "none")
WRITERS: Final = ("members", "site", "editors")
LANGUAGES: Final = ("de", "en", "sv")

_CHOICES: Final = {
    "kind": KINDS,
    "visibility": VISIBILITIES,
    "joining": JOININGS,
    "topics_by": WRITERS,
    "replies_by": WRITERS,
    "language": ("", *LANGUAGES),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class AreaSpec:
    """An empty `slug` is made from the name; empty language, theme and accent are inherited.

    `everyone` is for the admins of the root; `sealed` counts when the area is created, later
    there are operations for it. Without `position` an area keeps the one it has.
    """

    name: str
    kind: str = "topic"
    slug: str = ""
    summary: str = ""
    visibility: str = "members"
    sealed: bool = False
    everyone: bool = False
    casual: bool = False
    joining: str = "open"
    topics_by: str = "members"
    replies_by: str = "members"
    language: str = ""
    theme: str = ""
    accent: str = ""
    ends_at: datetime | None = None
    position: int | None = None


def check_spec(spec: AreaSpec) -> None:
    """Errors: raises Invalid at the first field that does not hold."""
    for field, values in _CHOICES.items():
        if getattr(spec, field) not in values:
            raise Invalid(field, _("Bitte wähle einen der Vorschläge."))
    if not spec.name.strip():
        raise Invalid("name", _("Bitte gib dem Bereich einen Namen."))
    if len(spec.name) > limits.NAME:
        raise Invalid("name", _("Der Name ist zu lang."))
    if len(spec.summary) > limits.SUMMARY:
        raise Invalid("summary", _("Die Beschreibung ist zu lang."))
    if spec.ends_at is not None and spec.kind != "adhoc":
        raise Invalid("ends_at", _("Nur ein Bereich auf Zeit hat ein Ende."))
    check_accent(spec.accent)


def check_accent(accent: str) -> None:
    """Errors: raises Invalid at `accent`, with the contrast that was measured and the least."""
    if not accent:
        return
    if not is_hex(accent) or len(accent.removeprefix("#")) != 6:
        raise Invalid("accent", _("Bitte gib die Farbe als sechsstelligen Wert an, etwa 0d6b50."))
    ratio = contrast_ratio(accent, "#ffffff")
    if ratio < TEXT:
        raise Invalid(
            "accent",
            _(
                "Diese Farbe hat auf Weiß nur ein Kontrastverhältnis von %(ratio)s : 1, nötig sind"
                " %(least)s : 1. Bitte nimm eine dunklere.",
                ratio=f"{ratio:.1f}".replace(".", ","),
                least=f"{TEXT:.1f}".replace(".", ","),
            ),
        )


def check_reason(reason: str) -> str:
    """Return the reason of a step without blanks around it.

    Errors: raises Invalid at `reason` when it is too long for the log.
    """
    if len(reason) > limits.REASON:
        raise Invalid("reason", _("Die Begründung ist zu lang."))
    return reason.strip()


def to_columns(spec: AreaSpec) -> dict[str, Any]:
    """Return the columns of `models.Area` that a spec fills; not slug, seal and language."""
    place = {} if spec.position is None else {"position": spec.position}
    return {
        **place,
        "name": " ".join(spec.name.split()),
        "kind": spec.kind,
        "summary": spec.summary.strip(),
        "visibility": spec.visibility,
        "everyone": spec.everyone,
        "casual": spec.casual,
        "joining": spec.joining,
        "topics_by": spec.topics_by,
        "replies_by": spec.replies_by,
        "own_theme": spec.theme,
        "own_accent": spec.accent.removeprefix("#").lower(),
        "ends_at": spec.ends_at,
    }
