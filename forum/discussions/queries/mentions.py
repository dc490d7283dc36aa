"""Mentions and quotes: who may be mentioned, and what stored texts show to one viewer."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from itertools import repeat
from types import MappingProxyType
from typing import Final

import sqlalchemy as sa
from markupsafe import Markup

from forum.accounts.queries import Suggestion, find_handles, suggest_people
from forum.areas.queries import list_readers
from forum.core.among import among
from forum.core.database import db
from forum.core.wall import EVERYBODY, SITE
from forum.discussions.models import Post, Topic
from forum.discussions.queries.people import PersonRow, member, person_columns
from forum.discussions.queries.rows import VISIBLE, post_url
from forum.markup import Person, QuoteInfo, fill, hide_quotes, list_placeholders, list_quoted
from forum.web.i18n import gettext as _

_NO_EMBEDS: Final[Mapping[str, Markup]] = MappingProxyType({})
_reader: Final = sa.table(
    "area_reader", sa.column("area_id"), sa.column("principal"), sa.column("reads", sa.Boolean)
)


def _reads(area_id: int) -> sa.ColumnElement[bool]:
    """The condition that a member, not the viewer, may read an area."""
    return sa.exists().where(
        _reader.c.area_id == area_id,
        _reader.c.principal.in_((EVERYBODY, SITE, member.c.id)),
        _reader.c.reads.is_(sa.true()),
    )


_MENTIONED: Final = sa.select(*person_columns()).where(
    among(member.c.handle, "handles"),
    member.c.state.in_(("active", "suspended", "erased")),
)
_QUOTED: Final = (
    sa.select(Post.id, Post.topic_id, Post.seq, *person_columns())
    .join(Topic, Topic.id == Post.topic_id)
    .join(member, member.c.id == Post.author_id)
    .where(
        among(Post.id, "quoted"),
        Post.hidden_at.is_(None),
        Post.deleted_at.is_(None),
        VISIBLE,
    )
)


def find_quotes(texts: Sequence[str]) -> dict[int, QuoteInfo]:
    """Return, of the posts that stored texts quote, those that the viewer may read.

    Cost: one statement, none when nothing is quoted.
    """
    wanted = list_placeholders(texts).quotes
    if not wanted:
        return {}
    rows = db.session.execute(_QUOTED, {"quoted": sorted(wanted)})
    return {
        row.id: QuoteInfo(PersonRow(*row[3:]).person.name, post_url(row.topic_id, row.seq))
        for row in rows
    }


def fill_texts(
    texts: Sequence[str],
    quotes: Mapping[int, QuoteInfo] | None = None,
    embeds: Sequence[Mapping[str, Markup]] = (),
) -> list[Markup]:
    """Fill the placeholders of stored texts.

    `quotes` are the posts whose text may be shown where it is quoted, None for those that the
    viewer may read; a quote of any other post shows no text. Mentions are the same for all.
    `embeds` holds for each text what stands in the place of its embeds, by key; an embed that is
    missing shows its line.
    Cost: one statement for all texts where somebody is mentioned, and that of `find_quotes`.
    """
    mentions = _find_mentions(list_placeholders(texts).mentions)
    shown = find_quotes(texts) if quotes is None else quotes
    closed = _("Dieser zitierte Beitrag ist für dich nicht sichtbar.")
    return [
        fill(text, mentions=mentions, quotes=shown, embeds=panels, closed_quote=closed)
        for text, panels in zip(texts, embeds or repeat(_NO_EMBEDS), strict=False)
    ]


def _find_mentions(handles: Collection[str]) -> dict[str, Person]:
    if not handles:
        return {}
    rows = [PersonRow(*row) for row in db.session.execute(_MENTIONED, {"handles": sorted(handles)})]
    return {row.handle: Person(row.person.name, row.person.url or None) for row in rows}


def list_readable_sources(sources: Sequence[str]) -> list[str]:
    """Return sources without what they quote from posts that the viewer may not read.

    Quotes that name no post keep their text: whoever wrote it quoted nothing of ours.
    Cost: one statement, none when nothing is quoted.
    """
    quoted = list_quoted(sources) - {0}
    if not quoted:
        return list(sources)
    rows = db.session.execute(_QUOTED, {"quoted": sorted(quoted)})
    shown = {row.id for row in rows} | {0}
    closed = _("Dieser zitierte Beitrag ist für dich nicht sichtbar.")
    return [hide_quotes(source, shown=shown, note=closed) for source in sources]


def split_by_access(
    handles: Collection[str], *, area_id: int
) -> tuple[tuple[int, ...], tuple[str, ...]]:
    """Return the ids of the mentioned members who may read the area, the handles of the others.

    Cost: two statements, none when nobody is mentioned.
    """
    found = find_handles({handle.lower() for handle in handles})
    readers = list_readers(area_id, found.values())
    reached = tuple(sorted(readers))
    return reached, tuple(sorted(h for h, user_id in found.items() if user_id not in readers))


def list_mentionable(text: str, *, area_id: int) -> list[Suggestion]:
    """Suggest members who may read the area.

    Cost: one statement.
    """
    return suggest_people(text, among=sa.select(member.c.id).where(_reads(area_id)))
