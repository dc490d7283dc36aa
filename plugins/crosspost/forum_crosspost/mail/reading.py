"""From the bytes of one mail to a message of the pipeline, or to the reason why not."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from email.message import Message as Mail
from email.parser import BytesHeaderParser, BytesParser
from email.policy import compat32
from typing import Final

from forum.api.web import gettext as _
from forum_crosspost import limits
from forum_crosspost.mail import headers as read
from forum_crosspost.mail import tails
from forum_crosspost.mail.bodies import Body, read_body
from forum_crosspost.mail.mbox import RawMail
from forum_crosspost.markdown import escape, to_markdown
from forum_crosspost.records import Message, Record, Refused

_TELLING: Final = ("from", "date", "subject", "message-id")
_HASHED: Final = ("from", "date", "subject", "content-type", "content-transfer-encoding")


def read_mail(raw: RawMail, *, label: str) -> Record:
    """Return the message in a piece of an mbox file; never raises for what stands in it."""
    if not raw.envelope:
        reason = _("keine Mail: In einer mbox-Datei beginnt jede mit einer Zeile „From “")
        return Refused(_("Anfang der Datei"), reason)
    ext_id = hashlib.sha256(raw.data).hexdigest()
    try:
        data = read.bound_headers(raw.data)
        mail = BytesParser(policy=compat32).parsebytes(data)
        headers = read.Headers(mail)
        body = read.split_body(data)
        ext_id = read.find_id(headers) or read.make_id(headers, body)
        return _read(raw, headers, mail, body, ext_id=ext_id, label=label)
    except RecursionError:
        return Refused(ext_id, _("die Teile sind zu tief ineinander geschachtelt"))
    except Exception as error:  # one broken mail must not stop the other hundred thousand
        return Refused(ext_id, _("nicht lesbar (%(error)s)", error=type(error).__name__))


def find_id(raw: RawMail) -> str:
    """Return the id that `read_mail` gives to the message, by its headers alone."""
    data = read.bound_headers(raw.data)
    try:
        headers = read.Headers(BytesHeaderParser(policy=compat32).parsebytes(data))
        return read.find_id(headers) or read.make_id(headers, read.split_body(data))
    except Exception:  # as in `read_mail`, which says what is wrong
        return hashlib.sha256(raw.data).hexdigest()


def _read(
    raw: RawMail, headers: read.Headers, mail: Mail, data: bytes, *, ext_id: str, label: str
) -> Record:
    if not any(headers.raw(name).strip() for name in _TELLING):
        return Refused(ext_id, _("keine Mail: Absender, Datum und Betreff fehlen"))
    at = read.find_time(headers, raw.envelope)
    if at is None:
        return Refused(ext_id, _("ohne brauchbares Datum"))
    body = read_body(mail)
    text, is_cut = _write_text(body, is_cut=raw.cut)
    list_id = read.find_list_id(headers)
    return Message(
        ext_id=ext_id,
        ancestors=read.list_ancestors(headers, ext_id),
        writer=read.find_writer(headers),
        at=at,
        title=read.clean_subject(headers.text("subject"), list_id),
        text=text,
        label=read.find_label(headers) or label,
        url=read.find_url(headers),
        content_hash=_hash(headers, data),
        remarks=tuple(_remark(body, is_cut=is_cut)),
        attachments=len(body.attachments),
        guessed=bool(body.wrong_charsets),
    )


def _write_text(body: Body, *, is_cut: bool) -> tuple[str, bool]:
    """Return the Markdown of a message and whether something of its text is missing."""
    plain = tails.shorten_addresses(tails.cut_tails(body.text))
    notes = ""
    if body.attachments:
        names = ", ".join(escape(tails.shorten_addresses(name)) for name in body.attachments)
        notes += "\n\n" + _("*Anhänge (nicht übernommen): %(names)s*", names=names)
    text = to_markdown(plain)
    while len(text.encode()) > limits.TEXT_BYTES:
        is_cut = True
        plain = plain[: int(len(plain) * limits.TEXT_BYTES / len(text.encode()) * 0.95)]
        plain = plain.rpartition("\n")[0] or plain
        text = to_markdown(plain)
    if is_cut:
        notes = "\n\n" + _("*Der Rest dieser langen Nachricht wurde nicht übernommen.*") + notes
    if not text.strip() and not notes:
        text = _("*(Nachricht ohne Text)*")
    return (text + notes).strip("\n"), is_cut


def _hash(headers: read.Headers, body: bytes) -> str:
    parts = [headers.raw(name).encode("utf-8", "surrogateescape") for name in _HASHED]
    lines = body.replace(b"\r\n", b"\n").rstrip()
    return hashlib.sha256(b"\0".join([*parts, lines])).hexdigest()


def _remark(body: Body, *, is_cut: bool) -> Iterator[str]:
    for charset in sorted(body.wrong_charsets):
        yield _("die Zeichen sind nicht „%(charset)s“, sie wurden erraten", charset=charset)
    if is_cut:
        yield _("zu lang, der Rest fehlt")
