"""The text of a message out of its MIME parts: plain before HTML, attachments by name."""

from __future__ import annotations

from dataclasses import dataclass, field
from email.message import Message as Mail

from forum_crosspost import limits
from forum_crosspost.mail import tails
from forum_crosspost.mail.charsets import decode, one_line
from forum_crosspost.mail.headers import decode_words
from forum_crosspost.mail.html import html_to_text

# Signatures in the cryptographic sense say nothing to readers.
_SILENT = frozenset(
    {"application/pgp-signature", "application/pgp-keys", "application/pkcs7-signature"}
    | {"application/x-pkcs7-signature", "application/ms-tnef", "message/delivery-status"}
)


@dataclass(slots=True)
class Body:
    """What was found: pieces of text in their order, names of attachments, wrong charsets."""

    texts: list[str] = field(default_factory=list)
    attachments: list[str] = field(default_factory=list)
    wrong_charsets: set[str] = field(default_factory=set)
    parts: int = 0

    @property
    def text(self) -> str:
        """The whole text."""
        return "\n\n".join(text for text in self.texts if text.strip())


def read_body(mail: Mail) -> Body:
    """Return the text and the attachments of a message.

    Errors: RecursionError for parts nested beyond reason; the caller refuses the message.
    """
    body = Body()
    _gather(mail, body)
    return body


def _gather(part: Mail, body: Body) -> None:
    body.parts += 1
    if body.parts > limits.PARTS:
        return
    kind = part.get_content_type()
    if part.is_multipart() and kind == "multipart/alternative":
        _gather_best(part, body)
    elif part.is_multipart() and kind != "message/rfc822":
        for child in _children(part):
            _gather(child, body)
    elif _is_text(part):
        text = _read_text(part, body)
        body.texts.append(html_to_text(text) if kind == "text/html" else text)
    elif kind not in _SILENT:
        _note_attachment(part, body)


def _gather_best(part: Mail, body: Body) -> None:
    """Of several forms of one text take the first that says anything, plain ones before HTML."""
    children = sorted(_children(part), key=lambda child: _holds(child) != "text/plain")
    for child in children:
        tried = Body(parts=body.parts)
        _gather(child, tried)
        body.parts = tried.parts
        body.attachments += tried.attachments
        body.wrong_charsets |= tried.wrong_charsets
        if tried.text.strip():
            body.texts += tried.texts
            return


def _holds(part: Mail) -> str:
    """Say what kind of text stands first in a part."""
    while part.is_multipart():
        children = _children(part)
        if not children:
            break
        part = children[0]
    return part.get_content_type()


def _children(part: Mail) -> list[Mail]:
    payload = part.get_payload()
    return [child for child in payload if isinstance(child, Mail)] if part.is_multipart() else []


def _is_text(part: Mail) -> bool:
    if part.get_content_disposition() == "attachment" or part.is_multipart():
        return False
    kind = part.get_content_type()
    return kind in ("text/plain", "text/html") and not (
        part.get_filename() and part.get_content_disposition() is not None
    )


def _read_text(part: Mail, body: Body) -> str:
    data = part.get_payload(decode=True)
    if not isinstance(data, bytes):
        return ""
    charset = str(part.get_param("charset", "us-ascii"))
    text, honest = decode(data, charset)
    if not honest:
        body.wrong_charsets.add(one_line(charset)[:40])
    if part.get_content_type() == "text/plain" and part.get_param("format") == "flowed":
        return tails.unflow(text, joins=str(part.get_param("delsp", "no")).lower() == "yes")
    return text


def _note_attachment(part: Mail, body: Body) -> None:
    if len(body.attachments) >= limits.ATTACHMENTS:
        return
    if part.get_content_type() == "message/rfc822":
        inner = _children(part)
        name = decode_words(str(inner[0].get("subject", ""))) if inner else ""
    else:
        name = decode_words(str(part.get_filename() or ""))
    name = name.replace("\\", "/").rpartition("/")[2].strip()
    body.attachments.append(name[:120] or part.get_content_type())
