"""What a route of the application asks of who calls it: one method of one endpoint."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from tests.journeys.spec import Policy

PAGE: Final = frozenset({200})
DONE: Final = frozenset({302, 303})


@dataclass(frozen=True)
class Entry:
    """One method of one endpoint.

    `url` holds the arguments of the address that differ from the scene's own names, `form` and
    `query` what is sent, `ok` the statuses that mean it worked, `absent` the one that means there
    is no such thing. With `login_first` nobody is led to the login whether or not it is there.
    """

    policy: Policy
    ok: frozenset[int] = PAGE
    url: Mapping[str, str] = field(default_factory=dict)
    form: Mapping[str, str] = field(default_factory=dict)
    query: Mapping[str, str] = field(default_factory=dict)
    absent: int = 404
    login_first: bool = False


def post(policy: Policy, /, **form: str) -> Entry:
    """A form that leads on when it worked."""
    return Entry(policy, ok=DONE, form=form)


def written(**body: str) -> Entry:
    """What programs write: whoever comes without a token is told so, whatever is there."""
    return Entry(Policy.WRITE, ok=frozenset({201}), form=body, login_first=True)


def gone(policy: Policy = Policy.PUBLIC, **url: str) -> Entry:
    """A page behind a token: without a good one everybody hears the same."""
    return Entry(policy, ok=frozenset({410}), url=url)
