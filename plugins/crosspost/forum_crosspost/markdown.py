"""Plain text as Markdown that shows it as it was written: quotes, code and lines, nothing else."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from typing import Final

QUOTES: Final = 6
INDENT: Final = 40
_TABS: Final = 8

_QUOTED: Final = re.compile(r"(?:>[ ]?)*")
# The end of an address as the core's markup sees it: what it links we leave alone.
_URL: Final = re.compile(
    r'https?://\w[^\s<>\[\]"`|\\^{}“”„«»‹›\u200b\u2060\ufeff]*[^\s<>\[\]"`|\\^{}“”„«»‹›\u200b\u2060'
    r"\ufeff*_~]",
    re.I,
)
_INLINE: Final = re.compile(
    r"[\\`*\[<@]|(?<![A-Za-z0-9])_|_(?![A-Za-z0-9])|~(?=~)|(?<=~)~|&(?=#?\w+;)"
)
_START: Final = re.compile(r"#{1,6}(?=\s|$)|[-+](?=\s|$)|>|:{3,}")
_NUMBER: Final = re.compile(r"(\d{1,9})([.)])(?=\s|$)")
_RULE: Final = re.compile(r"[\s|:=-]+")
_TICKS: Final = re.compile(r"`{3,}")
_COLUMNS: Final = re.compile(r"\S {3,}\S")


def to_markdown(text: str) -> str:
    """Return Markdown for a plain text whose quotes begin with `>`.

    Indented paragraphs and such with columns become code; everything else keeps its signs. It
    wants to be rendered with line ends kept.
    Cost: linear in the text.
    """
    lines = [_measure(line) for line in text.expandtabs(_TABS).split("\n")]
    parts: list[str] = []
    before, ends_blank = 0, True
    for depth, group in groupby(lines, key=lambda line: line[0]):
        shown = [*_convert([content for _, content in group])]
        # Without a blank line what follows a quote would continue it.
        if not ends_blank and shown[0]:
            parts.append(_prefix("", min(before, depth)))
        parts += (_prefix(line, depth) for line in shown)
        before, ends_blank = depth, not shown[-1]
    return "\n".join(parts).strip("\n")


def _measure(line: str) -> tuple[int, str]:
    marks = _QUOTED.match(line)
    assert marks is not None
    return min(marks[0].count(">"), QUOTES), line[marks.end() :].rstrip()


def _prefix(line: str, depth: int) -> str:
    return f"{'> ' * depth}{line}".rstrip()


def _convert(lines: Sequence[str]) -> Iterator[str]:
    paragraphs = [(blank, list(group)) for blank, group in groupby(lines, key=lambda one: not one)]
    for is_code, group in groupby(_classify(paragraphs), key=lambda one: one[0]):
        block = [part for _, part in group]
        if is_code:
            yield from _fence([line for part in block for line in part])
        else:  # several blank lines say no more than one
            yield from (escape(line) for part in block for line in (part if part[0] else [""]))


def _classify(paragraphs: Sequence[tuple[bool, list[str]]]) -> Iterator[tuple[bool, list[str]]]:
    """Tell code from prose; blank lines between two pieces of code belong to it."""
    kinds = [not blank and _is_code(lines) for blank, lines in paragraphs]
    for at, (blank, lines) in enumerate(paragraphs):
        inside = blank and 0 < at < len(kinds) - 1 and kinds[at - 1] and kinds[at + 1]
        yield kinds[at] or inside, lines


def _is_code(lines: Sequence[str]) -> bool:
    least = min(len(line) - len(line.lstrip(" ")) for line in lines)
    if least >= 2 and any(_URL.search(line) for line in lines):
        return False
    if least >= 4 or (least >= 2 and len(lines) > 1):
        return True
    return sum(bool(_COLUMNS.search(line)) for line in lines) >= 2


def _fence(lines: list[str]) -> Iterable[str]:
    indent = min(len(line) - len(line.lstrip(" ")) for line in lines if line)
    longest = max((len(ticks) for line in lines for ticks in _TICKS.findall(line)), default=2)
    fence = "`" * (longest + 1)
    return [fence, *(line[indent:] for line in lines), fence]


def escape(line: str) -> str:
    """Return one line so that Markdown shows its signs instead of obeying them."""
    plain = line.lstrip(" ")
    indent = min(len(line) - len(plain), INDENT)
    if not plain:
        return ""
    start, number = _START.match(plain), _NUMBER.match(plain)
    if _RULE.fullmatch(plain):
        shown = f"\\{plain}"
    elif start:
        shown = f"\\{plain[0]}{_escape_inline(plain[1:])}"
    elif number:
        shown = f"{number[1]}\\{number[2]}{_escape_inline(plain[number.end() :])}"
    else:
        shown = _escape_inline(plain)
    return "&nbsp;" * indent + shown


def _escape_inline(text: str) -> str:
    parts: list[str] = []
    done = 0
    for url in _URL.finditer(text):
        parts += (_INLINE.sub(r"\\\g<0>", text[done : url.start()]), url[0])
        done = url.end()
    return "".join([*parts, _INLINE.sub(r"\\\g<0>", text[done:])])
