"""Making digests: collected once for all, chosen for each, written in batches.

What may be told is asked here for all members at once, and again when each mail leaves.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

import sqlalchemy as sa

from forum.api.data import (
    RECIPIENTS,
    Addressed,
    MailDraft,
    Viewer,
    among,
    list_addressed,
    list_reach,
    list_settled,
    now,
    read_unit,
    send_mails,
    unit,
    unscoped,
)
from forum_digest import limits, values
from forum_digest.choosing import Item, Reader, choose_items, weigh
from forum_digest.letters import Letter, Press, make_headers, name_mail
from forum_digest.links import name_address
from forum_digest.models import Issue, Pref, SentItem, Suppression
from forum_digest.queries import find_account, find_pref, get_settings
from forum_digest.rules import GUARD
from forum_digest.stock import Stock, load_stock

QUIET: Final = {"synchronize_session": False}
_PLANNED: Final = (
    sa.select(
        Issue.id,
        Issue.user_id,
        Issue.channel,
        Issue.from_mark,
        Issue.tries,
        Pref.areas,
        Pref.freq,
        Pref.zone,
        Pref.language,
        RECIPIENTS.c.email,
        RECIPIENTS.c.language.label("spoken"),
        RECIPIENTS.c.seen_at,
    )
    .join(Pref, Pref.user_id == Issue.user_id)
    .join(RECIPIENTS, RECIPIENTS.c.user_id == Issue.user_id)
    .where(Issue.state == values.PLANNED, Issue.id > sa.bindparam("after", type_=sa.BigInteger))
    .order_by(Issue.id)
    .limit(limits.BATCH)
)
_SPAN: Final = (
    sa.select(
        sa.func.min(Issue.from_mark, type_=Issue.from_mark.type),
        sa.func.count(),
    )
    .select_from(Issue)
    .where(Issue.state == values.PLANNED)
)
_SUPPRESSED: Final = sa.select(Suppression.address_key).where(
    among(Suppression.address_key, "keys"),
    Suppression.points >= limits.ENOUGH,
    Suppression.until > sa.bindparam("at", type_=Suppression.until.type),
)


@dataclass(frozen=True, slots=True)
class Verdict:
    """What becomes of one planned digest: its items, or why there is none."""

    row: Any
    items: Sequence[Item] = ()
    reason: str = ""


def compose_digests(area_ids: Collection[int], root_id: int) -> int:
    """Make all planned digests; return how many were made or skipped.

    A kill loses nothing: what was not committed stays planned, what was waits in the outbox.
    Cost: eleven statements and those of the plugins for each language, and thirteen for each
        3,500 members.
    """
    at = now()
    with read_unit(), unscoped("digest: what is planned is asked for all") as session:
        since, waiting = session.execute(_SPAN).one()
        languages = session.scalars(_languages()).all() if waiting else ()
    if not waiting:
        return 0
    with read_unit():
        settings = get_settings(root_id)
        earliest = max(since, at - limits.LOOKED_BACK)
        stock = load_stock(area_ids, languages, since=earliest, until=at)
    press, after, done = Press(dict(stock.names)), 0, 0
    while rows := _list_planned(after):
        verdicts = _judge(rows, stock, least=settings.threshold, at=at)
        _write(verdicts, press, settings.unsubscribe_address, at=at)
        after, done = rows[-1].id, done + len(rows)
        if len(rows) < limits.BATCH:
            break
    return done


def preview_digest(viewer: Viewer, area_ids: Collection[int]) -> list[Item]:
    """Return what a digest made now would tell the viewer; the same code makes the mail.

    Cost: twelve statements and those of the plugins.
    """
    account, pref, at = find_account(viewer), find_pref(viewer), now()
    if account is None:
        return []
    language = (pref.language if pref else "") or account.language
    mark = pref.mark if pref else account.seen_at
    since = max(mark, at - limits.LOOKED_BACK)
    stock = load_stock(area_ids, [language], since=since, until=at)
    chosen = frozenset(pref.areas) if pref else frozenset()
    reach = list_reach([account.user_id])[account.user_id]
    # Whoever looks at the page is here now: the last visit says nothing.
    reader = Reader(account.user_id, language, "", since, _areas(reach, chosen, stock))
    return _choose([reader], stock)[account.user_id]


def _languages() -> sa.Select[Any]:
    language = sa.func.coalesce(sa.func.nullif(Pref.language, ""), RECIPIENTS.c.language)
    return (
        sa.select(language)
        .select_from(Issue)
        .join(Pref, Pref.user_id == Issue.user_id)
        .join(RECIPIENTS, RECIPIENTS.c.user_id == Issue.user_id)
        .where(Issue.state == values.PLANNED)
        .distinct()
    )


def _list_planned(after: int) -> Sequence[Any]:
    with read_unit(), unscoped("digest: what is planned is asked for all") as session:
        return session.execute(_PLANNED, {"after": after}).all()


def _judge(rows: Sequence[Any], stock: Stock, *, least: int, at: datetime) -> list[Verdict]:
    """Choose for each what to tell, and say why not where there is nothing to tell."""
    with read_unit():
        reach = list_reach([row.user_id for row in rows])
        readers = [_to_reader(row, reach[row.user_id], stock) for row in rows]
        chosen = _choose(readers, stock)
        barred = _list_suppressed([row.email for row in rows], at)
    return [
        _judge_one(row, chosen[row.user_id], least=least, barred=row.email in barred)
        for row in rows
    ]


def _judge_one(row: Any, items: Sequence[Item], *, least: int, barred: bool) -> Verdict:
    if row.freq == values.OFF:
        return Verdict(row, reason=values.STOPPED)
    if barred and row.channel == values.MAIL:
        return Verdict(row, reason=values.BOUNCED)
    if not items:
        return Verdict(row, reason=values.EMPTY)
    if weigh(items) < least:
        return Verdict(row, reason=values.TOO_LITTLE)
    return Verdict(row, items)


def _to_reader(row: Any, reach: frozenset[int], stock: Stock) -> Reader:
    return Reader(
        row.user_id,
        row.language or row.spoken,
        row.zone,
        max(row.from_mark, row.seen_at),
        _areas(reach, frozenset(row.areas), stock),
    )


def _areas(reach: frozenset[int], chosen: frozenset[int], stock: Stock) -> frozenset[int]:
    """Return where a reader hears of something: readable, on, in or below what is chosen."""
    found = frozenset(reach & stock.names.keys())
    if not chosen:
        return found
    return frozenset(area for area in found if not chosen.isdisjoint(stock.lines[area]))


def _choose(readers: Sequence[Reader], stock: Stock) -> dict[int, list[Item]]:
    users = [reader.user_id for reader in readers]
    settled = list_settled(users, [topic.topic_id for topic in stock.topics])
    spoken: dict[int, list[Addressed]] = {}
    earliest = min((reader.since for reader in readers), default=stock.until)
    for one in list_addressed(users, since=earliest):
        spoken.setdefault(one.user_id, []).append(one)
    return {
        reader.user_id: choose_items(
            reader, stock, settled=settled, addressed=spoken.get(reader.user_id, ())
        )
        for reader in readers
    }


def _list_suppressed(emails: Sequence[str], at: datetime) -> set[str]:
    keys = {name_address(email): email for email in emails}
    with unscoped("digest: addresses that refuse mail are nobody's to see") as session:
        found = session.scalars(_SUPPRESSED, {"keys": sorted(keys), "at": at})
        return {keys[key] for key in found}


def _write(verdicts: Sequence[Verdict], press: Press, address: str, *, at: datetime) -> None:
    """Write a batch in one unit: who else makes the same digests finds them taken."""
    letters = {
        v.row.id: press.compose(v.row.user_id, v.row.language or v.row.spoken, v.items)
        for v in verdicts
        if v.items and v.row.channel == values.MAIL
    }
    with unit(), unscoped("digest: digests are made for all") as session:
        taken = _claim(session, verdicts, at)
        mine = [v for v in verdicts if v.row.id in taken and v.items]
        items = [_to_item(v, item) for v in mine for item in v.items]
        if items:
            session.execute(sa.insert(SentItem), items)
        _move_marks(session, [v for v in mine if v.row.channel == values.PORTAL], at)
        send_mails(
            GUARD,
            [_to_mail(v, letters[v.row.id], address) for v in mine if v.row.id in letters],
        )


def _claim(session: Any, verdicts: Sequence[Verdict], at: datetime) -> set[int]:
    """Settle planned ones, by what becomes of them; return those that nobody else has settled."""
    groups: dict[tuple[str, str], list[Verdict]] = {}
    for v in verdicts:
        state = values.SKIPPED if v.reason else values.COMPOSED
        if state == values.COMPOSED and v.row.channel == values.PORTAL:
            state = values.SENT
        groups.setdefault((state, v.reason), []).append(v)
    taken: set[int] = set()
    for (state, reason), some in sorted(groups.items(), key=lambda pair: pair[0]):
        counts: Mapping[int, list[int]] = _by_count(some)
        number = sa.case(*((Issue.id.in_(ids), count) for count, ids in counts.items()))
        done = session.scalars(
            sa.update(Issue)
            .where(among(Issue.id, "ids"), Issue.state == values.PLANNED)
            .values(
                state=state,
                reason=reason,
                items=number if state != values.SKIPPED else 0,
                to_mark=at,
                settled_at=None if state == values.COMPOSED else at,
            )
            .returning(Issue.id)
            .execution_options(**QUIET),
            {"ids": [v.row.id for v in some]},
        )
        taken |= set(done)
    return taken


def _by_count(verdicts: Sequence[Verdict]) -> dict[int, list[int]]:
    found: dict[int, list[int]] = {}
    for v in verdicts:
        found.setdefault(len(v.items), []).append(v.row.id)
    return found


def _to_item(verdict: Verdict, item: Item) -> dict[str, Any]:
    return {
        "user_id": verdict.row.user_id,
        "issue_id": verdict.row.id,
        "key": item.key[:120],
        "plugin": item.plugin,
        "area_id": item.area_id,
        "topic_id": item.topic_id,
    }


def _move_marks(session: Any, verdicts: Sequence[Verdict], at: datetime) -> None:
    """What stands in the forum is told at once; a mail is when it has left."""
    users = [v.row.user_id for v in verdicts]
    if users:
        session.execute(
            sa.update(Pref)
            .where(among(Pref.user_id, "users"))
            .values(mark=at)
            .execution_options(**QUIET),
            {"users": users},
        )


def _to_mail(verdict: Verdict, letter: Letter, address: str) -> MailDraft:
    row = verdict.row
    name = name_mail(row.id, row.tries)
    return MailDraft(
        key=name,
        ref=name,
        to=row.email,
        user_id=row.user_id,
        subject=letter.subject,
        text=letter.text,
        html=letter.html,
        headers=make_headers(row.user_id, address=address),
    )
