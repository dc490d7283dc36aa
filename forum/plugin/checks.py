"""Run-time checks made from type annotations: one source for mypy and for the guard.

Only the shapes that the contract uses are known; any other annotation is an error at import.
"""

import types
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Literal, Union, get_args, get_origin

Check = Callable[[object], str | None]
"""None when the value fits, else one phrase that says what was wrong."""


def check_for(annotation: Any) -> Check:
    """Build the check of an annotation.

    Shapes: classes, None, unions, Literal, Callable, Sequence, tuple[X, ...], frozenset, Mapping.
    Errors: TypeError for any other annotation.
    Cost: of a check: linear in the number of elements.
    """
    if annotation is Any:
        raise TypeError("no check for Any: say object where everything fits")
    if annotation is None or annotation is type(None):
        return lambda value: None if value is None else _expected("None", value)
    origin = get_origin(annotation)
    if origin in (Union, types.UnionType):
        return _any_of([check_for(option) for option in get_args(annotation)], annotation)
    if origin is Literal:
        return _one_of(get_args(annotation))
    if origin is Callable:
        return lambda value: None if callable(value) else _expected("a function", value)
    if origin in (Sequence, list):
        return _elements((list, tuple), get_args(annotation)[0], "a list or tuple")
    if origin is tuple:
        return _elements((tuple,), _repeated(annotation), "a tuple")
    if origin is frozenset:
        return _elements((frozenset,), get_args(annotation)[0], "a frozenset")
    if origin is Mapping:
        return _pairs(*get_args(annotation))
    if origin is type:
        return _subclass(get_args(annotation)[0])
    if isinstance(annotation, type):
        return _instance(annotation)
    raise TypeError(f"no check for the annotation {annotation!r}")


def _expected(what: str, value: object) -> str:
    return f"expected {what}, got {type(value).__name__}"


def _repeated(annotation: Any) -> Any:
    arguments = get_args(annotation)
    if len(arguments) != 2 or arguments[1] is not Ellipsis:
        raise TypeError(f"no check for the annotation {annotation!r}")
    return arguments[0]


def _instance(wanted: type) -> Check:
    def check(value: object) -> str | None:
        # bool is an int to Python; a count that is True is a mistake all the same.
        if isinstance(value, wanted) and (wanted is not int or value.__class__ is not bool):
            return None
        return _expected(wanted.__name__, value)

    return check if wanted is not object else lambda value: None


def _subclass(wanted: type) -> Check:
    def check(value: object) -> str | None:
        if isinstance(value, type) and issubclass(value, wanted):
            return None
        return _expected(f"a subclass of {wanted.__name__}", value)

    return check


def _one_of(allowed: tuple[object, ...]) -> Check:
    def check(value: object) -> str | None:
        if any(value == option and type(value) is type(option) for option in allowed):
            return None
        return f"expected one of {', '.join(map(repr, allowed))}, got {value!r:.80}"

    return check


def _any_of(checks: Sequence[Check], annotation: Any) -> Check:
    def check(value: object) -> str | None:
        for option in checks:
            if option(value) is None:
                return None
        return _expected(str(annotation), value)

    return check


# The two loops below run over whole pages: what is exactly of the wanted class skips the call.


def _elements(containers: Any, annotation: Any, name: str) -> Check:
    check_one = check_for(annotation)

    def check(value: Any) -> str | None:
        if not isinstance(value, containers):
            return _expected(name, value)
        for item in value:
            if item.__class__ is not annotation:
                problem = check_one(item)
                if problem is not None:
                    return f"{problem} inside"
        return None

    return check


def _pairs(key_annotation: Any, entry_annotation: Any) -> Check:
    check_key, check_entry = check_for(key_annotation), check_for(entry_annotation)

    def check(value: Any) -> str | None:
        if not isinstance(value, dict) and not isinstance(value, Mapping):
            return _expected("a mapping", value)
        for key, entry in value.items():
            problem = None if key.__class__ is key_annotation else check_key(key)
            if problem is None and entry_annotation is not object:
                problem = check_entry(entry)
            if problem is not None:
                return f"{problem} inside"
        return None

    return check
