"""The addresses of areas: made from names, unique on the site, old ones keep leading home."""

from __future__ import annotations

import re
import unicodedata
from typing import Final

import sqlalchemy as sa
from sqlalchemy.orm import Session

from forum.areas.models import Area, AreaSlug
from forum.core import limits
from forum.core.errors import Invalid
from forum.web.i18n import gettext as _

RESERVED: Final = frozenset(
    """a admin api avatars datenschutz embed feed files healthz help hilfe ich impressum login
    logout me neu new notifications oauth password privacy readyz register robots search settings
    site sitemap static t u verzeichnis www""".split()
)
_SHAPE: Final = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_OTHER: Final = re.compile(r"[^a-z0-9]+")
_LETTERS: Final = str.maketrans(
    {"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss", "å": "a", "æ": "ae", "ø": "o", "œ": "oe"}
)


def make_slug(name: str) -> str:
    """Return the address a name suggests; "bereich" when nothing of it can stand in one."""
    lowered = unicodedata.normalize("NFC", name).casefold().translate(_LETTERS)
    plain = unicodedata.normalize("NFKD", lowered).encode("ascii", "ignore").decode()
    return _OTHER.sub("-", plain)[: limits.SLUG - 5].strip("-") or "bereich"


def check_slug(slug: str) -> None:
    """Errors: raises Invalid at `slug` for what is no address or belongs to the site."""
    if len(slug) > limits.SLUG or not _SHAPE.fullmatch(slug):
        raise Invalid(
            "slug", _("Nur Kleinbuchstaben, Ziffern und einzelne Bindestriche dazwischen.")
        )
    if slug in RESERVED:
        raise Invalid("slug", _("Diese Adresse braucht die Seite selbst. Bitte wähle eine andere."))


def claim_slug(session: Session, slug: str, *, name: str, own_id: int | None = None) -> str:
    """Return the address to use: the one wished for, or a free one made from the name.

    Errors: raises Invalid at `slug` when the wish is malformed or taken, also as an old address.
    """
    if slug:
        check_slug(slug)
        if slug in _list_taken(session, slug, own_id=own_id):
            raise Invalid("slug", _("Diese Adresse gehört schon einem anderen Bereich."))
        return slug
    stem = make_slug(name)
    taken = _list_taken(session, stem, own_id=own_id) | RESERVED
    number, free = 2, stem
    while free in taken:
        free, number = f"{stem}-{number}", number + 1
    return free


def _list_taken(session: Session, stem: str, *, own_id: int | None) -> set[str]:
    """Return addresses in use that begin like this one, present and old."""
    present = sa.select(Area.slug).where(Area.slug.startswith(stem, autoescape=True))
    old = sa.select(AreaSlug.slug).where(AreaSlug.slug.startswith(stem, autoescape=True))
    if own_id is not None:
        present = present.where(Area.id != own_id)
        old = old.where(AreaSlug.area_id != own_id)
    return set(session.scalars(present.union_all(old)))


def keep_old_slug(session: Session, area_id: int, *, old: str, new: str) -> None:
    """Let the old address lead to the area from now on, and the new one be its own."""
    session.execute(sa.delete(AreaSlug).where(AreaSlug.slug == new))
    session.execute(sa.insert(AreaSlug).values(slug=old, area_id=area_id))
