"""From an item to a message of the pipeline: as much of it as the policy of its source lets in."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from forum.api.web import gettext as _
from forum_crosspost import limits
from forum_crosspost.feeds.identity import make_hash, make_id
from forum_crosspost.feeds.items import Item
from forum_crosspost.mail import tails
from forum_crosspost.mail.html import html_to_text
from forum_crosspost.markdown import escape, to_markdown
from forum_crosspost.records import Message, Record, Refused, Writer
from forum_crosspost.wxr.texts import list_media

_ADDRESS: Final = re.compile(r"<https?://[^>\s]*>")
_SENTENCE: Final = re.compile(r".*[.!?…](?=\s|$)", re.S)


@dataclass(frozen=True, slots=True, kw_only=True)
class Manner:
    """How items of one source are taken over; what was written after `news_since` is news."""

    label: str
    key: str
    policy: str
    news_since: datetime | None = None


@dataclass(frozen=True, slots=True)
class Candidate:
    """An item whose identity is known; nothing of its text was converted yet."""

    item: Item
    ext_id: str
    content_hash: str
    at: datetime


def read_item(item: Item, manner: Manner, *, ids: str, now: datetime) -> Record:
    """Return the message of an item, or why it has to stay out."""
    found = identify(item, ids=ids, now=now)
    return found if isinstance(found, Refused) else write_message(found, manner)


def identify(item: Item, *, ids: str, now: datetime) -> Candidate | Refused:
    """Return what an item is known by, from what stands in the feed alone.

    Without a time it is of now, and nothing is from the future. What is the same as last time
    needs no more than this.
    """
    ext_id = make_id(item, ids)
    if not ext_id:
        return Refused(_("Eintrag ohne Titel"), _("weder Kennung noch Adresse noch Text"))
    return Candidate(item, ext_id, make_hash(item), min(item.at or now, now))


def write_message(found: Candidate, manner: Manner) -> Message:
    """Return the message: the work that only what is new or changed is worth."""
    item = found.item
    return Message(
        ext_id=found.ext_id,
        ancestors=(),
        writer=_find_writer(item, manner),
        at=found.at,
        title=item.title or _first_words(item.html) or _("Ohne Titel"),
        text=_write(item, manner),
        label=manner.label,
        url=item.link,
        content_hash=found.content_hash,
        remarks=() if item.at else (_("ohne Datum; es gilt die Zeit der Übernahme"),),
        attachments=item.files + len(list_media(item.html)),
        is_news=manner.news_since is not None and found.at > manner.news_since,
        stands_alone=True,
    )


def _find_writer(item: Item, manner: Manner) -> Writer:
    """Return who wrote: a person only where the policy names persons, else the source itself."""
    name = item.author if manner.policy == "named" else ""
    identity = f"{manner.key}\0{name}"
    digest = hashlib.sha256(identity.encode()).hexdigest()
    return Writer(identity=digest, name=name or manner.label, has_address=False)


def _write(item: Item, manner: Manner) -> str:
    if manner.policy in ("link", "result"):
        text = _excerpt(item.html)
    else:
        text = _cut(tails.shorten_addresses(html_to_text(item.html)))
    if item.link:
        text = f"{text}\n\n[{_('Im Original weiterlesen')}](<{item.link}>)"
    return text.strip() or _("*(Nachricht ohne Text)*")


def _excerpt(html: str) -> str:
    """Return the beginning as one paragraph: whole sentences where they fit."""
    line = _begin(html)
    if len(line) <= limits.EXCERPT:
        return escape(line)
    short = line[: limits.EXCERPT]
    whole = _SENTENCE.match(short)
    if whole and len(whole[0]) > limits.EXCERPT // 3:
        return escape(whole[0])
    return escape(f"{short.rpartition(' ')[0] or short} …")


def _begin(html: str) -> str:
    """Return the beginning of a text in one line, more of it than an excerpt shows.

    What is read first is enough, unless most of it was addresses and space.
    """
    most = limits.EXCERPT * 3
    line = _flatten(html_to_text(html, most=most))
    is_enough = len(html) <= most or len(line) > limits.EXCERPT * 2
    return line if is_enough else _flatten(html_to_text(html))


def _flatten(plain: str) -> str:
    shown = _ADDRESS.sub("", tails.shorten_addresses(plain))
    return " ".join(shown.replace("> ", " ").split())


def _cut(plain: str) -> str:
    text = to_markdown(plain)
    is_cut = False
    while len(text.encode()) > limits.TEXT_BYTES - limits.URL * 2:
        is_cut = True
        plain = plain[: int(len(plain) * 0.8)]
        text = to_markdown(plain)
    if is_cut:
        text += "\n\n" + _("*Der Rest dieses langen Beitrags steht nur im Original.*")
    return text


def _first_words(html: str) -> str:
    line = " ".join(html_to_text(html[:2_000]).split())
    return line if len(line) <= 80 else f"{line[:80].rpartition(' ')[0] or line[:80]} …"
