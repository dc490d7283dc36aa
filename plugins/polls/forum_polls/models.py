"""Tables of polls. A poll is a facet of a post: where the post goes, it goes.

Who has voted (`Turnout`) is kept apart from what was chosen (`Vote`, `Choice`): the former holds
for every poll, the latter only for polls that are not secret.
"""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from forum.api.data import BigId, Model, ParticipantBound, PostBound, UTCDateTime
from forum_polls import limits


class Poll(PostBound, Model):
    """A question under a post; several of one post have different names.

    `kind`, `own_answers` and `results` are the words of `values`. `voters` counts its turnout.
    """

    __tablename__ = "polls_poll"
    __table_args__ = (sa.UniqueConstraint("post_id", "name"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(sa.String(40), default="poll")
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


class Option(PostBound, Model):
    """An answer with its tally. Equal answers share a `fold`; the database allows one of each.

    `author_id` is set for answers that members added.
    """

    __tablename__ = "polls_option"
    __table_args__ = (sa.UniqueConstraint("poll_id", "fold"),)

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
    """An option that a vote names, each at most once."""

    __tablename__ = "polls_vote_choice"

    vote_id: Mapped[int] = mapped_column(
        BigId, sa.ForeignKey("polls_vote.id", ondelete="CASCADE"), primary_key=True
    )
    option_id: Mapped[int] = mapped_column(
        sa.ForeignKey("polls_option.id", ondelete="CASCADE"), primary_key=True, index=True
    )
