"""Members, areas, topics and posts for tests, made by the operations that the pages use.

Each call is a unit of its own in an app context of its own; what comes back are ids.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from itertools import count
from typing import Any

import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from forum.accounts import operations as accounts
from forum.accounts.identity import cookie_name
from forum.accounts.operations.sessions import open_session
from forum.areas import operations as areas
from forum.areas.models import Area
from forum.areas.operations import NewMember
from forum.areas.queries import get_scope_by_id, get_system_scope
from forum.areas.scope import Role, Scope
from forum.areas.spec import AreaSpec
from forum.core.database import read_unit, unit, unscoped
from forum.core.wall import Viewer, as_viewer
from forum.discussions import operations as discussions
from forum.discussions.operations import NewPost, TopicDraft
from forum.discussions.queries import get_area_id
from forum.plugin.states import State

_numbers = count(1)


def make_user(app: Flask, name: str = "Anke Albers", **account: Any) -> int:
    """Make an active member with a confirmed address; return the id.

    `account` are arguments of `create_user`; without a password hash `login` is the way in.
    """
    email = account.pop("email", f"mitglied-{next(_numbers)}@example.org")
    with app.app_context(), unit():
        return accounts.create_user(name, email, **account)


def make_operator(app: Flask, name: str = "Olga Otten") -> int:
    """Make a member who runs the site; return the id."""
    email = f"betrieb-{next(_numbers)}@example.org"
    user_id = make_user(app, name, email=email)
    with app.app_context(), unit():
        accounts.promote_user(email, "operator")
    return user_id


def login(client: FlaskClient, user_id: int, *, host: str = "localhost") -> FlaskClient:
    """Sign the browser in without the form, as somebody else or for the first time.

    Each host has cookies of its own.
    """
    app = client.application
    with app.app_context(), unit():
        token = open_session(user_id, proven_by=None, user_agent="test", address="127.0.0.1")
        name = cookie_name()
    client.set_cookie(name, token, domain=host)
    return client


def make_area(
    app: Flask,
    name: str = "Landesverband",
    *,
    parent: int | None = None,
    members: Mapping[int, Role] | None = None,
    **spec: Any,
) -> int:
    """Make an area below `parent` with these members; return its id.

    Without a parent it is the root, or stands below the root when there is one.
    `spec` are fields of `AreaSpec`: visibility, joining, sealed, everyone …
    """
    wanted = AreaSpec(name=name, **{"visibility": "public", **spec})
    with app.app_context(), unit():
        above = parent if parent is not None else _find_root()
        if above is None:
            area_id = areas.create_root(wanted, admin_id=None)
        else:
            area_id = areas.create_area(get_system_scope(above), wanted)
        areas.add_members(
            [NewMember(area_id=area_id, user_id=u, role=r) for u, r in (members or {}).items()]
        )
        return area_id


def add_member(app: Flask, area_id: int, user_id: int, *, role: Role = "member") -> None:
    """Let somebody belong to an area."""
    with app.app_context(), unit():
        areas.add_members([NewMember(area_id=area_id, user_id=user_id, role=role)])


def switch_plugin(app: Flask, area_id: int, plugin: str, *, state: str = "on") -> None:
    """Say what a plugin is in an area: on, off, forced, forbidden or inherit."""
    with app.app_context(), unit():
        areas.set_plugin_state(get_system_scope(area_id), plugin, state=State(state))


def set_settings(app: Flask, area_id: int, plugin: str, **values: object) -> None:
    """Set an area's own values of a plugin's settings."""
    with app.app_context(), unit():
        areas.set_plugin_settings(get_system_scope(area_id), plugin, values=values)


@contextmanager
def acting(app: Flask, user_id: int, area_id: int) -> Iterator[Scope]:
    """Write as a member in an area, in one unit that is committed at the end."""
    viewer = Viewer(user_id)
    with app.app_context(), unit(), as_viewer(viewer):
        yield get_scope_by_id(viewer, area_id)


@contextmanager
def looking(app: Flask, user_id: int | None, area_id: int) -> Iterator[Scope]:
    """Read as a member, or as nobody, in an area."""
    viewer = Viewer(user_id)
    with app.app_context(), read_unit(), as_viewer(viewer):
        yield get_scope_by_id(viewer, area_id)


def make_topic(
    app: Flask,
    area_id: int,
    *,
    author: int,
    title: str = "Haushalt 2027",
    source: str = "Wer hat schon einen Entwurf?",
    **draft: Any,
) -> NewPost:
    """Start a topic as its author would; the author needs to be allowed to."""
    viewer = Viewer(author)
    with app.app_context(), unit(), as_viewer(viewer):
        scope = get_scope_by_id(viewer, area_id)
        return discussions.start_topic(scope, TopicDraft(title=title, source=source, **draft))


def make_post(
    app: Flask,
    topic_id: int,
    *,
    author: int,
    source: str = "Wir sind gerade dabei.",
    parent_seq: int | None = None,
) -> NewPost:
    """Reply to a topic, or to one of its posts, as its author would."""
    viewer = Viewer(author)
    with app.app_context(), unit(), as_viewer(viewer):
        scope = get_scope_by_id(viewer, get_area_id(topic_id))
        return discussions.reply(scope, topic_id, source=source, parent_seq=parent_seq)


def _find_root() -> int | None:
    with unscoped("testing: builders put areas below the root") as session:
        return session.scalar(sa.select(Area.id).where(Area.parent_id.is_(None)))
