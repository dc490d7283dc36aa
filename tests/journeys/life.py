"""The life of one member who leaves a token of their own in everything one can write into."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from flask import Flask
from forum_polls.models import Option, Poll
from PIL import Image

from forum.accounts import operations as accounts
from forum.accounts.models import User
from forum.accounts.passwords import hash_password
from forum.areas import operations as areas
from forum.areas.models import Application, Area
from forum.core.consumers import run_consumers
from forum.core.database import Base, db, unit, unscoped
from forum.core.runner import run_all
from forum.discussions import operations as discussions
from forum.discussions.operations import NewPost
from forum.testing.builders import (
    acting,
    make_area,
    make_operator,
    make_post,
    make_topic,
    make_user,
    switch_plugin,
)
from tests.forum.accounts.visitor import PASSWORD, Visitor

MARK = "kqzx"
HANDLE = "kqzxname-vogel"


@dataclass
class Life:
    """Who, where, and the tokens by what they stand in."""

    app: Flask
    user: int
    others: Mapping[str, int]
    area: int
    root: int
    browser: Visitor
    topics: dict[str, NewPost] = field(default_factory=dict)
    tokens: dict[str, str] = field(default_factory=dict)

    def token(self, what: str) -> str:
        """Return the token of a place, letters only: a name or an address takes it too."""
        return self.tokens.setdefault(what, f"{MARK}{what}")

    def find(self, statement: Any) -> Any:
        """Read one value past the wall."""
        with self.app.app_context(), unit(), unscoped("tests look behind the wall") as session:
            return session.execute(statement).scalar_one()

    def work(self) -> None:
        """Let everything happen that waits: consumers, jobs, and what those leave behind."""
        with self.app.app_context():
            for _ in range(3):
                while run_consumers():
                    pass
                run_all()

    def list_places(self) -> set[str]:
        """Return where each token stands: `table.column: token`, of files `folder/: token`."""
        return {*self._list_cells(), *self._list_files()}

    def _list_cells(self) -> Iterator[str]:
        with self.app.app_context(), db.engines[None].connect() as connection:
            for table in Base.metadata.sorted_tables:
                for row in connection.execute(sa.select(table)).mappings():
                    for column, value in row.items():
                        for token in re.findall(rf"{MARK}[a-z0-9-]*", str(value).lower()):
                            yield f"{table.name}.{column}: {token}"

    def _list_files(self) -> Iterator[str]:
        directory: Path = self.app.config["FORUM"].data_dir
        for path in directory.rglob("*"):
            # The database is read row by row; its file may hold free pages.
            if path.is_file() and ".db" not in path.name:
                text = path.read_bytes().decode("latin-1").lower()
                for token in re.findall(rf"{MARK}[a-z0-9-]*", text):
                    yield f"{path.relative_to(directory).parent}/: {token}"

    def list_uploads(self) -> set[str]:
        """Return the names of all files in the storage."""
        directory: Path = self.app.config["FORUM"].data_dir
        return {path.name for path in (directory / "uploads").rglob("*") if path.is_file()}


def live(app: Flask) -> Life:
    """Let one member do everything that members, core teams and operators can do."""
    # The counters outlive a test's database.
    app.extensions["forum"]["limiter"].reset()
    people = ("Anke Albers", "Deniz Kaya", "Petra Nord")
    others = {name.split()[0].lower(): make_user(app, name) for name in people}
    with app.app_context():
        hashed = hash_password(PASSWORD)
        with unit():
            user = accounts.create_user(
                "Kqzxname Vogel", f"{MARK}adresse@example.org", password_hash=hashed
            )
    make_operator(app)
    root = make_area(app, "Bund", everyone=True, members={others["petra"]: "admin"})
    here = {user: "moderator", others["anke"]: "member", others["deniz"]: "member"}
    area = make_area(app, "Kreis", slug="kreis", parent=root, members=here, visibility="hidden")
    switch_plugin(app, root, "polls")
    life = Life(app, user, others, area, root, Visitor(app.test_client()))
    life.tokens |= {"name": f"{MARK}name", "adresse": f"{MARK}adresse"}
    _tell_of_oneself(life)
    _belong(life)
    _write(life)
    _moderate(life)
    _ask_and_vote(life)
    life.work()
    return life


def _tell_of_oneself(life: Life) -> None:
    browser = life.browser
    agent = {"User-Agent": f"{life.token('browser')} Firefox Windows"}
    form = {**browser.tokens("/login"), "email": f"{MARK}adresse@example.org"}
    browser.client.post("/login", data={**form, "password": PASSWORD}, headers=agent)
    texts = {what: life.token(what) for what in ("title", "organisation", "bio")}
    profile = browser.send("/settings/profile", name="Kqzxname Vogel", **texts)
    picture = BytesIO()
    Image.new("RGB", (80, 80), (17, 99, 201)).save(picture, "PNG")
    picture.seek(0)
    sent = browser.send("/settings/picture", page="/settings/profile", picture=(picture, "ich.png"))
    new = f"{life.token('neueadresse')}@example.org"
    asked = browser.send("/settings/address", page="/settings/access", email=new, proof=PASSWORD)
    assert [r.status_code for r in (profile, sent, asked)] == [303, 303, 303]
    with life.app.app_context(), unit():
        accounts.promote_user(f"{MARK}adresse@example.org", "operator")
    invited = browser.send(
        "/admin/invitations",
        email=f"{life.token('eingeladen')}@example.org",
        max_uses="1",
        days="3",
    )
    assert invited.status_code == 303
    life.browser.send("/forgot", email=f"{MARK}adresse@example.org")


def _belong(life: Life) -> None:
    app, user, anke = life.app, life.user, life.others["anke"]
    closed = {"joining": "apply", "parent": life.root, "visibility": "members"}
    asked = make_area(app, "Ausschuss", slug="ausschuss", members={anke: "admin"}, **closed)
    led = make_area(app, "Beirat", slug="beirat", members={user: "admin"}, **closed)
    with acting(app, user, asked) as scope:
        areas.apply_to_area(scope, reason=f"Weil {life.token('antrag')}")
    with acting(app, anke, led) as scope:
        areas.apply_to_area(scope, reason="Gern dabei")
    found = life.find(sa.select(Application.id).where(Application.user_id == anke))
    with acting(app, user, led) as scope:
        answer = f"Gern {life.token('antwort')}"
        areas.decide_application(scope, found, accept=True, answer=answer)
        areas.invite(scope, email=f"{life.token('gast')}@example.org")
        areas.set_role(scope, anke, role="editor", reason=life.token("rolle"))
    with acting(app, life.others["petra"], life.root) as scope:
        areas.set_role(scope, user, role="editor", reason=f"{MARK}ueberdich")


def _write(life: Life) -> None:
    app, user, anke, area = life.app, life.user, life.others["anke"], life.area
    own = make_topic(
        app, area, author=user, title=life.token("titel"), source=life.token("frueher")
    )
    theirs = make_topic(app, area, author=anke, title="Haushalt")
    alone = make_topic(app, area, author=user, title=life.token("allein"), source="Nur ich.")
    gone = make_topic(app, area, author=user, title=life.token("weg"), source=life.token("text"))
    life.topics |= {"own": own, "theirs": theirs, "alone": alone, "gone": gone}
    with acting(app, user, area) as scope:
        discussions.edit_post(
            scope,
            own.topic_id,
            seq=1,
            source=f"Jetzt {life.token('beitrag')}",
            version=1,
            reason=life.token("grund"),
        )
        discussions.delete_post(scope, gone.topic_id, seq=1)
    mine = make_post(app, theirs.topic_id, author=user, source=life.token("reply"))
    quote = f":::quote post={mine.post_id} by={HANDLE}\n{life.token('reply')}\n:::\n\n"
    mention = f"Danke @{HANDLE}, sagt /u/{HANDLE}."
    make_post(app, theirs.topic_id, author=anke, source=quote + mention)
    make_post(app, own.topic_id, author=anke, source=f"Wie @{HANDLE} sagt")
    with acting(app, anke, area) as scope:
        discussions.edit_post(
            scope, own.topic_id, seq=2, source="Wie @Kqzxname-Vogel sagt: ja", version=1
        )
    dropped = make_post(app, theirs.topic_id, author=user, source=life.token("entfernt"))
    with acting(app, user, area) as scope:
        discussions.delete_post(scope, theirs.topic_id, seq=dropped.seq)
        discussions.react(scope, theirs.topic_id, seq=1, kind="thanks")
        discussions.mute_topic(scope.viewer, theirs.topic_id)
    with acting(app, life.others["deniz"], area) as scope:
        discussions.react(scope, theirs.topic_id, seq=1, kind="thanks")
        discussions.react(scope, own.topic_id, seq=1, kind="like")
    life.browser.get(f"/t/{own.topic_id}-x")


def _moderate(life: Life) -> None:
    theirs = life.topics["theirs"]
    life.browser.send(
        f"/t/{theirs.topic_id}/p/3/hide",
        reason=f"Wegen {life.token('ausgeblendet')}",
    )
    with acting(life.app, life.user, life.area) as scope:
        discussions.edit_post(
            scope,
            theirs.topic_id,
            seq=1,
            source="Vom Moderator gekürzt.",
            version=1,
            reason=life.token("kuerzung"),
        )


def _ask_and_vote(life: Life) -> None:
    from forum_polls import operations as polls
    from forum_polls.values import Ballot

    app, user, deniz = life.app, life.user, life.others["deniz"]
    answers = f"{life.token('ja')}\nNein"
    extra = {"polls_options": (answers,), "polls_own": ("open",)}
    asked = make_topic(
        app, life.area, author=user, kind="poll", title=life.token("frage"), extra=extra
    )
    given = make_topic(
        app,
        life.area,
        author=life.others["anke"],
        kind="poll",
        title="Wohin?",
        extra={"polls_options": ("Kiel\nBremen",), "polls_own": ("open",)},
    )
    life.topics |= {"asked": asked, "given": given}
    for who, topic, answer in (
        (user, given, life.token("idee")),
        (deniz, given, ""),
        (deniz, asked, ""),
    ):
        poll = life.find(sa.select(Poll.id).where(Poll.post_id == topic.post_id))
        first = life.find(sa.select(sa.func.min(Option.id)).where(Option.poll_id == poll))
        with acting(app, who, life.area) as scope:
            chosen: frozenset[int] = frozenset() if answer else frozenset({first})
            polls.vote(scope, poll, ballot=Ballot(chosen, answer))


def describe_others(life: Life) -> dict[int, tuple[str, str]]:
    """Return source and title of what others wrote, mentions of the leaver under a neutral name."""
    from forum.discussions.models import Post, Topic

    statement = (
        sa.select(Post.id, Post.source, Topic.title, Topic.author_id)
        .join(Topic, Topic.id == Post.topic_id)
        .where(Post.author_id != life.user)
    )
    with life.app.app_context(), unit(), unscoped("tests look behind the wall") as session:
        rows = session.execute(statement).all()
    name = re.compile(rf"{HANDLE}|ehemalig-\d+", re.IGNORECASE)
    return {
        row.id: (name.sub("jemand", row.source), row.title if row.author_id != life.user else "")
        for row in rows
    }


def is_erased(life: Life) -> bool:
    """Whether the account's row is a tombstone."""
    return bool(life.find(sa.select(User.state).where(User.id == life.user)) == "erased")


def count_members(life: Life) -> dict[str, int]:
    """Return the kept numbers of members by area."""
    with life.app.app_context(), unit(), unscoped("tests look behind the wall") as session:
        rows = session.execute(sa.select(Area.slug, Area.member_count))
        return {row.slug: row.member_count for row in rows}
