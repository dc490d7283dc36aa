"""Texts made to be slow: four times the size may cost about four times the work, not sixteen.

Work is counted in calls, which come out the same on a busy machine; what one call does inside,
a regular expression say, only time tells: `make soak`.
"""

import sys
import time
from collections.abc import Callable
from types import FrameType

import pytest

from forum.markup import TooLong, excerpt, fill, plain, quote_source, render
from tests.forum.markup.samples import POLL

SMALL, LARGE = 15_000, 60_000
# Linear is 4, quadratic is 16.
MOST_CALLS = 5
# A little work that does not grow with the text.
FEW_CALLS = 20_000
# Of time; in between is noise of a busy machine.
MOST_GROWTH = 9
# Below this many seconds a ratio says nothing.
TOO_FAST = 0.05


def repeat(unit: str) -> Callable[[int], str]:
    return lambda size: unit * (size // len(unit.encode()))


def around(left: str, right: str) -> Callable[[int], str]:
    return lambda size: left * (size // len(left + right)) + right * (size // len(left + right))


def tick_runs(size: int) -> str:
    return "".join("a" + "`" * n for n in range(1, int((2 * size) ** 0.5) - 2))


def colon_runs(size: int) -> str:
    return "\n".join(":" * n + "details" for n in range(3, int((2 * size) ** 0.5) - 12))


def deepening_list(size: int) -> str:
    return "".join("  " * n + "- a\n" for n in range(int(size**0.5) - 4))


def long_reference(size: int) -> str:
    target = "u" * (size // 30)
    return f"[a]: /{target}\n\n" + "[a] " * ((size - len(target) - 10) // 4)


def wide_table(size: int) -> str:
    return "|a" * 60 + "|\n" + "|-" * 60 + "|\n" + "|\n" * ((size - 300) // 2)


CASES: dict[str, Callable[[int], str]] = {
    "task items": repeat("- [ ] a\n"),
    "opening brackets": repeat("["),
    "nested brackets": around("[", "]"),
    "opening images": repeat("!["),
    "nested images": around("![", "](a)"),
    "nested links": around("[", "](a)"),
    "open links": repeat("[a]("),
    "open angle targets": repeat("[a](<b"),
    "open titles": repeat('[a](x "'),
    "open bracketed titles": repeat("[a](x ("),
    "stars": repeat("*"),
    "opening emphasis": repeat("*a "),
    "closing emphasis": repeat("a* "),
    "mixed emphasis": repeat("*a_ "),
    "nested emphasis": around("*a ", "*"),
    "nested strong": around("**a", " b**"),
    "tildes": repeat("~~a "),
    "backtick runs": tick_runs,
    "angle brackets": repeat("<"),
    "open autolinks": repeat("<a:"),
    "ampersands": repeat("&"),
    "bad entities": repeat("&#x"),
    "backslashes": repeat("\\*"),
    "quote marks": repeat(">"),
    "lazy quote lines": lambda size: "> " * 30 + "a\n" + "b\n" * (size // 2 - 40),
    "changing quotes": repeat("> a\n\n"),
    "list marks on a line": repeat("+ "),
    "deepening list": deepening_list,
    "alternating lists": repeat("- a\n* a\n"),
    "loose items": repeat("- a\n\n  b\n"),
    "items in quotes": repeat("> - a\n"),
    "references": lambda size: "".join(f"[a{n:05}]: /u\n" for n in range(size // 13)),
    "uses of a long reference": long_reference,
    "open references": repeat("[a]: b '"),
    "wide table": wide_table,
    "many tables": repeat("|a" * 30 + "|\n" + "|-" * 30 + "|\n|\n\n"),
    "table heads": repeat("a|b\n-|\n"),
    "code fences": repeat("```\n"),
    "open containers": repeat(":::details\n"),
    "containers": repeat(":::details a\nb\n:::\n"),
    "nested containers": around(":::details\n", ":::\n"),
    "containers of all lengths": colon_runs,
    "containers in quotes": repeat("> :::details\n"),
    "containers in items": repeat("- :::details\n  a\n"),
    "containers after lines": repeat("a\n:::details\n"),
    "unknown containers": repeat(":::foo\n"),
    "open quotes": repeat(":::quote post=1\n"),
    "quotes": repeat(":::quote post=1\na\n:::\n"),
    "refused directives": repeat(":::poll\n:::\n"),
    "mentions": repeat("@anna "),
    "at signs": repeat("_@_"),
    "long handle": lambda size: "@" + "a" * (size - 1),
    "addresses": repeat("http://a.de "),
    "joined addresses": repeat("http://a"),
    "schemes": repeat("http:"),
    "mail schemes": repeat("mailto:a"),
    "www": repeat("www.a.b "),
    "closing parentheses": lambda size: "http://a.de/" + ")" * (size - 12),
    "spaces": lambda size: "a" + " " * (size - 2) + "b",
    "empty lines": repeat("\n"),
    "indented lines": repeat("\ta\n"),
    "setext headings": repeat("a\n-\n"),
    "long setext heading": lambda size: "a\n" * (size // 2 - 2) + "===",
    "headings": repeat("# a\n"),
    "rules": repeat("---\n"),
    "joiners": repeat("\u200d"),
    "combining marks": repeat("a\u0301\u0302\u0303"),
    "shy entities": repeat("&shy;"),
}


def work_through(source: str) -> None:
    result = render(source, directives=[POLL], images=("/",))
    fill(result.html, mentions={}, quotes={}, embeds={})
    plain(result.html)
    excerpt(source)
    quote_source(source, post_id=1, handle="a")


def count_calls(act: Callable[[], object]) -> int:
    """Return how many functions, ours and others', are called."""
    count = 0

    def note(_frame: FrameType, event: str, _argument: object) -> None:
        nonlocal count
        count += event in ("call", "c_call")

    before = sys.getprofile()
    sys.setprofile(note)
    try:
        act()
    finally:
        sys.setprofile(before)
    return count


def seconds(source: str) -> float:
    start = time.process_time()
    work_through(source)
    return time.process_time() - start


@pytest.mark.parametrize("name", CASES)
def test_growth_is_linear(name):
    small, large = (CASES[name](size) for size in (SMALL // 4, LARGE // 4))
    before = count_calls(lambda: work_through(small))
    assert count_calls(lambda: work_through(large)) < MOST_CALLS * before + FEW_CALLS


@pytest.mark.soak
@pytest.mark.parametrize("name", CASES)
def test_growth_of_time_is_linear(name):
    small, large = CASES[name](SMALL), CASES[name](LARGE)
    assert 0.7 * LARGE < len(large.encode()) <= LARGE
    took = seconds(large)
    if took > TOO_FAST:
        before = max(seconds(small) for _ in range(2))
        took = min(took, *(seconds(large) for _ in range(2)))
        assert took < MOST_GROWTH * before


def test_every_case_is_a_text_of_its_own():
    assert len({case(SMALL) for case in CASES.values()}) == len(CASES)
    assert len(CASES) >= 30


def test_too_large_a_text_is_refused_before_any_work():
    def refuse() -> None:
        with pytest.raises(TooLong):
            render("[" * 10_000_000)

    assert count_calls(refuse) < 200


def test_fill_without_placeholders_costs_next_to_nothing():
    html = render("Wort " * 200).html
    assert count_calls(lambda: fill(html, mentions={}, quotes={}, embeds={})) < 20
