"""The look of a branch: a theme that the operator has, an accent that can be read."""

from __future__ import annotations

from forum.api.data import Invalid, Scope, change_look
from forum.api.web import gettext as _
from forum.api.web import list_themes, measure_accent
from forum_chapters import rules
from forum_chapters.queries import get_settings


def check_look(scope: Scope, *, theme: str, accent: str) -> None:
    """Refuse what cannot be read, with what was measured.

    Errors: Invalid at `theme` for one that is not there, at `accent` for what is no colour or
        does not stand out from a ground of the theme.
    """
    if theme and theme not in dict(list_themes()):
        raise Invalid("theme", _("Bitte wähle einen der Vorschläge."))
    if not accent:
        return
    try:
        pairs = measure_accent(theme or scope.area.theme, accent)
    except ValueError as error:
        said = _("Bitte gib die Farbe als sechsstelligen Wert an, etwa 0d6b50.")
        raise Invalid("accent", said) from error
    failing = min(pairs, key=lambda pair: pair.ratio / pair.least)
    if not failing.holds:
        raise Invalid(
            "accent",
            _(
                "Diese Farbe hat auf dem Grund %(back)s nur ein Kontrastverhältnis von"
                " %(ratio)s : 1, nötig sind %(least)s : 1. Bitte nimm eine dunklere.",
                back=failing.back,
                ratio=tell_ratio(failing.ratio),
                least=tell_ratio(failing.least),
            ),
        )


def tell_ratio(ratio: float) -> str:
    """Write a ratio with one decimal, rounded down: 4,46 is not yet 4,5."""
    return f"{int(ratio * 10) / 10:.1f}".replace(".", ",")


def choose_look(scope: Scope, *, theme: str, accent: str) -> None:
    """Give the area a look of its own, "" is what is above; only it and what is below change.

    Errors: Denied without the role or where the roof has locked it; as `check_look`.
    """
    rules.require_own_look(scope, get_settings(scope))
    check_look(scope, theme=theme, accent=accent)
    change_look(scope, theme=theme, accent=accent)
