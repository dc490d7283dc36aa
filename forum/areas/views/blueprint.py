"""The blueprint of an area's own pages, and what its views begin and end with."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Blueprint, Response, flash, make_response, redirect, request
from flask.typing import ResponseReturnValue

from forum.areas.menu import area_tools
from forum.areas.queries import list_path
from forum.areas.routing import area_blueprint, area_url, current_scope
from forum.core.database import rollback, set_mode
from forum.core.errors import Conflict, Invalid, TooMany
from forum.web.forms import Form
from forum.web.render import render

blueprint = area_blueprint("areas", __name__)
entrance = Blueprint("areas_entrance", __name__)

Act = Callable[[], str]
"""Does what was asked for and returns where to go next."""


def page(template: str, *, here: str, tab: str = "", **values: Any) -> Response:
    """Return a page of the area; with a form that was sent and refused it has status 422."""
    scope = current_scope()
    html = render(
        f"areas/{template}.html",
        scope=scope,
        crumbs=[(crumb.name, area_url(crumb.slug)) for crumb in list_path(scope)],
        here=here,
        tools=area_tools(scope, current=tab),
        base=area_url(scope.area.slug),
        me=scope.user_id,
        **values,
    )
    return make_response(html, 422 if request.method == "POST" else 200)


def send(form: Form, act: Act) -> ResponseReturnValue | None:
    """Do what a form asks for, once; None when it was not sent or is shown again.

    What an operation refuses stands at its field, with everything typed kept.
    """
    if not form.submitted():
        return None
    try:
        return redirect(form.once(current_scope().user_id, act), 303)
    except (Invalid, Conflict, TooMany) as error:
        rollback()
        set_mode("read")
        form.refuse(error if isinstance(error, Invalid) else Invalid("", error.message))
        return None


def press(act: Callable[[], object], *, said: str, target: str) -> ResponseReturnValue:
    """Do what a single button asks for and say so; what is refused is said as well."""
    try:
        act()
    except (Invalid, Conflict) as error:
        rollback()
        flash(error.message, "error")
    else:
        flash(said, "done")
    return redirect(target, 303)


def go(target: str, text: str) -> str:
    """Say what was done; return where to go."""
    flash(text, "done")
    return target
