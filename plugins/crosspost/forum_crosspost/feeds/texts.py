"""From an item to a message of the pipeline: as much of it as the policy of its source lets in."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from forum.api.web import gettext as _
from forum_crosspost import limits
from forum_crosspost.feeds.identity import make_hash, make_id
from forum_crosspost.feeds.items import Item
from forum_crosspost.mail import tails
from forum_crosspost.mail.html import html_to_text
from forum_crosspost.markdown import escape, to_markdown
from forum_crosspost.records import Message, Record, Refused, Writer

_SENTENCE: Final = re.compile(r".*[.!?…](?=\s|$)", re.S)
_AHEAD: Final = timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Manner:
    """How items of one source are taken over; `now` stands where an item has no time."""

    label: str
    key: str
    policy: str
    ids: str
    now: datetime


def read_item(item: Item, manner: Manner) -> Record:
    """Return the message of an item, or why it has to stay out."""
    ext_id = make_id(item, manner.ids)
    if not ext_id:
        return Refused(_("Eintrag ohne Titel"), _("weder Kennung noch Adresse noch Text"))
    text = _write(item, manner)
    title = item.title or _first_words(item.html) or _("Ohne Titel")
    at = item.at if item.at and item.at < manner.now + _AHEAD else manner.now
    return Message(
        ext_id=ext_id,
        ancestors=(),
        writer=_find_writer(item, manner),
        at=min(at, manner.now),
        title=title,
        text=text,
        label=manner.label,
        url=item.link,
        content_hash=make_hash(item),
        remarks=() if item.at else (_("ohne Datum; es gilt die Zeit der Übernahme"),),
    )


def _find_writer(item: Item, manner: Manner) -> Writer:
    """Return who wrote: a person only where the policy names persons, else the source itself."""
    name = item.author if manner.policy == "named" else ""
    identity = f"{manner.key}\0{name}"
    digest = hashlib.sha256(identity.encode()).hexdigest()
    return Writer(identity=digest, name=name or manner.label, has_address=False)


def _write(item: Item, manner: Manner) -> str:
    plain = tails.shorten_addresses(html_to_text(item.html))
    text = _excerpt(plain) if manner.policy in ("link", "result") else _cut(plain)
    if item.link:
        text = f"{text}\n\n[{_('Im Original weiterlesen')}](<{item.link}>)"
    return text.strip() or _("*(Nachricht ohne Text)*")


def _excerpt(plain: str) -> str:
    """Return the beginning as one paragraph: whole sentences where they fit."""
    line = " ".join(re.sub(r"<https?://[^>\s]*>", "", plain).replace("> ", " ").split())
    if len(line) <= limits.EXCERPT:
        return escape(line)
    short = line[: limits.EXCERPT]
    whole = _SENTENCE.match(short)
    if whole and len(whole[0]) > limits.EXCERPT // 3:
        return escape(whole[0])
    return escape(f"{short.rpartition(' ')[0] or short} …")


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
