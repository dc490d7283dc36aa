"""What an area is: settings, new areas below, moving, seal, archive, the log."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Final

from flask import request
from flask.typing import ResponseReturnValue

from forum.accounts.identity import signed_in
from forum.accounts.queries import find_handles, find_people
from forum.areas import operations, rules
from forum.areas.forms import AreaForm, DeleteForm, MoveForm, NewAreaForm, ReasonForm, fill
from forum.areas.panels import render_slots
from forum.areas.paths import is_within, list_ids
from forum.areas.plugin_upkeep import get_manifests
from forum.areas.queries import (
    get_own_look,
    get_scope,
    get_scope_by_id,
    list_log,
    list_tree,
)
from forum.areas.routing import area_url, current_scope, current_standing, open_to_discoverers
from forum.areas.scope import Scope
from forum.areas.views.blueprint import blueprint, go, page, press, send
from forum.areas.words import ACTIONS, FIELDS, JOININGS, PLUGIN_STATES_SHORT
from forum.core import limits
from forum.core.errors import Invalid
from forum.plugin.types import Slot
from forum.web.forms import one_line, shows_again
from forum.web.i18n import gettext as _
from forum.web.pagination import Cut

_SLOTS: Final = frozenset({Slot.AREA_SETTINGS})


@blueprint.route("/settings", methods=["GET", "POST"])
@signed_in
@shows_again
def settings() -> ResponseReturnValue:
    """Edit what the area says of itself; offer the bigger steps."""
    scope = current_scope()
    rules.require(scope, "edit")
    form = AreaForm(data=fill(scope.area, get_own_look(scope)))
    if scope.area.joining == "rule":
        form.joining.choices = [*form.joining.choices, ("rule", JOININGS["rule"])]

    def act() -> str:
        operations.edit_area(scope, form.to_spec())
        slug = form.slug.data or scope.area.slug
        return go(f"{area_url(slug)}settings", _("Gespeichert."))

    return send(form, act) or page(
        "edit",
        here=_("Einstellungen"),
        tab="settings",
        form=form,
        reason=ReasonForm(),
        is_root=scope.area.parent_id is None,
        for_all=_is_root_admin(scope),
        may_unseal=rules.can(scope, "unseal"),
        can_create=rules.can(scope, "create_below"),
        panels=render_slots(scope, _SLOTS)[Slot.AREA_SETTINGS],
    )


def _list_templates(scope: Scope) -> list[tuple[str, str]]:
    """List the areas the viewer may edit: what they say of themselves is the viewer's to see."""
    return [
        (row.slug, "\u2003" * row.depth + row.name)
        for row in list_tree(scope.viewer)
        if row.reads and scope.standing.is_admin_at(row.flow)
    ]


def _fill_like(scope: Scope, like: str) -> dict[str, Any]:
    """Return what stands in the form of a new area at first: what its model says, but no name."""
    if not like:
        return {"language": scope.area.language}
    template = get_scope(scope.viewer, like, standing=scope.standing)
    own = {"name": "", "slug": "", "everyone": False, "ends_at": None}
    filled = fill(template.area, get_own_look(template)) | own
    return {**filled, "like": like, "sealed": template.area.sealed}


def _say_copied(left_out: Sequence[str]) -> str:
    if not left_out:
        return _("Der Bereich ist angelegt.")
    names = ", ".join(left_out)
    return _(
        "Der Bereich ist angelegt. Hier nicht möglich und ausgelassen: %(names)s.", names=names
    )


def _is_root_admin(scope: Scope) -> bool:
    return scope.standing.grants.get(list_ids(scope.area.path)[0]) == "admin"


@blueprint.route("/new-area", methods=["GET", "POST"])
@signed_in
@shows_again
def new_area() -> ResponseReturnValue:
    """Make an area below this one."""
    scope = current_scope()
    rules.require(scope, "create_below")
    templates = _list_templates(scope)
    like = one_line(request.args.get("like", "")[: limits.SLUG]) or ""
    like = like if like in dict(templates) else ""
    form = NewAreaForm(data=_fill_like(scope, like))
    form.like.choices = [("", _("ohne Vorbild")), *templates]

    def act() -> str:
        spec, chosen = form.to_spec(sealed=form.sealed.data), form.like.data or ""
        if not chosen:
            made = get_scope_by_id(scope.viewer, operations.create_area(scope, spec))
            return go(area_url(made.area.slug), _("Der Bereich ist angelegt."))
        if chosen not in dict(templates):
            raise Invalid("like", _("Bitte wähle einen Bereich aus der Liste."))
        template = get_scope(scope.viewer, chosen, standing=scope.standing)
        copied = operations.copy_area(template, scope, spec=spec)
        made = get_scope_by_id(scope.viewer, copied.area_id)
        return go(area_url(made.area.slug), _say_copied(copied.left_out))

    return send(form, act) or page(
        "new", here=_("Neuer Bereich"), tab="settings", form=form, for_all=_is_root_admin(scope)
    )


@blueprint.route("/move", methods=["GET", "POST"])
@signed_in
@shows_again
def move() -> ResponseReturnValue:
    """Hang the area under another one."""
    scope = current_scope()
    rules.require(scope, "edit")
    form = MoveForm()
    form.parent.choices = _list_targets(scope)

    def act() -> str:
        if form.parent.data not in {slug for slug, _name in form.parent.choices}:
            raise Invalid("parent", _("Bitte wähle einen Bereich aus der Liste."))
        target = get_scope(scope.viewer, form.parent.data, standing=scope.standing)
        operations.move_area(scope, target)
        return go(area_url(scope.area.slug), _("Verschoben. Die Adresse bleibt."))

    allowed = rules.can_take_away(scope) and scope.area.parent_id is not None
    return send(form, act) or page(
        "move", here=_("Verschieben"), tab="settings", form=form, allowed=allowed
    )


def _list_targets(scope: Scope) -> list[tuple[str, str]]:
    """List the areas the viewer is an admin of, indented as they hang."""
    standing, path = current_standing(), scope.area.path
    return [
        (row.slug, "\u2003" * row.depth + row.name)
        for row in list_tree(scope.viewer)
        if row.reads and not is_within(row.path, path) and standing.is_admin_at(row.flow)
    ]


def _step(
    name: str, act: Callable[..., None], said: Callable[[], str], *, to: Callable[[Scope], str]
) -> None:
    """Register one of the bigger steps: a POST with a reason."""

    @open_to_discoverers
    @signed_in
    def view() -> ResponseReturnValue:
        scope, form = current_scope(), ReasonForm()
        return press(
            lambda: act(scope, reason=form.reason.data or ""), said=said(), target=to(scope)
        )

    blueprint.add_url_rule(f"/{name}", name, view, methods=["POST"])


@blueprint.get("/oversight")
@open_to_discoverers
@signed_in
def oversight() -> ResponseReturnValue:
    """Offer what an admin above a seal may do; who cannot read the area finds it on its page."""
    scope = current_scope()
    rules.require(scope, "appoint_chair")
    return page("oversight", here=_("Von oben"), tab="oversight")


def _settings_of(scope: Scope) -> str:
    """Return the page that the bigger steps are on."""
    if rules.can(scope, "edit"):
        return area_url(scope.area.slug, "settings")
    return area_url(scope.area.slug, "oversight" if scope.reads else "")


_step("seal", operations.seal_area, lambda: _("Der Bereich ist versiegelt."), to=_settings_of)
_step("unseal", operations.unseal_area, lambda: _("Das Siegel ist gelöst."), to=_settings_of)
_step(
    "archive", operations.archive_area, lambda: _("Der Bereich ist abgeschlossen."), to=_settings_of
)
_step(
    "reopen", operations.reopen_area, lambda: _("Der Bereich ist wieder geöffnet."), to=_settings_of
)


@blueprint.route("/delete", methods=["GET", "POST"])
@open_to_discoverers
@signed_in
@shows_again
def delete() -> ResponseReturnValue:
    """Delete the area, also from above a seal without reading it."""
    scope = current_scope()
    rules.require(scope, "delete")
    form = DeleteForm()

    def act() -> str:
        confirm, reason = form.confirm.data or "", form.reason.data or ""
        operations.delete_area(scope, confirm=confirm, reason=reason)
        return go("/verzeichnis", _("Der Bereich ist gelöscht."))

    return send(form, act) or page(
        "delete",
        here=_("Löschen"),
        tab="",
        form=form,
        back=_settings_of(scope),
    )


@blueprint.post("/chair")
@open_to_discoverers
@signed_in
def chair() -> ResponseReturnValue:
    """Appoint a chair by handle, also from above a seal."""
    scope, form = current_scope(), ReasonForm()
    # Before the name is looked up: who may not do this learns nothing about names either.
    rules.require(scope, "appoint_chair")
    handle = request.form.get("handle", "").strip().removeprefix("@").lower()

    def act() -> None:
        operations.appoint_chair(scope, _find_user(handle), reason=form.reason.data or "")

    return press(act, said=_("Der Vorsitz ist vergeben."), target=_settings_of(scope))


def _find_user(handle: str) -> int:
    found = find_handles([handle])
    if handle not in found:
        raise Invalid("handle", _("Diesen Namen kennen wir nicht: so, wie er im Profil steht."))
    return found[handle]


@blueprint.get("/log")
@signed_in
def log() -> ResponseReturnValue:
    """Show who did what here, when and why."""
    scope = current_scope()
    rules.require(scope, "see_log")
    entries = list_log(scope, Cut.from_args(request.args, (int,), limit=limits.PAGE_ROWS))
    ids = {int(e.subject[5:]) for e in entries.items if e.subject.startswith("user:")}
    return page(
        "log",
        here=_("Protokoll"),
        tab="log",
        entries=entries,
        people={f"user:{user_id}": person for user_id, person in find_people(ids).items()},
        actions=ACTIONS,
        fields=FIELDS,
        states=PLUGIN_STATES_SHORT,
        plugins={f"plugin:{name}": _(one.title) for name, one in get_manifests().items()},
        url=f"{area_url(scope.area.slug)}log",
    )
