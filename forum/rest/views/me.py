"""Who the program speaks for."""

from __future__ import annotations

from forum.accounts.identity import require_current
from forum.areas.routing import current_standing
from forum.core.errors import Unauthorized
from forum.rest.endpoints import Answer, Call
from forum.rest.shapes import Me, OwnArea, Token


def show_me(_call: Call) -> Answer:
    """Return the member, the token at hand and the own areas."""
    user = require_current()
    if user.access is None:
        raise Unauthorized
    areas = [
        OwnArea(slug=area.slug, name=area.name, role=area.role) for area in current_standing().areas
    ]
    return Answer(
        Me(
            handle=user.handle,
            name=user.name,
            url=f"/u/{user.handle}",
            title=user.title,
            organisation=user.organisation,
            language=user.language,
            timezone=user.timezone,
            token=Token(
                name=user.access.name,
                scopes=sorted(user.access.scopes),
                expires_at=user.access.expires_at,
            ),
            areas=areas,
        )
    )
