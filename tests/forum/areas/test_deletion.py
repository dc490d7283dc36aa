"""Deleting areas: what is refused, what goes with them, what others hear of it."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
import sqlalchemy as sa
from flask import Flask

from forum.accounts.models import User
from forum.areas import operations as areas
from forum.areas.models import Area, Grant
from forum.areas.queries import get_scope_by_id, get_system_scope
from forum.core.audit import AuditEntry
from forum.core.consumers import run_consumers
from forum.core.database import Base, read_unit, unit, unscoped
from forum.core.errors import Conflict, Denied, ForumError, Invalid
from forum.core.events import EventRow
from forum.core.runner import run_all
from forum.core.wall import Viewer, as_viewer
from forum.discussions import operations as discussions
from forum.discussions.models import Post, Topic
from forum.notifications.models import Notification
from forum.search.operations import forget_posts, mark_pending, rebuild_index
from forum.testing.builders import acting, make_area, make_post, make_topic, make_user
from forum.testing.fixtures import BuildOnce

Row = tuple[object, ...]


class Place:
    """A root and two areas in it, talk in both, and people in both."""

    def __init__(self, app: Flask) -> None:
        self.app = app
        self.anke, self.deniz = make_user(app, "Anke"), make_user(app, "Deniz")
        people = {self.anke: "admin", self.deniz: "member"}
        self.root = make_area(app, "Bund", slug="bund", members={self.anke: "admin"})
        self.here = make_area(app, "Hier", slug="hier", members=people)  # type: ignore[arg-type]
        self.there = make_area(app, "Dort", slug="dort", members=people)  # type: ignore[arg-type]
        self.topic = make_topic(app, self.here, author=self.anke, title="Geheimtreffen").topic_id
        self.other = make_topic(app, self.there, author=self.anke, title="Sommerfest").topic_id

    def read(self, *columns: object, where: object = None) -> list[Row]:
        """Read rows past the wall."""
        with self.app.app_context(), read_unit(), unscoped("tests look behind the wall") as session:
            statement = sa.select(*columns)  # type: ignore[call-overload]
            found = statement if where is None else statement.where(where)
            return [tuple(row) for row in session.execute(found)]

    def work(self) -> None:
        """Let consumers and jobs run."""
        with self.app.app_context():
            while run_consumers():
                pass
            run_all()

    def delete(self, who: int, **said: str) -> dict[str, int]:
        """Delete the area "Hier"."""
        with acting(self.app, who, self.here) as scope:
            return dict(areas.delete_area(scope, **said))


@pytest.fixture
def place(build_once: BuildOnce) -> Place:
    return build_once(Place)


ALL = {"confirm": "hier", "reason": "Auflösung"}


def test_the_root_and_what_areas_hang_on_stay(place: Place) -> None:
    make_area(place.app, "Darunter", parent=place.here)
    with pytest.raises(Conflict, match="Darunter hängen"):
        place.delete(place.anke, **ALL)
    with pytest.raises(Conflict, match="oberste"), acting(place.app, place.anke, place.root) as s:
        areas.delete_area(s, confirm="bund", reason="x")


@pytest.mark.parametrize(
    ("said", "field"),
    [
        ({}, "confirm"),
        ({"confirm": "dort", "reason": "x"}, "confirm"),
        ({"confirm": "hier"}, "reason"),
        ({"confirm": "hier", "reason": "  "}, "reason"),
        ({"confirm": "hier", "reason": "x" * 501}, "reason"),
    ],
)
def test_what_was_written_goes_only_on_purpose(
    place: Place, said: dict[str, str], field: str
) -> None:
    with pytest.raises(Invalid) as refused:
        place.delete(place.anke, **said)
    assert refused.value.field == field
    assert (place.topic,) in place.read(Topic.id)


def test_a_deleted_topic_counts_as_content_too(place: Place) -> None:
    with acting(place.app, place.anke, place.here) as scope:
        discussions.delete_post(scope, place.topic, seq=1)
    with pytest.raises(Invalid):
        place.delete(place.anke)


def test_members_do_not_delete(place: Place) -> None:
    with pytest.raises(Denied):
        place.delete(place.deniz, **ALL)


def test_an_empty_area_needs_neither_reason_nor_confirmation(place: Place) -> None:
    empty = make_area(place.app, "Leer", members={place.deniz: "admin"})
    with acting(place.app, place.deniz, empty) as scope:
        assert not any(areas.delete_area(scope).values())
    assert (empty,) not in place.read(Area.id)


def test_everything_in_it_goes_and_nothing_else(place: Place) -> None:
    app = place.app
    post = make_post(app, place.topic, author=place.deniz, source="Ja, @anke, um acht.")
    make_post(app, place.other, author=place.deniz, source="@anke kommt auch.")
    with acting(app, place.anke, place.here) as scope:
        discussions.react(scope, place.topic, seq=post.seq)
        discussions.edit_post(scope, place.topic, seq=1, source="Neu", version=1)
    place.work()
    assert place.read(User.unread_notifications, where=User.id == place.anke) == [(2,)]
    rows = place.delete(place.anke, **ALL)
    assert {table: n for table, n in rows.items() if n} == {
        "topic": 1,
        "post": 2,
        "notification": 1,
    }
    assert place.read(Area.slug, where=Area.parent_id.is_not(None)) == [("dort",)]
    assert place.read(Topic.id) == [(place.other,)]
    assert len(place.read(Post.id)) == 2
    assert place.read(Grant.area_id, where=Grant.area_id == place.here) == []
    assert place.read(User.unread_notifications, where=User.id == place.anke) == [(1,)]
    assert [row[0] for row in place.read(Notification.topic_id)] == [place.other]
    left = [table.name for table in Base.metadata.sorted_tables if _names(place, table)]
    assert left == ["event"]  # the log of what happened keeps the number
    client = app.test_client()
    assert client.get(f"/t/{place.topic}").status_code == 404
    assert client.get("/a/hier/").status_code == 404
    assert client.get("/a/dort/").status_code == 200


def _names(place: Place, table: sa.Table) -> bool:
    """Whether a row still names the area by a column of that name."""
    return "area_id" in table.c and place.read(table, where=table.c.area_id == place.here) != []


def test_the_log_above_says_who_why_and_how_much(place: Place) -> None:
    place.delete(place.anke, **ALL)
    wanted = (AuditEntry.area_id, AuditEntry.actor_id, AuditEntry.reason, AuditEntry.details)
    details = {"slug": "hier", "rows": {"topic": 1, "post": 1}}
    assert place.read(*wanted, where=AuditEntry.action == "areas.delete") == [
        (place.root, place.anke, "Auflösung", details)
    ]
    rows = place.read(EventRow.id, EventRow.name, EventRow.area_id, EventRow.payload)
    *_before, purged, deleted = (told for _id, *told in sorted(rows, key=lambda row: row[0]))
    assert deleted == ["areas.area_deleted", place.here, {"slug": "hier"}]
    assert purged[:2] == ["discussions.posts_purged", place.here]


def test_search_forgets_what_is_gone_even_the_words(place: Place) -> None:
    with place.app.app_context():
        rebuild_index()
    before = place.app.extensions["forum"]["search"].count()
    place.delete(place.anke, **ALL)
    place.work()
    index = place.app.extensions["forum"]["search"]
    assert index.count() == before - 1
    directory = place.app.config["FORUM"].data_dir / "index"
    assert not any(b"geheimtreff" in path.read_bytes() for path in directory.rglob("*.*"))


def test_what_is_to_be_indexed_may_be_gone_already(place: Place) -> None:
    """Between an event and its consumer somebody may have deleted the area."""
    make_post(place.app, place.topic, author=place.deniz, source="Noch schnell.")
    place.delete(place.anke, **ALL)
    place.work()
    with place.app.app_context(), unit():
        mark_pending(place.topic)
    place.work()
    assert place.app.extensions["forum"]["search"].count() == 1


def test_a_number_that_is_used_again_stays_in_the_index(place: Place) -> None:
    [(post_id,)] = place.read(Post.id, where=Post.topic_id == place.other)
    with place.app.app_context():
        rebuild_index()
        forget_posts([post_id, 987_654])
    assert place.app.extensions["forum"]["search"].count() == 2


def test_a_thousand_answers_to_answers(place: Place) -> None:
    """Foreign keys alone would follow them one into the other; SQLite stops at a thousand."""
    [(root, path)] = place.read(Post.id, Post.path, where=Post.topic_id == place.topic)
    with place.app.app_context(), unit():
        _chain(place, root, path, 1_300)
    assert place.delete(place.anke, **ALL)["post"] == 1_301


def _chain(place: Place, root: object, path: object, length: int) -> None:
    with unscoped("tests look behind the wall") as session:
        parent = root
        columns = (Post.author_id, Post.source, Post.html, Post.renderer, Post.created_at)
        row = session.execute(sa.select(*columns).where(Post.id == root)).mappings().one()
        for seq in range(2, length + 2):
            values = {**row, "topic_id": place.topic, "seq": seq, "parent_id": parent, "path": path}
            inserted = sa.insert(Post).values(**values).returning(Post.id)
            parent = session.execute(inserted).scalar_one()


def test_an_admin_above_a_seal_deletes_without_reading(place: Place) -> None:
    chair = make_user(place.app, "Vera")
    with place.app.app_context(), unit():
        spec = areas.AreaSpec(name="Recht", slug="recht", visibility="hidden", sealed=True)
        recht = areas.create_area(get_system_scope(place.root), spec, chair_id=chair)
    make_topic(place.app, recht, author=chair, title="Vertraulich")
    with acting(place.app, place.anke, recht) as scope:
        assert not scope.reads
        areas.delete_area(scope, confirm="recht", reason="Ende der Amtszeit")
    assert (recht,) not in place.read(Area.id)


def test_whoever_writes_meanwhile_is_in_or_out_whole(place: Place) -> None:
    """Topics and answers that begin while the area goes leave nothing behind."""

    def write(number: int) -> None:
        try:
            make_topic(place.app, place.here, author=place.deniz, title=f"Thema {number}")
            make_post(place.app, place.topic, author=place.deniz, source=f"Antwort {number}")
        except (ForumError, sa.exc.DBAPIError):
            return  # the area was faster

    def delete() -> None:
        for _attempt in range(5):
            try:
                place.delete(place.anke, **ALL)
            except sa.exc.DBAPIError:
                continue
            return

    with ThreadPoolExecutor(6) as pool:
        [*pool.map(lambda act: act(), [*(lambda n=n: write(n) for n in range(5)), delete])]
    assert place.read(Topic.id) == [(place.other,)]
    assert len(place.read(Post.id)) == 1
    with place.app.app_context(), read_unit(), as_viewer(Viewer(place.anke)):
        with pytest.raises(ForumError):
            get_scope_by_id(Viewer(place.anke), place.here)
