"""What several operations need of a row: locks, inserts that may meet their like, recounts."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from functools import cache
from types import MappingProxyType
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from forum.areas.scope import Scope
from forum.core.database import db
from forum.core.errors import NotFound
from forum.discussions.models import Post, Topic
from forum.discussions.queries.rows import TOPIC_COLUMNS, TopicRow
from forum.discussions.queries.texts import PostText
from forum.discussions.rules import can_hide

FACES: Final = 5
_CHUNK: Final = 500
_NONE: Final[Mapping[int, int]] = MappingProxyType({})
FAR: Final = datetime.fromisoformat("9000-01-01T00:00:00+00:00")
"""The `rank_at` of pinned topics: above every time of a post."""

# Updates name their rows, so there is nothing to bring in step with objects in the session.
QUIET: Final = {"synchronize_session": False}

_LOCK_TOPIC: Final = (
    sa.select(*TOPIC_COLUMNS)
    .where(Topic.id == sa.bindparam("topic_id"))
    .with_for_update(of=Topic, key_share=True)
)
_LOCK_POST: Final = (
    sa.select(*(getattr(Post, name) for name in PostText.__slots__))
    .where(Post.topic_id == sa.bindparam("topic_id"), Post.seq == sa.bindparam("seq"))
    .with_for_update(of=Post, key_share=True)
)


def lock_topic(scope: Scope, topic_id: int) -> TopicRow:
    """Return a topic of the area and hold its row until the unit ends.

    Errors: NotFound when it is not there for the viewer.
    """
    row = db.session.execute(_LOCK_TOPIC, {"topic_id": topic_id}).one_or_none()
    if row is None:
        raise NotFound
    topic = TopicRow(*row)
    own = topic.author_id == scope.user_id
    hidden = topic.hidden_at is not None or (topic.deleted_at is not None and not own)
    if topic.area_id != scope.area.id or (hidden and not can_hide(scope)):
        raise NotFound
    return topic


def lock_post(topic_id: int, seq: int) -> PostText:
    """Return a post and hold its row until the unit ends; lock the topic first.

    Errors: NotFound.
    """
    row = db.session.execute(_LOCK_POST, {"topic_id": topic_id, "seq": seq}).one_or_none()
    if row is None:
        raise NotFound
    return PostText(*row)


def insert_row(model: Any, values: Mapping[str, Any]) -> int:
    """Insert a row and return its id."""
    return int(db.session.execute(_plain_insert(model), values).scalar_one())


@cache
def _plain_insert(model: Any) -> Any:
    return sa.insert(model.__table__).returning(model.__table__.c.id)


def insert_new(model: Any, values: Mapping[str, Any], key: Collection[str]) -> bool:
    """Insert a row unless one with the same unique key is there; tell whether it was new."""
    statement = _insert_statement(model, tuple(values), tuple(key), None, _dialect())
    return db.session.scalar(statement, _bind(values)) is not None


def upsert(
    model: Any, values: Mapping[str, Any], key: Collection[str], changed: Collection[str]
) -> None:
    """Insert a row, or bring these columns of its like up to date."""
    statement = _insert_statement(model, tuple(values), tuple(key), tuple(changed), _dialect())
    db.session.execute(statement, _bind(values))


@cache
def _insert_statement(
    model: Any,
    names: tuple[str, ...],
    key: tuple[str, ...],
    changed: tuple[str, ...] | None,
    dialect: str,
) -> Any:
    """Build once what every reply sends; None for `changed` leaves what is there."""
    make = {"postgresql": postgresql, "sqlite": sqlite}[dialect].insert
    table = model.__table__
    statement: Any = make(table).values(
        {name: sa.bindparam(f"new_{name}", type_=table.c[name].type) for name in names}
    )
    if changed is None:
        return statement.on_conflict_do_nothing(index_elements=key).returning(table.c.id)
    values = {name: statement.excluded[name] for name in changed}
    return statement.on_conflict_do_update(index_elements=key, set_=values)


def _bind(values: Mapping[str, Any]) -> dict[str, Any]:
    return {f"new_{name}": value for name, value in values.items()}


def _dialect() -> str:
    return db.session().get_bind().dialect.name


def touch_topic(topic_id: int, session: Session | None = None) -> None:
    """Say that what the topic shows has changed: cached pages of it are old.

    Work without a viewer, such as a job, hands over its unscoped session.
    """
    (session or db.session).execute(
        sa.update(Topic)
        .where(Topic.id == topic_id)
        .values(version=Topic.version + 1)
        .execution_options(**QUIET)
    )


def recount_topic(topic_id: int, session: Session | None = None) -> None:
    """Bring the counters of a topic in step with its visible posts.

    Cost: three statements; linear in the people of the topic.
    """
    session = session or db.session()
    visible = sa.and_(
        Post.topic_id == topic_id, Post.deleted_at.is_(None), Post.hidden_at.is_(None)
    )
    replies, last_post_at = session.execute(
        sa.select(sa.func.count().filter(Post.parent_id.is_not(None)), sa.func.max(Post.created_at))
        .select_from(Post)
        .where(visible)
    ).one()
    latest = sa.func.max(Post.created_at)
    people = (
        session.execute(
            sa.select(Post.author_id)
            .where(visible)
            .group_by(Post.author_id)
            .order_by(latest.desc(), sa.func.max(Post.seq).desc())
        )
        .scalars()
        .all()
    )
    values: dict[str, Any] = {
        "reply_count": replies,
        "people": list(people[:FACES]),
        "people_count": len(people),
        "version": Topic.version + 1,
    }
    if last_post_at is not None:
        values["last_post_at"] = last_post_at
        values["last_author_id"] = people[0]
        pinned = Topic.pinned_at.is_not(None)
        values["rank_at"] = sa.case(
            (pinned, Topic.rank_at), else_=sa.literal(last_post_at, type_=Topic.rank_at.type)
        )
    session.execute(
        sa.update(Topic).where(Topic.id == topic_id).values(**values).execution_options(**QUIET)
    )


def recount_topics(
    topic_ids: Iterable[int], session: Session, *, last_seqs: Mapping[int, int] = _NONE
) -> None:
    """Bring the counters of many topics in step with their visible posts.

    `last_seqs` are the numbers of the last posts of topics that got new ones.
    Cost: two statements per five hundred topics.
    """
    ids = sorted(topic_ids)
    for start in range(0, len(ids), _CHUNK):
        _recount(ids[start : start + _CHUNK], session, last_seqs)


def _recount(ids: list[int], session: Session, last_seqs: Mapping[int, int]) -> None:
    latest = sa.func.max(Post.created_at).label("latest")
    rows = session.execute(
        sa.select(
            Post.topic_id,
            Post.author_id,
            sa.func.count().filter(Post.parent_id.is_not(None)).label("replies"),
            latest,
        )
        .where(Post.topic_id.in_(ids), Post.deleted_at.is_(None), Post.hidden_at.is_(None))
        .group_by(Post.topic_id, Post.author_id)
        .order_by(Post.topic_id, latest.desc(), sa.func.max(Post.seq).desc())
    )
    topic: Any = Topic.__table__
    at = sa.bindparam("at", type_=topic.c.last_post_at.type)
    statement = (
        sa.update(topic)
        .where(topic.c.id == sa.bindparam("topic"))
        .values(
            reply_count=sa.bindparam("replies"),
            people=sa.bindparam("faces", type_=topic.c.people.type),
            people_count=sa.bindparam("count"),
            version=topic.c.version + 1,
            last_seq=sa.func.coalesce(sa.bindparam("seq"), topic.c.last_seq),
            last_post_at=sa.func.coalesce(at, topic.c.last_post_at),
            last_author_id=sa.func.coalesce(sa.bindparam("last"), topic.c.last_author_id),
            rank_at=sa.case(
                (topic.c.pinned_at.is_not(None), topic.c.rank_at),
                else_=sa.func.coalesce(at, topic.c.rank_at),
            ),
        )
    )
    found: dict[int, list[Any]] = {one: [] for one in ids}
    for row in rows:
        found[row.topic_id].append(row)
    session.execute(
        statement,
        [
            {
                "topic": topic_id,
                "replies": sum(row.replies for row in people),
                "faces": [row.author_id for row in people[:FACES]],
                "count": len(people),
                "seq": last_seqs.get(topic_id),
                "at": people[0].latest if people else None,
                "last": people[0].author_id if people else None,
            }
            for topic_id, people in found.items()
        ],
    )
