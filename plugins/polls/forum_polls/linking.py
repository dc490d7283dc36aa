"""The pages behind links in mails: shown by GET, voted by POST, clear when a link is used up."""

from __future__ import annotations

from collections.abc import Callable

from flask import request
from flask.typing import ResponseReturnValue

from forum.api.data import Conflict, Denied, Invalid, NotFound, Scope, Viewer, as_viewer, db
from forum.api.web import gettext as _
from forum.api.web import render
from forum.plugin import Route, SiteRoutes
from forum_polls import operations
from forum_polls.forms import read_ballot
from forum_polls.links import (
    VoteLink,
    find_link_voter,
    get_linked_poll,
    has_used_link,
    read_vote_link,
)
from forum_polls.panels import Rights, make_panel
from forum_polls.shapes import FullPoll

GONE = 410


def show_link(_viewer: Viewer, token: str) -> ResponseReturnValue:
    """Ask whether to vote so; nothing is voted yet."""
    return _with_poll(token, lambda link, scope, full, name: _ask(link, scope, full, name=name))


def vote_by_link(_viewer: Viewer, token: str) -> ResponseReturnValue:
    """Vote, once, as the member the link was sent to."""
    return _with_poll(token, _vote)


def _with_poll(
    token: str, act: Callable[[VoteLink, Scope, FullPoll, str], ResponseReturnValue]
) -> ResponseReturnValue:
    link = read_vote_link(token)
    if link is None:
        return _refuse(_("Dieser Link ist unvollständig, verändert oder zu alt."))
    with as_viewer(Viewer(link.user_id)):
        name = find_link_voter(link)
        try:
            if name is None:
                raise NotFound
            scope, full = get_linked_poll(link)
        except NotFound:
            return _refuse(_("Diese Umfrage gibt es nicht mehr, oder du siehst sie nicht mehr."))
        if has_used_link(link):
            return _refuse(_("Du hast in dieser Umfrage schon abgestimmt."), url=full.poll.url)
        if not full.poll.is_open:
            return _refuse(_("Diese Umfrage ist beendet."), url=full.poll.url)
        return act(link, scope, full, name)


def _ask(
    link: VoteLink, scope: Scope, full: FullPoll, *, name: str, error: str = "", status: int = 200
) -> ResponseReturnValue:
    rights = Rights(signed_in=True, vote=True, manage=False)
    chosen = next((one for one in full.options if one.id == link.option_id), None)
    return (
        render(
            "polls/link.html",
            p=make_panel(full, area_slug=scope.area.slug, rights=rights, error=error),
            chosen=chosen,
            voter=name,
            here=request.path,
            where=scope.area.name,
        ),
        status,
    )


def _vote(link: VoteLink, scope: Scope, full: FullPoll, name: str) -> ResponseReturnValue:
    try:
        ballot = read_ballot(dict(request.form.lists()))
        with db.session.begin_nested():
            operations.vote(scope, link.poll_id, ballot=ballot)
    except Invalid as error:
        return _ask(link, scope, full, name=name, error=error.message, status=error.status)
    except (Conflict, Denied) as error:
        return _refuse(error.message, url=full.poll.url)
    return render("polls/linked.html", title=_("Deine Stimme ist gezählt."), url=full.poll.url)


def _refuse(reason: str, *, url: str = "") -> ResponseReturnValue:
    title = _("Über diesen Link kann man nicht mehr abstimmen")
    return render("polls/linked.html", title=title, reason=reason, url=url), GONE


ROUTES = SiteRoutes(
    (
        Route(rule="/link/<token>", endpoint="link", view=show_link),
        Route(rule="/link/<token>", endpoint="link_vote", view=vote_by_link, methods=("POST",)),
    )
)
