"""Areas under names of their own: what stands at the root of such a host, where pages belong.

Every page answers under every name of the site. What is shown of an area says by its canonical
address under which name it belongs: that of the nearest area above, itself included, that has one.
"""

from __future__ import annotations

from typing import Final, cast
from urllib.parse import quote

from flask import Flask, g, has_request_context, request
from flask.typing import ResponseReturnValue

from forum.areas.beside import get_kept_scope_by_id
from forum.areas.queries.hosts import HostBook, get_host_book
from forum.areas.routing import area_url, current_standing
from forum.areas.scope import Scope
from forum.core.config import current_config
from forum.core.errors import NotFound
from forum.core.services import service
from forum.plugin.checks import check_for
from forum.plugin.types import HostPath
from forum.web.frame import Scoped, parts
from forum.web.incoming import HOSTS, incoming, mapped_host
from forum.web.kept import keep_part
from forum.web.mails import host_url, site_url

_READING: Final = frozenset({"GET", "HEAD"})
_IS_PAGE: Final = check_for(str | None)


def install_hosts(app: Flask) -> None:
    """Let names lead to areas, and pages say where they belong."""
    app.extensions[HOSTS] = lambda name: name in _book().areas
    parts(app).canonical = find_canonical


def show_front() -> ResponseReturnValue | None:
    """Show what stands at the root of an area's host, None under the site's own name.

    Who may see what is decided as at the area's own address. Errors: NotFound.
    """
    scope = _find_scope()
    if scope is None:
        return None
    if not scope.reads:
        return cast(ResponseReturnValue, service("listed_page")(scope))
    page = _ask_plugins(scope, "/")
    if page is not None:
        return page
    incoming().belongs_at = area_url(scope.area.slug)
    return cast(ResponseReturnValue, service("area_home")())


def find_host_page(path: HostPath) -> str | None:
    """Return what a plugin of the area shows at this path of its host.

    None under the site's own name, for who may not read the area, and where no plugin has any.
    """
    try:
        scope = _find_scope()
    except NotFound:
        return None
    return _ask_plugins(scope, path) if scope is not None and scope.reads else None


def find_canonical(scope: Scoped | None) -> str:
    """Return the full address under which the page belongs, "" when it was asked for there.

    Without FORUM_PUBLIC_URL names do not count, and the address is a path.
    """
    if not has_request_context() or request.method not in _READING:
        return ""
    here, belongs_at = mapped_host(), incoming().belongs_at
    if not current_config().public_url:
        return belongs_at
    right = "" if scope is None else _find_name(cast(Scope, scope))
    if here == right and not belongs_at:
        return ""
    path = belongs_at or _address()
    return host_url(right, path) if right else site_url(path)


def _address() -> str:
    path, query = quote(request.path), request.query_string.decode("ascii", "ignore")
    return f"{path}?{query}" if query else path


def _book() -> HostBook:
    return keep_part(("hosts",), get_host_book)


def _find_scope() -> Scope | None:
    here = mapped_host()
    area_id = _book().areas.get(here) if here else None
    if area_id is None:
        return None
    g.scope = get_kept_scope_by_id(current_standing(), area_id)
    return cast(Scope, g.scope)


def _find_name(scope: Scope) -> str:
    """Return the name of the nearest area above that has one; a seal ends what is above."""
    names = _book().names
    return next((names[one] for one in reversed(scope.area.flow) if one in names), "")


def _ask_plugins(scope: Scope, path: HostPath) -> str | None:
    dispatcher = service("dispatcher")
    for plugin, page in dispatcher.list_host_pages(path, scope.plugins):
        found: str | None = dispatcher.run(
            plugin,
            f"host {path}",
            page.view,
            (scope,),
            kind="panel",
            on_error="skip",
            area_id=scope.area.id,
            check=_IS_PAGE,
        )
        if found is not None:
            return found
    return None
