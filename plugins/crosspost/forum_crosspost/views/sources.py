"""The pages of sources and results: HTTP in and out. The core has asked for state and right."""

from __future__ import annotations

from flask import flash, redirect, request
from flask.typing import ResponseReturnValue

from forum.api.data import Conflict, Invalid, Scope, TooMany, db, list_path
from forum.api.web import count_use, render
from forum.api.web import gettext as _
from forum.plugin import Route
from forum_crosspost import limits, rules
from forum_crosspost.feeds import choices
from forum_crosspost.feeds.probing import probe_feed
from forum_crosspost.feeds.words import tell
from forum_crosspost.forms import FeedForm, ResultForm
from forum_crosspost.operations import add_result
from forum_crosspost.operations.feeds import (
    add_feed,
    fetch_feed_now,
    remove_feed,
    set_feed_state,
)
from forum_crosspost.sources import list_sources
from forum_crosspost.views.runs import MANAGE
from forum_crosspost.words import tell_kind

RESULTS = "results"


def list_all(scope: Scope) -> ResponseReturnValue:
    """Show where posts come from, and how the visits went."""
    rules.require_manage(scope)
    return render(
        "crosspost/sources.html",
        scope=scope,
        sources=list_sources(scope),
        tell=tell,
        tell_kind=tell_kind,
        words=choices,
        base=_base(scope),
        crumbs=_crumbs(scope),
    )


def ask(scope: Scope) -> ResponseReturnValue:
    """Ask for the address of a feed. Nothing is fetched."""
    rules.require_manage(scope)
    return _ask(scope, _fill(url=""))


def look(scope: Scope) -> ResponseReturnValue:
    """Look at an address and show what would come in; nothing is written.

    Others are fetched from here at somebody's wish: so often, and only by who sends the form.
    """
    rules.require_manage(scope)
    url = request.form.get("url", "").strip()[: limits.URL + 1]
    try:
        if not url:
            raise Invalid("url", _("Gib die Adresse eines Feeds ein."))
        count_use("fetch", f"user:{scope.user_id}")
        probe = probe_feed(url if "://" in url else f"https://{url}")
    except (Invalid, TooMany) as refused:
        page = _ask(scope, _fill(url=url), sought=url, error=refused.message)
        return page, refused.status
    form = _fill(url=probe.url, label=probe.feed.title[: limits.LABEL], ids=probe.ids)
    return _ask(scope, form, sought=url, probe=probe)


def _fill(**values: str) -> FeedForm:
    return FeedForm(formdata=None, data={"policy": "link", "ids": "guid", **values})


def add(scope: Scope) -> ResponseReturnValue:
    """Have a feed fetched from now on."""
    form = FeedForm()
    if form.submitted():
        try:
            with db.session.begin_nested():
                add_feed(scope, form.to_new())
            flash(_("Die Quelle ist eingerichtet. Gleich kommen ihre Einträge."), "done")
            return redirect(_base(scope), 303)
        except Invalid as refused:
            form.refuse(refused)
    return _ask(scope, form), 422


def _ask(scope: Scope, form: FeedForm, **found: object) -> str:
    return render(
        "crosspost/add.html",
        scope=scope,
        form=form,
        words=choices,
        notes={value: str(note) for value, note in choices.POLICY_NOTES.items()},
        base=_base(scope),
        crumbs=_crumbs(scope),
        **{"probe": None, "sought": "", "error": "", **found},
    )


def set_state(scope: Scope, source_id: int) -> ResponseReturnValue:
    """Pause a feed or take it up again."""
    state = request.form.get("state", "")
    set_feed_state(scope, source_id, state=state)
    flash(
        _("Die Quelle wird wieder abgerufen.") if state == "on" else _("Die Quelle ruht."), "done"
    )
    return redirect(_base(scope), 303)


def fetch_now(scope: Scope, source_id: int) -> ResponseReturnValue:
    """Have a feed visited at once."""
    try:
        fetch_feed_now(scope, source_id)
        flash(_("Die Quelle wird jetzt abgerufen."), "done")
    except Conflict as refused:
        flash(refused.message, "warn")
    return redirect(_base(scope), 303)


def remove(scope: Scope, source_id: int) -> ResponseReturnValue:
    """Fetch a feed no more."""
    remove_feed(scope, source_id)
    flash(_("Die Quelle ist entfernt. Was von ihr kam, bleibt stehen."), "done")
    return redirect(_base(scope), 303)


def show_result(scope: Scope) -> ResponseReturnValue:
    """Ask for a result."""
    rules.require_add_result(scope)
    return _ask_result(scope, ResultForm())


def write_result(scope: Scope) -> ResponseReturnValue:
    """Make a topic of a result."""
    form = ResultForm()
    if form.submitted():
        try:
            with db.session.begin_nested():
                target = form.once(scope.user_id, lambda: add_result(scope, form.to_new()).url)
            return redirect(target, 303)
        except Invalid as refused:
            form.refuse(refused)
    return _ask_result(scope, form), 422


def _ask_result(scope: Scope, form: ResultForm) -> str:
    here = f"/a/{scope.area.slug}/crosspost/result"
    return render("crosspost/result.html", scope=scope, form=form, here=here, crumbs=_crumbs(scope))


def _base(scope: Scope) -> str:
    return f"/a/{scope.area.slug}/crosspost/sources"


def _crumbs(scope: Scope) -> list[tuple[str, str]]:
    return [(crumb.name, f"/a/{crumb.slug}/") for crumb in list_path(scope)]


_ONE = "/sources/<int:source_id>"
ROUTES = (
    Route(rule="/sources", endpoint="sources", view=list_all, permission=MANAGE),
    Route(rule="/sources/look", endpoint="ask", view=ask, permission=MANAGE),
    Route(rule="/sources/look", endpoint="look", view=look, methods=("POST",), permission=MANAGE),
    Route(rule="/sources/add", endpoint="add", view=add, methods=("POST",), permission=MANAGE),
    Route(
        rule=f"{_ONE}/state",
        endpoint="state",
        view=set_state,
        methods=("POST",),
        permission=MANAGE,
    ),
    Route(
        rule=f"{_ONE}/fetch",
        endpoint="fetch",
        view=fetch_now,
        methods=("POST",),
        permission=MANAGE,
    ),
    Route(
        rule=f"{_ONE}/remove",
        endpoint="remove",
        view=remove,
        methods=("POST",),
        permission=MANAGE,
    ),
    Route(rule="/result", endpoint="result", view=show_result, permission=RESULTS),
    Route(
        rule="/result",
        endpoint="write_result",
        view=write_result,
        methods=("POST",),
        permission=RESULTS,
    ),
)
