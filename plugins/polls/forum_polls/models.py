"""Tables of polls. A poll is a facet of a post: where the post goes, it goes.

Who has voted (`Turnout`) is kept apart from what was chosen. Named polls have `Vote` and `Choice`;
secret ones have tallies, and `Ballot` where tallies are not enough to count by.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from forum.api.data import BigId, JSONType, Model, ParticipantBound, PostBound, UTCDateTime
from forum_polls import limits

# Links in mails name polls and options: an id that is free again would lead them elsewhere.
_NEVER_AGAIN: Final = {"sqlite_autoincrement": True}


class Poll(PostBound, Model):
    """A question under a post; several of one post have different names.

    `kind`, `own_answers`, `results` and `voters_rule` are the words of `values`, `terms` is its
    `Terms`. `voters` counts the turnout. A question of a survey has the survey as `parent_id` and
    no rules of its own. `count` is what a ranked poll has been counted to, kept like a tally;
    `entitled` and `seal` are written when the poll ends: how many might have voted, and the hash
    of the result.
    """

    __tablename__ = "polls_poll"
    __table_args__ = (
        sa.UniqueConstraint("post_id", "name"),
        sa.Index("ix_polls_poll_ends_at", "ends_at"),
        _NEVER_AGAIN,
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(sa.String(limits.NAME), default="poll")
    question: Mapped[str] = mapped_column(sa.String(limits.QUESTION))
    kind: Mapped[str] = mapped_column(sa.String(12))
    min_choices: Mapped[int] = mapped_column(default=1)
    max_choices: Mapped[int | None]
    own_answers: Mapped[str] = mapped_column(sa.String(8))
    results: Mapped[str] = mapped_column(sa.String(12))
    voters: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)
    ends_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    closed_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    reopened_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    parent_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey("polls_poll.id", ondelete="CASCADE"), index=True
    )
    secret: Mapped[bool] = mapped_column(default=False, server_default=sa.false())
    terms: Mapped[dict[str, Any] | None] = mapped_column(JSONType)
    voters_rule: Mapped[str] = mapped_column(sa.String(8), default="area", server_default="area")
    voters_area_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey("area.id", ondelete="SET NULL"), index=True
    )
    voters_role: Mapped[str] = mapped_column(
        sa.String(10), default="member", server_default="member"
    )
    count: Mapped[dict[str, Any] | None] = mapped_column(JSONType)
    entitled: Mapped[int | None]
    seal: Mapped[str | None] = mapped_column(sa.String(64))
    reminded_at: Mapped[datetime | None] = mapped_column(UTCDateTime)


class Option(PostBound, Model):
    """An answer with its tally. Equal answers share a `fold`; the database allows one of each.

    `author_id` is set for answers that members added. `state` is a word of `values`; a merged one
    stays, so that whoever writes it again votes for `merged_into_id`. `maybes` counts who could
    come at a date if need be. `created_at` is since when it can be chosen, once it was let in.
    """

    __tablename__ = "polls_option"
    __table_args__ = (sa.UniqueConstraint("poll_id", "fold"), _NEVER_AGAIN)

    id: Mapped[int] = mapped_column(primary_key=True)
    poll_id: Mapped[int] = mapped_column(sa.ForeignKey("polls_poll.id", ondelete="CASCADE"))
    position: Mapped[int]
    text: Mapped[str] = mapped_column(sa.String(limits.ANSWER))
    fold: Mapped[str] = mapped_column(sa.String(limits.FOLD))
    votes: Mapped[int] = mapped_column(default=0)
    author_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey("user.id", ondelete="SET NULL"), index=True
    )
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)
    state: Mapped[str] = mapped_column(sa.String(8), default="shown", server_default="shown")
    merged_into_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey("polls_option.id", ondelete="SET NULL"), index=True
    )
    maybes: Mapped[int] = mapped_column(default=0, server_default=sa.text("0"))
    starts_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    minutes: Mapped[int | None]


class Turnout(ParticipantBound, Model):
    """A member takes part in a poll: one row each, which makes a second vote impossible.

    No id, no time: nothing here tells which row came with which vote.
    """

    __tablename__ = "polls_turnout"
    __table_args__ = {"sqlite_with_rowid": False}  # noqa: RUF012 – as SQLAlchemy wants it

    poll_id: Mapped[int] = mapped_column(
        sa.ForeignKey("polls_poll.id", ondelete="CASCADE"), primary_key=True
    )
    user_id: Mapped[int] = mapped_column(
        sa.ForeignKey("user.id", ondelete="CASCADE"), primary_key=True, index=True
    )


_IN_FORCE = sa.text("ended_at IS NULL")


class Vote(ParticipantBound, Model):
    """One vote in a log that only grows: changing or withdrawing it sets `ended_at`."""

    __tablename__ = "polls_vote"
    __table_args__ = (
        sa.Index(
            "uq_polls_vote_in_force",
            "poll_id",
            "user_id",
            unique=True,
            sqlite_where=_IN_FORCE,
            postgresql_where=_IN_FORCE,
        ),
        sa.Index("ix_polls_vote_poll_id", "poll_id"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True, autoincrement=True)
    poll_id: Mapped[int] = mapped_column(sa.ForeignKey("polls_poll.id", ondelete="CASCADE"))
    cast_at: Mapped[datetime] = mapped_column(UTCDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UTCDateTime)


class Choice(ParticipantBound, Model):
    """An option that a vote names, each at most once; `mark` is its rank, or how a date fits."""

    __tablename__ = "polls_vote_choice"

    vote_id: Mapped[int] = mapped_column(
        BigId, sa.ForeignKey("polls_vote.id", ondelete="CASCADE"), primary_key=True
    )
    option_id: Mapped[int] = mapped_column(
        sa.ForeignKey("polls_option.id", ondelete="CASCADE"), primary_key=True, index=True
    )
    mark: Mapped[int] = mapped_column(sa.SmallInteger, default=1, server_default=sa.text("1"))


class Sheet(PostBound, Model):
    """A secret ballot that a tally cannot hold: a ranking, or one member's answers to a survey.

    Nobody's: no member, no time, an id drawn by lot. With every vote all sheets of the poll are
    written anew in an order drawn by lot, so that nothing about a row tells when it came.
    """

    __tablename__ = "polls_sheet"

    id: Mapped[int] = mapped_column(BigId, primary_key=True, autoincrement=False)
    poll_id: Mapped[int] = mapped_column(
        sa.ForeignKey("polls_poll.id", ondelete="CASCADE"), index=True
    )
    content: Mapped[Any] = mapped_column(JSONType)
