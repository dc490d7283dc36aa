"""What an area decides about its polls."""

from __future__ import annotations

from collections.abc import Sequence

from pydantic import BaseModel

from forum.plugin import setting
from forum_polls import limits
from forum_polls.values import OwnAnswers, Results


class Settings(BaseModel):
    """The first two are what the form of a new poll begins with; its author may choose anew."""

    own_answers: OwnAnswers = setting(
        "off",
        label="Eigene Antworten",
        help="Womit eine neue Umfrage beginnt; wer sie stellt, kann es ändern.",
        choices={
            "off": "nur die vorgegebenen",
            "open": "Mitglieder ergänzen weitere",
            "review": "Mitglieder schlagen vor, das Kernteam lässt zu",
        },
    )
    results: Results = setting(
        "always",
        label="Ergebnis zeigen",
        help="Womit eine neue Umfrage beginnt; wer sie stellt, kann es ändern.",
        choices={
            "always": "immer",
            "after_vote": "wenn man abgestimmt hat",
            "after_close": "nach dem Ende",
            "team": "nur dem Kernteam",
        },
    )
    max_options: int = setting(
        limits.OPTIONS,
        label="Höchstzahl der Antworten",
        help="Eigene Antworten der Mitglieder zählen mit.",
        ge=limits.OPTIONS_MIN,
        le=limits.OPTIONS,
    )
    remind_days: int = setting(
        0,
        label="Tage vor dem Ende erinnern",
        help="Wer dann noch nicht abgestimmt hat, wird einmal erinnert. 0 heißt: nicht von selbst.",
        ge=0,
        le=limits.REMIND_DAYS,
    )
    templates: tuple[str, ...] = setting(
        (),
        label="Vorlagen",
        help="Eine je Zeile, so: Ja oder Nein: Ja | Nein",
        max_length=limits.TEMPLATES,
    )


def read_template(settings: Settings, name: str) -> Sequence[str]:
    """Return the options of a template of the area, by its name; none when there is no such one."""
    for title, options in list_templates(settings):
        if title == name:
            return options
    return ()


def list_templates(settings: Settings) -> Sequence[tuple[str, Sequence[str]]]:
    """Return the area's templates: names and options."""
    found = []
    for line in settings.templates:
        title, _colon, options = line.partition(":")
        parts = [part.strip() for part in options.split("|") if part.strip()]
        if title.strip() and len(parts) >= limits.OPTIONS_MIN:
            found.append((title.strip(), parts))
    return found
