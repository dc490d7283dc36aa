"""Puts accounts on an app: identity, pages, jobs, and the member's part of the frame."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from flask import Flask

from forum.accounts.identity import current, install_identity, preference
from forum.accounts.keepers import Keeper, add_keeper
from forum.accounts.operations.administration import hand_over_site
from forum.accounts.operations.invitations import SiteVouchers
from forum.accounts.operations.merged_account import merge_account
from forum.accounts.operations.own_data import erase_account
from forum.accounts.queries import list_site_duties
from forum.accounts.queries.own import list_account_parts
from forum.accounts.tasks import register_tasks
from forum.accounts.views import blueprint
from forum.accounts.vouchers import add_voucher_source
from forum.web import i18n
from forum.web.frame import FrameViewer, Link, parts
from forum.web.i18n import gettext as _

KEEPER: Final = Keeper(
    name="accounts",
    export=list_account_parts,
    erase=erase_account,
    merge=merge_account,
    list_duties=list_site_duties,
    hand_over=hand_over_site,
)


def install_accounts(app: Flask) -> None:
    """Wire accounts; called in the app's context, after the web layer and the jobs."""
    install_identity(app)
    add_keeper(app, KEEPER)
    add_voucher_source(app, SiteVouchers())
    app.register_blueprint(blueprint)
    app.extensions[i18n.STATE] = replace(i18n.languages(app), preference=preference)
    parts(app).viewer = _viewer
    parts(app).entries = _entries
    register_tasks()


def _viewer() -> FrameViewer | None:
    user = current()
    if user is None:
        return None
    mode = "" if user.appearance == "auto" else user.appearance
    return FrameViewer(user.id, user.person, mode=mode, keys=user.shortcuts)


def _entries(_viewer_id: int) -> Sequence[Link]:
    links = [Link(_("Einstellungen"), "/settings/profile", "gear")]
    user = current()
    if user is not None and user.is_operator:
        links.append(Link(_("Einladungen"), "/admin/invitations", "mail"))
        links.append(Link(_("Erweiterungen"), "/admin/plugins", "plug"))
    if user is not None and user.is_privacy_officer:
        links.append(Link(_("Datenschutz"), "/admin/privacy", "shield"))
    return links
