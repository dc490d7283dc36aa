"""What readers see of a branch: its front page and its legal texts."""

from __future__ import annotations

from flask import Response
from markupsafe import Markup

from forum.api.data import NotFound, Scope, can_edit, list_path
from forum.api.web import gettext as _
from forum.api.web import render, show_html
from forum_chapters.landing import make_landing
from forum_chapters.operations.logos import TYPE
from forum_chapters.queries import Front, find_logo, get_front


def base_of(scope: Scope) -> str:
    """Return the address that the plugin's pages of an area stand below."""
    return f"/a/{scope.area.slug}/chapters/"


def crumbs_of(scope: Scope) -> list[tuple[str, str]]:
    """Return the path to the area."""
    return [(crumb.name, f"/a/{crumb.slug}/") for crumb in list_path(scope)]


def show_front(scope: Scope) -> str:
    """Show the front page at its place below the area."""
    return render_front(scope, get_front(scope), crumbs=crumbs_of(scope))


def show_at_host(scope: Scope) -> str:
    """Show the front page at the root of the area's own host; the host says where one is."""
    return render_front(scope, get_front(scope))


def render_front(scope: Scope, front: Front, *, crumbs: list[tuple[str, str]] | None = None) -> str:
    """Render a front page in the look of a scope."""
    return render(
        "chapters/front.html",
        scope=scope,
        page=make_landing(scope, front),
        crumbs=crumbs or (),
        base=base_of(scope),
        may_edit=can_edit(scope),
    )


def show_logo(scope: Scope) -> Response:
    """Send the logo; its address changes with it. Errors: NotFound where there is none."""
    body = find_logo(scope)
    if body is None:
        raise NotFound
    answer = Response(body, mimetype=TYPE)
    answer.headers["Cache-Control"] = "private, max-age=86400"
    return answer


def show_imprint(scope: Scope) -> str:
    """Show who is responsible for the branch. Errors: NotFound where nothing is written."""
    return _require(find_imprint(scope))


def show_privacy(scope: Scope) -> str:
    """Show what the branch does with personal data. Errors: NotFound where nothing is written."""
    return _require(find_privacy(scope))


def find_imprint(scope: Scope) -> str | None:
    """Return the branch's imprint, None to leave the place to the site's."""
    return _find_text(scope, get_front(scope).imprint_html, title=_("Impressum"))


def find_privacy(scope: Scope) -> str | None:
    """Return the branch's privacy text, None to leave the place to the site's."""
    return _find_text(scope, get_front(scope).privacy_html, title=_("Datenschutz"))


def _find_text(scope: Scope, html: str, *, title: str) -> str | None:
    if not html:
        return None
    text: Markup = show_html(html)
    return render("chapters/legal.html", scope=scope, text=text, title=title)


def _require(page: str | None) -> str:
    if page is None:
        raise NotFound
    return page
