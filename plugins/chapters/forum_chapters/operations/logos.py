"""The logo of a branch: whatever was uploaded is decoded and written anew by the core."""

from __future__ import annotations

from base64 import b64encode
from hashlib import blake2b
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from forum.api.data import Invalid, Scope, db, make_picture, record_audit, unscoped
from forum.api.web import gettext as _
from forum.plugin import AreaBundle
from forum_chapters import limits, rules
from forum_chapters.models import Logo
from forum_chapters.operations.pages import begin_front
from forum_chapters.queries import get_settings

TYPE: Final = "image/webp"


def choose_logo(scope: Scope, raw: bytes) -> None:
    """Give the area a logo, a square of 256 pixels.

    Errors: Denied without the role or where the roof has locked how areas look; Invalid at `logo`
        for what is no picture or too large.
    """
    rules.require_own_look(scope, get_settings(scope))
    body = make_picture(raw, field="logo").large
    if len(body) > limits.LOGO:
        raise Invalid("logo", _("Das Bild ist zu groß."))
    begin_front(scope.area.id)
    store_logo(scope.area.id, body)
    record_audit("chapters.choose_logo", scope.user_id, area_id=scope.area.id)


def remove_logo(scope: Scope) -> None:
    """Take the logo of the area away. Errors: Denied as `choose_logo`."""
    rules.require_own_look(scope, get_settings(scope))
    db.session.execute(
        sa.delete(Logo)
        .where(Logo.area_id == scope.area.id)
        .execution_options(synchronize_session=False)
    )
    record_audit("chapters.remove_logo", scope.user_id, area_id=scope.area.id)


def store_logo(area_id: int, body: bytes) -> None:
    """Put the row of an area there, or in the place of the one before."""
    on_postgresql = db.session.get_bind().dialect.name == "postgresql"
    insert: Any = postgresql.insert if on_postgresql else sqlite.insert
    values = {"digest": blake2b(body, digest_size=8).hexdigest(), "body": body}
    statement = insert(Logo).values(area_id=area_id, **values)
    db.session.execute(statement.on_conflict_do_update(index_elements=["area_id"], set_=values))


def copy_logo(source_id: int, target_id: int) -> int:
    """Give a new area the logo of another one; return how many rows were made."""
    found = sa.select(Logo.body).where(Logo.area_id == source_id)
    with unscoped("chapters: a logo is copied by the area's admins, too") as session:
        body = session.scalar(found)
    if body is None:
        return 0
    store_logo(target_id, body)
    return 1


def bundle_logo(area_id: int, bundle: AreaBundle) -> None:
    """Write the logo of an area to its bundle, the picture as base64."""
    found = sa.select(Logo.body).where(Logo.area_id == area_id)
    with unscoped("chapters: a bundle holds the area whole, whoever asks") as session:
        body = session.scalar(found)
    told = [] if body is None else [{"type": TYPE, "base64": b64encode(body).decode()}]
    bundle.write("logo", told)
