"""From an item of a WordPress export to messages: a post opens a topic, comments answer it.

Addresses of computers and mail addresses of those who commented never leave this module: the
former are not read, the latter become a keyed hash before anything is stored.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Final
from xml.parsers.expat import ExpatError

from forum.api.data import now
from forum.api.web import gettext as _
from forum_crosspost import limits
from forum_crosspost.mail.charsets import decode, one_line
from forum_crosspost.mail.headers import clean_name, is_https
from forum_crosspost.records import Message, Record, Refused, Writer
from forum_crosspost.wxr.parsing import Parsed, cut_doctype, parse
from forum_crosspost.wxr.splitting import RawItem
from forum_crosspost.wxr.texts import list_media, read_text

_ENCODING: Final = re.compile(rb"""<\?xml[^>]{0,100}encoding=["']([\w.-]{1,40})["']""")
_NUMBER: Final = re.compile(r"\d{1,18}")
_POST_ID: Final = re.compile(r"<wp:post_id>\s*(?:<!\[CDATA\[)?\s*(\d{1,18})")
_EARLIEST: Final = datetime(1971, 1, 1, tzinfo=UTC)
_WRONG_CLOCK: Final = timedelta(days=1)
_TOLD_TYPES: Final = ("post", "page")
"""Types that people know as texts; menus, revisions and files are no loss."""


@dataclass(slots=True)
class Site:
    """What the head of the file says of all items: whose they are, where they stood."""

    key: str = ""
    label: str = ""
    charset: str = "utf-8"
    writers: dict[str, Writer] = field(default_factory=dict)


def read_head(raw: RawItem, *, label: str) -> tuple[Site, list[Refused]]:
    """Return what the head says, and what is wrong with it; never raises for what stands in it."""
    encoding = _ENCODING.search(raw.data[:1_000])
    charset = encoding[1].decode("ascii") if encoding else "utf-8"
    site = Site(label=label, charset=charset)
    text, had_doctype = cut_doctype(decode(raw.data, charset)[0])
    refused = []
    if had_doctype:
        reason = _("eine DTD wird nicht gelesen, auch nicht die Namen, die sie festlegt")
        refused.append(Refused(_("Anfang der Datei"), reason))
    if not raw.is_whole or "<channel" not in text:
        reason = _("kein WordPress-Export: Darin steht kein Eintrag")
        return site, [*refused, Refused(_("Anfang der Datei"), reason)]
    try:
        head = parse(text.lstrip(), is_whole=False)
    except (ExpatError, ValueError) as error:
        reason = _("nicht lesbar (%(error)s)", error=_tell(error))
        return site, [*refused, Refused(_("Anfang der Datei"), reason)]
    address = head.texts.get("wp:base_blog_url") or head.texts.get("link") or ""
    site.key = one_line(address).partition("://")[2].rstrip("/")[:100]
    site.label = one_line(head.texts.get("title", ""))[: limits.LABEL] or label
    for author in head.groups.get("wp:author", ()):
        login = one_line(author.get("wp:author_login", ""))
        name = author.get("wp:author_display_name", "") or login
        site.writers[login] = _make_writer(name, author.get("wp:author_email", ""))
    return site, refused


def read_item(raw: RawItem, site: Site) -> list[Record]:
    """Return the messages of an item and what is left out; never raises for what stands in it."""
    text, is_honest = decode(raw.data, site.charset)
    ext_id = _guess_id(text, raw, site)
    if raw.cut:
        return [Refused(ext_id, _("größer als wir lesen"))]
    if not raw.is_whole:
        return [Refused(ext_id, _("die Datei bricht darin ab"))]
    try:
        parsed = parse(text.strip(), is_whole=True)
    except (ExpatError, ValueError) as error:
        reason = _("nicht lesbar (%(error)s)", error=_tell(error))
        return [Refused(one, reason) for one in _list_ids(text, site) or [ext_id]]
    try:
        return [*_Item(parsed, site, ext_id, is_honest=is_honest).read()]
    except Exception as error:  # one broken item must not stop the other ten thousand
        return [Refused(ext_id, _("nicht lesbar (%(error)s)", error=type(error).__name__))]


def _guess_id(text: str, raw: RawItem, site: Site) -> str:
    ids = _list_ids(text, site)
    return ids[0] if ids else _("Byte %(number)s", number=raw.end)


def _list_ids(text: str, site: Site) -> list[str]:
    """Return the posts that a piece speaks of: text that is not closed swallows the next item."""
    return [f"{site.key}#post-{number}" for number in _POST_ID.findall(text)]


def _tell(error: Exception) -> str:
    return one_line(str(error))[:100]


class _Item:
    """One item: its post, its comments."""

    def __init__(self, parsed: Parsed, site: Site, ext_id: str, *, is_honest: bool) -> None:
        self.texts = parsed.texts
        self.comments = parsed.groups.get("wp:comment", ())
        self.site = site
        self.ext_id = ext_id
        self.is_honest = is_honest

    def read(self) -> Iterator[Record]:
        """Give the post, then its comments; nothing that readers of the site could not see."""
        kind = self._get("wp:post_type")
        if kind != "post":
            if kind in _TOLD_TYPES:
                yield Refused(self.ext_id, _("eine Seite, kein Beitrag"))
            return
        reason = self._find_reason()
        if reason:
            yield Refused(self.ext_id, reason)
            return
        post = self._read_post()
        yield post
        if isinstance(post, Message):
            shown = {self._id_of(one) for one in self.comments}
            for comment in self.comments:
                yield from self._read_comment(comment, shown)

    def _find_reason(self) -> str:
        """Say why the post is not taken, "" when it is."""
        if not _NUMBER.fullmatch(self._get("wp:post_id")):
            return _("ohne Nummer")
        if self._get("wp:post_password"):
            return _("mit Passwort geschützt")
        status = self._get("wp:status")
        if status != "publish":
            return _("nicht veröffentlicht (%(state)s)", state=status[:20])
        return ""

    def _read_post(self) -> Record:
        at = _read_time(self._get("wp:post_date_gmt"), self._get("pubDate"))
        if at is None:
            return Refused(self.ext_id, _("ohne brauchbares Datum"))
        login = self._get("dc:creator")
        writer = self.site.writers.get(login) or _make_writer(login, "")
        html = self.texts.get("content:encoded", "")
        return self._make(
            ext_id=self.ext_id,
            ancestors=(),
            writer=writer,
            at=at,
            title=self._get("title")[: limits.TITLE],
            html=html,
            link=self._get("link"),
        )

    def _read_comment(self, comment: Mapping[str, str], shown: set[str]) -> Iterator[Record]:
        number = self._id_of(comment)
        ext_id = f"{self.site.key}#comment-{number}"
        if comment.get("wp:comment_type", "").strip() not in ("", "comment"):
            return  # pingbacks: other sites' addresses, nobody's words
        approved = comment.get("wp:comment_approved", "").strip()
        if not _NUMBER.fullmatch(number):
            yield Refused(self.ext_id, _("ein Kommentar ohne Nummer"))
        elif approved != "1":
            yield Refused(ext_id, _("nicht freigegeben (%(state)s)", state=approved[:20] or "0"))
        else:
            yield self._make_comment(comment, ext_id, shown)

    def _make_comment(self, comment: Mapping[str, str], ext_id: str, shown: set[str]) -> Record:
        at = _read_time(comment.get("wp:comment_date_gmt", ""), comment.get("wp:comment_date", ""))
        if at is None:
            return Refused(ext_id, _("ohne brauchbares Datum"))
        above = comment.get("wp:comment_parent", "").strip()
        is_answer = above in shown and above != self._id_of(comment)
        parent = (f"{self.site.key}#comment-{above}",) if is_answer else ()
        email = comment.get("wp:comment_author_email", "")
        link, number = self._get("link"), self._id_of(comment)
        return self._make(
            ext_id=ext_id,
            ancestors=(*parent, self.ext_id),
            writer=_make_writer(comment.get("wp:comment_author", ""), email),
            at=at,
            title="",
            html=comment.get("wp:comment_content", ""),
            link=f"{link}#comment-{number}" if link else "",
            dropped=bool(email.strip()) + bool(comment.get("wp:comment_author_IP", "").strip()),
        )

    def _make(
        self,
        *,
        ext_id: str,
        ancestors: tuple[str, ...],
        writer: Writer,
        at: datetime,
        title: str,
        html: str,
        link: str,
        dropped: int = 0,
    ) -> Message:
        text, is_cut = read_text(html)
        remarks = [] if self.is_honest else [_("die Zeichen wurden erraten")]
        remarks += [_("zu lang, der Rest fehlt")] if is_cut else []
        parts = (title, writer.name, at.isoformat(), html)
        return Message(
            ext_id=ext_id,
            ancestors=ancestors,
            writer=writer,
            at=at,
            title=title,
            text=text,
            label=self.site.label,
            url=link if is_https(link) else "",
            content_hash=hashlib.sha256("\0".join(parts).encode()).hexdigest(),
            remarks=tuple(remarks),
            attachments=len(list_media(html)),
            guessed=not self.is_honest,
            dropped=dropped,
        )

    def _get(self, name: str) -> str:
        return one_line(self.texts.get(name, ""))

    def _id_of(self, comment: Mapping[str, str]) -> str:
        return comment.get("wp:comment_id", "").strip()


def _make_writer(name: str, email: str) -> Writer:
    shown, address = clean_name(name), one_line(email).lower()
    if address.count("@") == 1 and " " not in address:
        return Writer(identity=address, name=shown)
    return Writer(identity=shown.casefold(), name=shown, has_address=False)


def _read_time(*texts: str) -> datetime | None:
    """Return the first time that can be meant; WordPress writes zeros for none."""
    latest = now() + _WRONG_CLOCK
    for text in texts:
        at = _parse_time(one_line(text)[:100])
        if at is not None and _EARLIEST <= at <= latest:
            return min(at, now())
    return None


def _parse_time(text: str) -> datetime | None:
    try:
        if text[:4].isdigit():
            return datetime.strptime(text, "%Y-%m-%d %H:%M:%S").replace(tzinfo=UTC)
        at = parsedate_to_datetime(text)
        return at.replace(tzinfo=at.tzinfo or UTC).astimezone(UTC)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
