"""What who runs the site, and an area, decide about chapters."""

from __future__ import annotations

from pydantic import BaseModel

from forum.plugin import setting
from forum_chapters import limits


class Settings(BaseModel):
    """The domain is the operator's alone: whoever has a name below it sees logins."""

    domain: str = setting(
        "",
        label="Adressen unterhalb von",
        help="Ein Name wie example.org, den der Betrieb auf diesen Server führt: Dann wählen Admins"
        " eines Bereichs einen Namen darunter (ni.example.org). Leer heißt: keine eigenen Namen.",
        area_admin=False,
        max_length=limits.HOST,
    )
    look: bool = setting(
        True,
        label="Eigenes Aussehen",
        help="Ob Bereiche darunter Gestaltung und Farbe selbst wählen. Sperrt der Verband diese"
        " Einstellung auf „nein“, bleibt überall sein Aussehen.",
    )
