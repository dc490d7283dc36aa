"""What hot pages keep between requests: the area at hand, its path, core team, areas below.

Other pages ask the queries themselves.
"""

from __future__ import annotations

from functools import partial

from forum.areas.queries import (
    Crumb,
    TeamRow,
    get_scope,
    get_scope_by_id,
    list_children,
    list_core_team,
    list_path,
)
from forum.areas.scope import Scope, Standing
from forum.web.kept import keep_part


def get_kept_scope(standing: Standing, slug: str) -> Scope:
    """Return the area at an address as `get_scope` does.

    Its figures may be of half a minute ago; roles, states and who reads are of now.
    Errors: NotFound, AddressChanged.
    """
    read = partial(get_scope, standing.viewer, slug, standing=standing)
    return keep_part(("scope", slug, standing.viewer.user_id, standing.operator), read)


def get_kept_scope_by_id(standing: Standing, area_id: int) -> Scope:
    """Return an area by its id as `get_kept_scope` does.

    Errors: NotFound.
    """
    read = partial(get_scope_by_id, standing.viewer, area_id, standing=standing)
    return keep_part(("scope", area_id, standing.viewer.user_id, standing.operator), read)


def list_kept_path(scope: Scope) -> list[Crumb]:
    """List the areas from the root to this one, as far as the viewer may know of them."""
    return keep_part(("path", scope.area.id, scope.user_id), partial(list_path, scope))


def list_kept_team(scope: Scope) -> tuple[TeamRow, ...]:
    """List the core team of an area. All who read the area see the same."""
    viewer = 0 if scope.reads else scope.user_id
    key = ("team", scope.area.id, scope.reads, viewer)
    return keep_part(key, lambda: tuple(list_core_team(scope)))


def list_kept_children(scope: Scope) -> list[Crumb]:
    """List the areas directly below this one, as far as the viewer may know of them."""
    return keep_part(("children", scope.area.id, scope.user_id), partial(list_children, scope))
