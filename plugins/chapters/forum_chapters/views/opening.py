"""The wizard: choose a template, say what it leaves open and look at it, open the branch."""

from __future__ import annotations

from flask import Response, flash, make_response, redirect, request
from flask.typing import ResponseReturnValue

from forum.api.data import Invalid, NotFound, Scope, db, require_create_below
from forum.api.web import gettext as _
from forum.api.web import render
from forum_chapters import operations
from forum_chapters.blocks import WORDS
from forum_chapters.forms import OpeningForm, SourceForm, offer
from forum_chapters.operations.opening import Opening, list_parts, list_there, make_slug
from forum_chapters.patterns import (
    Part,
    Pattern,
    fill_in,
    get_source,
    list_patterns,
    read_pattern,
    write_pattern,
)
from forum_chapters.queries import get_settings
from forum_chapters.recording import make_pattern
from forum_chapters.views.looking import base_of, crumbs_of


def choose(scope: Scope) -> ResponseReturnValue:
    """Offer the templates, and a place for one of one's own."""
    require_create_below(scope)
    return _show_choice(scope, SourceForm(formdata=None))


def _show_choice(scope: Scope, form: SourceForm) -> str:
    return render(
        "chapters/choose.html",
        scope=scope,
        form=form,
        patterns=[
            (key, pattern, fill_in(pattern.summary, scope.area.name))
            for key, pattern in list_patterns()
        ],
        base=base_of(scope),
        crumbs=crumbs_of(scope),
    )


def start(scope: Scope, key: str) -> ResponseReturnValue:
    """Ask what a template of the plugin's own leaves open."""
    require_create_below(scope)
    source = _require_source(key)
    return _begin(scope, source, read_pattern(source))


def open_(scope: Scope) -> ResponseReturnValue:
    """Take a template that was sent; show what would be made of it, then make it."""
    require_create_below(scope)
    source = request.form.get("source", "")
    try:
        pattern = read_pattern(source)
    except Invalid as error:
        refused = SourceForm()
        refused.refuse(error)
        return make_response(_show_choice(scope, refused), 422)
    step = request.form.get("step", "")
    if not step:
        return _begin(scope, source, pattern)
    form = OpeningForm()
    offer(form, scope, pattern)
    if form.submitted():
        try:
            return _try(scope, pattern, form, for_good=step == "open")
        except Invalid as error:
            form.refuse(error)
    return make_response(_show(scope, form, pattern), 422)


def _try(
    scope: Scope, pattern: Pattern, form: OpeningForm, *, for_good: bool
) -> ResponseReturnValue:
    """Open the branch; or do so, undo it, and show what it would have been."""
    opening = form.to_opening()
    if for_good:
        with db.session.begin_nested():
            target = form.once(scope.user_id, lambda: _open(scope, pattern, opening))
        name = opening.name if opening.where == "below" else scope.area.name
        flash(_("%(name)s ist eröffnet.", name=name), "done")
        return redirect(target, 303)
    there = list_there(scope) if opening.where == "here" else {}
    with db.session.begin_nested() as savepoint:
        opened = operations.open_branch(scope, pattern, opening=opening)
        savepoint.rollback()
    parts = list_parts(pattern, opening)
    plan = [(part, make_slug(scope, part) in there) for part in parts]
    return _show(scope, form, pattern, plan=plan, lacking=opened.lacking)


def _open(scope: Scope, pattern: Pattern, opening: Opening) -> str:
    return base_of(operations.open_branch(scope, pattern, opening=opening).branch)


def give_pattern(scope: Scope, key: str) -> ResponseReturnValue:
    """Hand out a template as a file, to be changed and used elsewhere."""
    return _give(_require_source(key), key)


def give_own(scope: Scope) -> ResponseReturnValue:
    """Hand out the branch at hand as a template."""
    return _give(write_pattern(make_pattern(scope)), scope.area.slug)


def _give(source: str, name: str) -> Response:
    answer = Response(source, mimetype="application/toml")
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}.toml"'
    return answer


def _require_source(key: str) -> str:
    try:
        return get_source(key)
    except KeyError:
        raise NotFound from None


def _begin(scope: Scope, source: str, pattern: Pattern) -> str:
    same_kind = scope.area.kind == pattern.branch.kind
    first = {
        "where": "here" if same_kind else "below",
        "parts": [part.key for part in pattern.areas],
        "theme": pattern.look.theme,
        "accent": pattern.look.accent,
        "source": source,
    }
    form = OpeningForm(formdata=None, data=first)
    offer(form, scope, pattern)
    return _show(scope, form, pattern)


def _show(
    scope: Scope,
    form: OpeningForm,
    pattern: Pattern,
    *,
    plan: list[tuple[Part, bool]] | None = None,
    lacking: tuple[str, ...] = (),
) -> str:
    name = (form.name.data if form.where.data == "below" else "") or scope.area.name
    return render(
        "chapters/open.html",
        scope=scope,
        form=form,
        pattern=pattern,
        plan=plan,
        lacking=lacking,
        name=name,
        fill=lambda text: fill_in(text, name),
        words=WORDS,
        settings=get_settings(scope),
        base=base_of(scope),
        crumbs=crumbs_of(scope),
    )
