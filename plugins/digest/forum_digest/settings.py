"""What the federation decides about digests; asked at the root, where they are planned."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel

from forum.plugin import setting


class Settings(BaseModel):
    """Whom they reach without having asked, and when one is worth a mail."""

    inactive: Literal["off", "weekly", "monthly"] = setting(
        "weekly",
        label="Mitglieder, die lange nicht hier waren",
        help="Wer selbst gewählt hat, bekommt, was er gewählt hat. Wer wieder da ist, nichts mehr.",
        choices={
            "off": "bekommen nichts, was sie nicht bestellt haben",
            "weekly": "bekommen jede Woche eine Übersicht",
            "monthly": "bekommen jeden Monat eine Übersicht",
        },
    )
    inactive_days: int = setting(
        21, label="Nach so vielen Tagen war jemand lange nicht hier", ge=7, le=180
    )
    threshold: int = setting(
        3,
        label="Wie viel eine Übersicht wert sein muss",
        help="Eine Person, die etwas schreibt, zählt 3. Was darunter liegt, kommt in die nächste.",
        ge=1,
        le=50,
    )
    unsubscribe_address: str = setting(
        "",
        label="Mailadresse zum Abbestellen",
        help="Steht neben dem Link im Kopf der Mail; wer dort liest, bestellt von Hand ab.",
        area_admin=False,
        max_length=120,
        pattern=r"^([^@\s<>,]+@[^@\s<>,]+)?$",
    )
