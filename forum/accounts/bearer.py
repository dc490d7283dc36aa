"""Who sends a request to the API: the access token in its header decides, and no cookie does."""

from __future__ import annotations

from functools import partial
from typing import Any, Final, cast

import sqlalchemy as sa
from flask import g, request

from forum.accounts.current import Access, CurrentUser
from forum.accounts.members import MEMBER, find_member, join_member, make_current
from forum.accounts.models import AccessToken
from forum.accounts.operations.access_tokens import touch_access_token
from forum.accounts.tokens import hash_token
from forum.core import clock
from forum.core.database import after_response
from forum.core.errors import Unauthorized
from forum.web.i18n import gettext as _
from forum.web.incoming import count_use

SCHEME: Final = "bearer"
USED_EVERY: Final = 60
"""Seconds between two notes that a token is in use."""

_BY_TOKEN: Final = join_member(
    sa.select(
        AccessToken.id.label("token_id"),
        AccessToken.name.label("token_name"),
        AccessToken.scopes,
        AccessToken.expires_at,
        AccessToken.last_used_at,
        *MEMBER,
    ).select_from(AccessToken),
    AccessToken.user_id,
).where(
    AccessToken.token_hash == sa.bindparam("token_hash"),
    AccessToken.expires_at > sa.bindparam("now"),
    AccessToken.revoked_at.is_(None),
)


def find_program() -> CurrentUser | None:
    """Return the member for whom a program speaks, None when it names nobody.

    Counted per network address and per token.
    Errors: Unauthorized for a token that does not hold, at the first call of a request; TooMany.
    Cost: one statement when there is a token, at the first call of a request.
    """
    if "program" not in g:
        g.program = None  # whoever is refused is nobody to those who word the refusal
        g.program = _identify()
    return cast("CurrentUser | None", g.program)


def _identify() -> CurrentUser | None:
    count_use("api.address", f"ip:{request.remote_addr}")
    given = request.headers.get("Authorization", "").strip()
    if not given:
        return None
    scheme, _blank, token = given.partition(" ")
    if scheme.lower() != SCHEME or not token.strip():
        raise Unauthorized(_("Schick den Zugang als „Authorization: Bearer …“."))
    values = {"token_hash": hash_token(token.strip()), "now": clock.now()}
    rows = find_member(_BY_TOKEN, values)
    if not rows:
        raise Unauthorized(_("Dieser Zugang gilt nicht, oder nicht mehr."))
    first = rows[0]
    count_use("api.token", f"token:{first.token_id}")
    _note_use(first)
    access = Access(
        first.token_id, first.token_name, frozenset(first.scopes.split()), first.expires_at
    )
    return make_current(rows, access=access)


def _note_use(row: sa.Row[Any]) -> None:
    last = row.last_used_at
    if last is None or (clock.now() - last).total_seconds() >= USED_EVERY:
        after_response(partial(touch_access_token, row.token_id))
