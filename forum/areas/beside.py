"""What stands beside the content of hot pages, kept between requests: path, core team, areas below.

Other pages ask the queries themselves.
"""

from __future__ import annotations

from functools import partial

from forum.areas.queries import Crumb, TeamRow, list_children, list_core_team, list_path
from forum.areas.scope import Scope
from forum.web.kept import keep_part


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
