"""Whose the posts under a name from elsewhere are: claimed by the owner of the address, given back.

The address was shown to be theirs when the account was made; nothing more is asked. Claims move
who is shown as author, and nothing else: given back, the name stands there again.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import AbstractContextManager
from typing import Final

import sqlalchemy as sa
from sqlalchemy.orm import Session

from forum.api.data import (
    Conflict,
    NotFound,
    Scope,
    attribute_posts,
    mark_for_search,
    now,
    pseudonymise_ghosts,
    record_audit,
    unscoped,
)
from forum.api.web import gettext as _
from forum_crosspost.models import Author, Origin, Source
from forum_crosspost.rules import hash_own_address, require_manage, require_member

PROOF: Final = "mail"


def claim_author(scope: Scope, author_id: int) -> int:
    """Let what was written under a name in this area be the viewer's; return how many posts.

    Claimed again, what came since is theirs too.
    Errors: NotFound unless the name has the viewer's own confirmed address; Conflict when
        somebody else has it.
    """
    user_id = require_member(scope)
    with _everywhere() as session:
        author = _find_own(session, scope, author_id)
        if author.claimed_by_id not in (None, user_id):
            raise Conflict(_("Diese Beiträge gehören schon jemand anderem."))
        author.claimed_by_id, author.claim_proof, author.claimed_at = user_id, PROOF, now()
        ghost_id = author.ghost_id
    return _move(scope, author_id, ghost_id, user_id, "crosspost.claim_author")


def return_author(scope: Scope, author_id: int) -> int:
    """Give a name back what was claimed; for the member, and for the area's admins.

    Errors: NotFound; Denied for others; Conflict when nobody has claimed it.
    """
    with _everywhere() as session:
        author = _find(session, scope, author_id)
        claimed_by = author.claimed_by_id
        if claimed_by is None or claimed_by != scope.user_id:
            require_manage(scope)
        if claimed_by is None:
            raise Conflict(_("Diese Beiträge hat niemand übernommen."))
        author.claimed_by_id, author.claim_proof, author.claimed_at = None, "", None
        ghost_id = author.ghost_id
    return _move(scope, author_id, claimed_by, ghost_id, "crosspost.return_author")


def object_to_name(scope: Scope, author_id: int) -> int:
    """Take the viewer's own name from what came from elsewhere, in every source that knows it.

    Errors: NotFound unless the name has the viewer's own confirmed address.
    """
    require_member(scope)
    with _everywhere() as session:
        author = _find_own(session, scope, author_id)
        same = session.scalars(sa.select(Author).where(Author.addr_hmac == author.addr_hmac)).all()
        ghosts = forget_names(session, same)
    record_audit(
        "crosspost.object",
        scope.user_id,
        area_id=scope.area.id,
        subject=f"crosspost_author:{author_id}",
    )
    return pseudonymise_ghosts(ghosts, name=_("Gast"))


def forget_names(session: Session, authors: Sequence[Author]) -> list[int]:
    """Forget how writers were called; return their ghosts, whose names are to go as well."""
    for author in authors:
        author.display = ""
    return [author.ghost_id for author in authors]


def _find(session: Session, scope: Scope, author_id: int) -> Author:
    statement = (
        sa.select(Author)
        .join(Source, Source.id == Author.source_id)
        .where(Author.id == author_id, Source.area_id == scope.area.id)
        .with_for_update(of=Author)
    )
    author = session.scalars(statement).one_or_none()
    if author is None:
        raise NotFound
    return author


def _find_own(session: Session, scope: Scope, author_id: int) -> Author:
    author = _find(session, scope, author_id)
    if author.addr_hmac is None or author.addr_hmac != hash_own_address(scope):
        raise NotFound
    return author


def _move(scope: Scope, author_id: int, source_id: int, target_id: int, action: str) -> int:
    with _everywhere() as session:
        posts = session.scalars(sa.select(Origin.post_id).where(Origin.author_id == author_id))
        ids = [*posts]
    moved = attribute_posts(ids, source_id=source_id, target_id=target_id)
    for topic_id in moved.topic_ids:
        mark_for_search(topic_id)
    record_audit(
        action,
        scope.user_id,
        area_id=scope.area.id,
        subject=f"crosspost_author:{author_id}",
        posts=moved.posts,
    )
    return moved.posts


def _everywhere() -> AbstractContextManager[Session]:
    """Return a session for names of any source; who may is asked before."""
    return unscoped("crosspost: names from elsewhere are looked up by their hash")
