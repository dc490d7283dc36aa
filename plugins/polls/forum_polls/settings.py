"""What an area decides about its polls."""

from __future__ import annotations

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
        choices={"off": "nur die vorgegebenen", "open": "Mitglieder ergänzen weitere"},
    )
    results: Results = setting(
        "always",
        label="Ergebnis zeigen",
        help="Womit eine neue Umfrage beginnt; wer sie stellt, kann es ändern.",
        choices={
            "always": "immer",
            "after_vote": "wenn man abgestimmt hat",
            "after_close": "nach dem Ende",
        },
    )
    max_options: int = setting(
        limits.OPTIONS,
        label="Höchstzahl der Antworten",
        help="Eigene Antworten der Mitglieder zählen mit.",
        ge=limits.OPTIONS_MIN,
        le=limits.OPTIONS,
    )
