"""What mails carry besides what was said: soft line ends, signatures, the list's own footer.

Signatures are dropped: they repeat in every mail and hold telephone numbers and addresses, which
are never imported. Mail addresses in the text are shortened for the same reason.
"""

from __future__ import annotations

import re
from typing import Final

SIGNATURE_LINES: Final = 20
FOOTER_LINES: Final = 12

_QUOTE: Final = re.compile(r">*")
_RULE: Final = re.compile(r"[-_=*]{10,}\s*")
_FOOTER: Final = re.compile(
    r"unsubscribe|mailing[ -]?list|mailman/|listinfo|abmelden|abbestellen|austragen|avsluta", re.I
)
_ADDRESS: Final = re.compile(
    r"(?<![\w.+/:=?&%'-])(mailto:)?([\w+'-]{1,64}(?:\.[\w+'-]{1,64}){0,6})@"
    r"(?:[\w-]{1,63}\.){1,6}[A-Za-z]{2,24}(?![\w@])"
)


def unflow(text: str, *, joins: bool) -> str:
    """Join lines that were broken softly; with `joins` the space at their end goes too.

    Source: RFC 3676.
    """
    lines: list[str] = []
    open_depth = -1
    for raw in text.split("\n"):
        marks = _QUOTE.match(raw)
        depth = len(marks[0]) if marks else 0
        content = raw[depth:].removeprefix(" ")
        soft = content.endswith(" ") and content != "-- "
        piece = content[:-1] if soft and joins else content
        if depth == open_depth and content != "-- ":
            lines[-1] += piece
        else:
            lines.append(f"{'>' * depth} {piece}" if depth else piece)
        open_depth = depth if soft else -1
    return "\n".join(line.rstrip(" ") if line != "-- " else line for line in lines)


def cut_tails(text: str) -> str:
    """Return a text without the footer of the list and without the writer's signature."""
    lines = text.rstrip().split("\n")
    lines = _cut_footer(lines)
    return "\n".join(_cut_signature(lines)).strip("\n")


def _cut_footer(lines: list[str]) -> list[str]:
    while True:
        start = max(0, len(lines) - FOOTER_LINES)
        for at in range(len(lines) - 1, start - 1, -1):
            if _RULE.fullmatch(lines[at]):
                break
        else:
            return lines
        tail = lines[at + 1 :]
        quoted = any(line.startswith(">") for line in tail)
        if quoted or not (_FOOTER.search("\n".join(tail)) or not any(map(str.strip, tail))):
            return lines
        lines = lines[:at]
        while lines and not lines[-1].strip():
            lines = lines[:-1]


def _cut_signature(lines: list[str]) -> list[str]:
    for at in range(len(lines) - 1, max(-1, len(lines) - SIGNATURE_LINES - 2), -1):
        if lines[at].rstrip("\r") in ("-- ", "--"):
            tail = lines[at + 1 :]
            # What somebody quotes below is theirs to keep.
            return lines if any(line.startswith(">") for line in tail) else lines[:at]
    return lines


def shorten_addresses(text: str) -> str:
    """Return a text in which mail addresses have lost what stands behind their @.

    Cost: linear; lines without an @ cost next to nothing.
    """
    if "@" not in text:
        return text
    lines = text.split("\n")
    return "\n".join(_ADDRESS.sub(r"\2@…", line) if "@" in line else line for line in lines)
