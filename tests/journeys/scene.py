"""What the authorization matrix acts on: everybody once, and one area of each visibility."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass
from datetime import timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from flask import Flask
from forum_badges import operations as badges
from forum_badges.models import Achievement, Award, Share
from forum_badges.queries import list_own
from forum_badges.values import Draft
from forum_chapters.operations import PageDraft, write_front
from forum_chapters.operations.logos import store_logo
from forum_crosspost.models import Author, Run, Source
from forum_crosspost.operations import claim_author, run_import
from forum_crosspost.operations.feeds import NewFeed, add_feed
from forum_crosspost.operations.uploads import NewUpload, add_upload
from forum_polls.models import Option, Poll

from forum.accounts.models import AccessToken, DataExport, LoginSession, SiteInvitation, User
from forum.accounts.operations import (
    create_invitation,
    make_access_token,
    promote_user,
    request_export,
)
from forum.areas import operations as areas
from forum.areas.models import Application, Invitation
from forum.areas.scope import Scope
from forum.core import clock
from forum.core.consumers import run_consumers
from forum.core.database import db, unit, unscoped
from forum.core.runner import run_all
from forum.discussions import operations as discussions
from forum.notifications.models import Notification
from forum.plugin import AreaRef, ImportJob
from forum.testing.builders import (
    acting,
    login,
    make_area,
    make_operator,
    make_post,
    make_topic,
    make_user,
    set_settings,
    switch_plugin,
)
from tests.journeys.spec import VISIBILITIES, Role

HERE = (Role.MEMBER, Role.AUTHOR, Role.EX_MEMBER)
FRONT = PageDraft(title="Willkommen", blocks=("hero", "topics"), imprint="Wir", privacy="Nichts")
POLL = {"polls_options": ("Ja\nNein",), "polls_own": ("open",)}


@dataclass(frozen=True)
class Place:
    """An area with one of everything in it; `texts` fill the braces of routes and forms."""

    visibility: str
    texts: dict[str, Any]


@dataclass(frozen=True)
class Scene:
    """All places, who plays which role, and what belongs to no area."""

    people: dict[Role, int]
    places: dict[str, Place]
    texts: dict[str, Any]


def build_scene(app: Flask) -> Scene:
    """Make everybody and everything by the operations that the pages use."""
    known = [role for role in Role if role is not Role.ANONYMOUS]
    people = {role: make_user(app, f"Frau {role.title()}") for role in known}
    people[Role.OPERATOR] = make_operator(app)
    _promote(app, people[Role.PRIVACY])
    bystander = make_user(app, "Bert Beistand")
    chief = {people[Role.ADMIN_ABOVE]: "admin"}
    root = make_area(app, "Bund", slug="bund", kind="federation", members=chief)
    elsewhere = {people[Role.MODERATOR_ELSEWHERE]: "moderator"}
    elsewhere[people[Role.ADMIN_ELSEWHERE]] = "admin"
    make_area(app, "Nebenan", slug="nebenan", parent=root, members=elsewhere)
    staff = {people[Role.MODERATOR]: "moderator", people[Role.ADMIN]: "admin"}
    make_area(app, "Ziel", slug="ziel", parent=root, members=staff)
    for plugin in ("badges", "polls", "chapters", "crosspost"):
        switch_plugin(app, root, plugin)
    set_settings(app, root, "chapters", domain="example.org")
    switch_plugin(app, root, "digest")
    places = {v: _build_place(app, v, root, people, bystander) for v in VISIBILITIES}
    return Scene(people, places, _build_rest(app, people))


def _build_place(
    app: Flask, visibility: str, root: int, people: dict[Role, int], bystander: int
) -> Place:
    grants: dict[int, Any] = {people[role]: "member" for role in HERE}
    grants[bystander] = "member"
    grants[people[Role.MODERATOR]] = "moderator"
    grants[people[Role.ADMIN]] = "admin"
    spec = {"visibility": "listed" if visibility == "sealed" else visibility, "parent": root}
    here = make_area(app, visibility, slug=f"hier-{visibility}", members=grants, **spec)
    ask = make_area(
        app,
        f"Frag {visibility}",
        slug=f"frag-{visibility}",
        members=grants,
        joining="apply",
        **spec,
    )
    texts = _write(app, here, people, bystander)
    for area in (here, ask):
        with acting(app, people[Role.EX_MEMBER], area) as scope:
            areas.leave_area(scope)
        if visibility == "sealed":
            with acting(app, people[Role.ADMIN], area) as scope:
                areas.seal_area(scope)
    with acting(app, people[Role.ADMIN], here) as scope:
        feed = NewFeed(url=f"https://blog.example/{visibility}.xml", label="Blog")
        texts["source_id"] = add_feed(scope, feed)
        archive = NewUpload(stream=BytesIO(b"x"), label="a.mbox", kind="mbox", basis="list-terms")
        texts["upload_id"] = add_upload(scope, archive)
    texts |= _write_papers(app, ask, people)
    texts |= {"slug": f"hier-{visibility}", "ask": f"frag-{visibility}", "user_id": bystander}
    texts["user_handle"] = _find(app, sa.select(User.handle).where(User.id == bystander))
    return Place(visibility, texts)


def _write(app: Flask, area: int, people: dict[Role, int], bystander: int) -> dict[str, Any]:
    """One topic with replies, a deleted and a hidden one among them, and one with a poll."""
    author = people[Role.AUTHOR]
    topic = make_topic(app, area, author=author)
    for _ in range(3):
        make_post(app, topic.topic_id, author=author)
    make_post(app, topic.topic_id, author=bystander)
    with acting(app, author, area) as scope:
        discussions.edit_post(scope, topic.topic_id, seq=2, source="Anders.", version=1)
        discussions.delete_post(scope, topic.topic_id, seq=3)
    with acting(app, people[Role.MODERATOR], area) as scope:
        discussions.set_hidden(scope, topic.topic_id, seq=4, reason="Werbung")
        discussions.react(scope, topic.topic_id, seq=2, kind="like")
    author_id, run_id = _bring(app, area, people)
    poll_id, closed = _ask(app, area, author), _ask(app, area, author)
    with acting(app, people[Role.ADMIN], area) as scope:
        write_front(scope, FRONT)
        store_logo(area, b"RIFF")
        earned = _award(scope, author)
    _change(app, sa.update(Poll).where(Poll.id == closed).values(closed_at=clock.now()))
    return {
        **earned,
        "topic_id": topic.topic_id,
        "topic_slug": topic.slug,
        "seq": 2,
        "deleted": 3,
        "hidden": 4,
        "others": 5,
        "author_id": author_id,
        "run_id": run_id,
        "poll_id": poll_id,
        "closed_poll": closed,
        "option_id": _find(app, sa.select(sa.func.min(Option.id)).where(Option.poll_id == poll_id)),
        "option_two": _find(
            app, sa.select(sa.func.max(Option.id)).where(Option.poll_id == poll_id)
        ),
    }


def _award(scope: Scope, author: int) -> dict[str, Any]:
    """Let there be a badge that the author has, and something to have been at."""
    badge = badges.create_achievement(scope, Draft("Löten", "Kann löten.", "Dabei sein."))
    badges.give_badge(scope, badge, user_ids=[author])
    held_at = clock.now() - timedelta(days=1)
    meeting = badges.create_session(scope, title="Löten", subject="Robotik", held_at=held_at)
    award = sa.select(Award.id).where(Award.achievement_id == badge)
    uuid = sa.select(Achievement.uuid).where(Achievement.id == badge)
    return {
        "badge_id": badge,
        "meeting_id": meeting,
        "award_id": db.session.execute(award).scalar_one(),
        "uuid": db.session.execute(uuid).scalar_one(),
    }


def _bring(app: Flask, area: int, people: dict[Role, int]) -> tuple[int, int]:
    """Bring in a mail that the author wrote elsewhere; return the name there, and the run."""
    switch_plugin(app, area, "crosspost")
    address = _find(app, sa.select(User.email).where(User.id == people[Role.AUTHOR]))
    mail = (
        f"From {address} Wed Jul  1 08:00:00 2020\nFrom: Anders <{address}>\nSubject: Liste\n"
        f"Date: Wed, 01 Jul 2020 08:00:00 +0000\nMessage-ID: <{area}@test>\n\nHallo\n\n"
    )
    with tempfile.TemporaryDirectory() as folder, app.app_context():
        file = Path(folder, "liste.mbox")
        file.write_text(mail, "utf-8")
        run_import(ImportJob(area=AreaRef(area, "hier", "Hier"), file=file))
    there = sa.select(sa.func.max(Author.id)).join(Source, Source.id == Author.source_id)
    run = sa.select(sa.func.max(Run.id)).join(Source, Source.id == Run.source_id)
    here = Source.area_id == area
    author_id = _find(app, there.where(here))
    with acting(app, people[Role.AUTHOR], area) as scope:
        claim_author(scope, author_id)
    return author_id, _find(app, run.where(here))


def _ask(app: Flask, area: int, author: int) -> int:
    """Start a topic with a poll; return the poll's id."""
    post = make_topic(app, area, author=author, kind="poll", extra=POLL, title="Seid ihr dabei?")
    return int(_find(app, sa.select(Poll.id).where(Poll.post_id == post.post_id)))


def _write_papers(app: Flask, ask: int, people: dict[Role, int]) -> dict[str, Any]:
    """An application and an invitation that wait."""
    applicant = make_user(app, "Anna Antrag")
    # A row of its own: nobody can apply to what is hidden, but may have before it was.
    with app.app_context(), unit(), unscoped("tests write past the wall") as session:
        row = Application(area_id=ask, user_id=applicant, reason="Bitte.", created_at=clock.now())
        session.add(row)
        session.flush()
        application_id = row.id
    with acting(app, people[Role.ADMIN], ask) as scope:
        token = areas.invite(scope, role="member", max_uses=1, days=7)
    newest = sa.select(sa.func.max(Invitation.id)).where(Invitation.area_id == ask)
    return {
        "application_id": application_id,
        "invitation_id": _find(app, newest),
        "token": token,
    }


def _build_rest(app: Flask, people: dict[Role, int]) -> dict[str, Any]:
    """What belongs to the author alone, and what operators made."""
    author, operator = people[Role.AUTHOR], people[Role.OPERATOR]
    login(app.test_client(), author)
    with app.app_context():
        run_consumers()
        with unit():
            token = create_invitation(operator, valid=timedelta(days=7))
            make_access_token(author, name="Skript", scopes=["read"])
            ids = [award.id for award in list_own(author)]
            badges.create_share(author, ids[:1], title="Lebenslauf", named=False, days=7)
    handle = _find(app, sa.select(User.handle).where(User.id == author))
    own = sa.select(sa.func.max(LoginSession.id)).where(LoginSession.user_id == author)
    told = sa.select(sa.func.max(Notification.id)).where(Notification.user_id == author)
    made = sa.select(sa.func.max(SiteInvitation.id))
    key = sa.select(sa.func.max(AccessToken.id)).where(AccessToken.user_id == author)
    return {
        "handle": handle,
        "share_id": _find(app, sa.select(sa.func.max(Share.id))),
        "issuer_id": 1,
        "list_id": 1,
        "number": 1,
        "session_id": _find(app, own),
        "notification_id": _find(app, told),
        "token_id": _find(app, key),
        "site_token": token,
        "site_invitation": _find(app, made),
        "export_id": _keep_export(app, author),
    }


def _promote(app: Flask, officer: int) -> None:
    email = _find(app, sa.select(User.email).where(User.id == officer))
    with app.app_context(), unit():
        promote_user(email, "privacy")


def _keep_export(app: Flask, author: int) -> int:
    """A file with the author's data, made already."""
    with app.app_context():
        with unit():
            request_export(author, by=author)
        run_all()
    return int(_find(app, sa.select(sa.func.max(DataExport.id))))


def _change(app: Flask, statement: Any) -> None:
    with app.app_context(), unit(), unscoped("tests write past the wall") as session:
        session.execute(statement)


def _find(app: Flask, statement: Any) -> Any:
    with app.app_context(), unit(), unscoped("tests look behind the wall") as session:
        return session.execute(statement).scalar_one()
