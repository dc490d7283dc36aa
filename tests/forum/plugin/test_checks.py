"""Checks made from annotations: what fits, what does not, and what is said then."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Literal

import pytest

from forum.plugin import Panel, Slot
from forum.plugin.checks import check_for

PANEL = Panel(Slot.POST, "x/y.html")
BY_POST = Mapping[int, Sequence[Panel]]


@pytest.mark.parametrize(
    ("annotation", "value"),
    [
        (None, None),
        (str, "x"),
        (bool, True),
        (object, 1),
        (str | None, None),
        (Literal["a", "b"], "b"),
        (Callable[[], None], len),
        (Sequence[Panel], []),
        (Sequence[Panel], (PANEL,)),
        (BY_POST, {}),
        (BY_POST, {1: [PANEL], 2: ()}),
        (tuple[str, ...], ("a",)),
        (frozenset[int], frozenset({1})),
        (type[Exception], ValueError),
    ],
)
def test_fits(annotation: Any, value: object):
    assert check_for(annotation)(value) is None


@pytest.mark.parametrize(
    ("annotation", "value", "problem"),
    [
        (None, 0, "expected None, got int"),
        (str, b"x", "expected str, got bytes"),
        (int, True, "expected int, got bool"),
        (str | None, 1, "expected str | None, got int"),
        (Literal["a", "b"], "c", "expected one of 'a', 'b', got 'c'"),
        (Literal["1"], 1, "expected one of '1', got 1"),
        (Callable[[], None], "len", "expected a function, got str"),
        (Sequence[Panel], "", "expected a list or tuple, got str"),
        (Sequence[Panel], (x for x in ()), "expected a list or tuple, got generator"),
        (Sequence[Panel], ["<b>"], "expected Panel, got str inside"),
        (BY_POST, [PANEL], "expected a mapping, got list"),
        (BY_POST, {"1": [PANEL]}, "expected int, got str inside"),
        (BY_POST, {1: PANEL}, "expected a list or tuple, got Panel inside"),
        (tuple[str, ...], ["a"], "expected a tuple, got list"),
        (frozenset[int], {1}, "expected a frozenset, got set"),
        (type[Exception], str, "expected a subclass of Exception, got type"),
    ],
)
def test_does_not_fit(annotation: Any, value: object, problem: str):
    assert check_for(annotation)(value) == problem


@pytest.mark.parametrize("annotation", [tuple[str, int], dict[str, int], Any])
def test_an_unknown_annotation_is_an_error_at_once(annotation: Any):
    with pytest.raises(TypeError, match="no check"):
        check_for(annotation)
