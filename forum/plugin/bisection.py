"""Which plugins break something: halving, by a test that says whether a set of plugins is bad."""

from collections.abc import Callable, Iterable, Mapping, Sequence

Names = Sequence[str]
IsBad = Callable[[Names], bool]
"""Whether what was asked for breaks when exactly these plugins are loaded."""


def find_culprits(names: Names, requires: Mapping[str, Names], is_bad: IsBad) -> list[str]:
    """Return the fewest plugins that are bad together; empty when none or not plugins at all are.

    `requires` says what has to be loaded with whom; what is asked of `is_bad` always has all that
    it requires, in alphabetical order, and no set twice.

    Return: one name where one plugin breaks it alone; several where only their combination does.
    Cost: about twice the logarithm of the names for one culprit, at worst their square.
    Source: Zeller and Hildebrandt, Simplifying and Isolating Failure-Inducing Input (ddmin).
    """
    asked: dict[Names, bool] = {}

    def ask(chosen: Iterable[str]) -> bool:
        loaded = tuple(sorted(_close(chosen, requires)))
        if loaded not in asked:
            asked[loaded] = is_bad(loaded)
        return asked[loaded]

    if not ask(names) or ask(()):
        return []
    found = _narrow(sorted(names), ask)
    # A requirement that comes along may be what breaks it.
    while True:
        below = [name for name in _close(found, requires) if name not in found]
        blamed = next(([name] for name in sorted(below) if ask([name])), None)
        if blamed is None:
            return found
        found = blamed


def _narrow(suspects: list[str], ask: Callable[[Iterable[str]], bool]) -> list[str]:
    """Halve what is bad until no part of it can be left out."""
    parts = 2
    while len(suspects) > 1:
        size = -(-len(suspects) // parts)
        chunks = [suspects[at : at + size] for at in range(0, len(suspects), size)]
        rests = [[name for name in suspects if name not in chunk] for chunk in chunks]
        smaller = next((part for part in (*chunks, *rests) if part and ask(part)), None)
        if smaller is not None and len(smaller) < len(suspects):
            parts = 2 if smaller in chunks else max(parts - 1, 2)
            suspects = smaller
        elif parts >= len(suspects):
            break
        else:
            parts = min(parts * 2, len(suspects))
    return suspects


def _close(chosen: Iterable[str], requires: Mapping[str, Names]) -> set[str]:
    """Add what is required, directly or not."""
    found: set[str] = set()
    pending = list(chosen)
    while pending:
        name = pending.pop()
        if name not in found:
            found.add(name)
            pending += requires.get(name, ())
    return found
