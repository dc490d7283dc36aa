"""What an endpoint of the API is: one row serves it, checks what it is sent and documents it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final, Literal

from pydantic import BaseModel

from forum.accounts.operations.access_tokens import TokenScope
from forum.rest.shapes import Nothing

BASE: Final = "/api/v1"
ONCE: Final = {"Idempotency-Key": "A repeat with the same key and body writes nothing again."}
"""The header of what writes."""
Method = Literal["GET", "POST", "PUT", "PATCH", "DELETE"]


@dataclass(frozen=True, slots=True)
class Call:
    """A request that is well formed: variables of the address, parameters, body.

    `endpoint` names it for idempotency keys.
    """

    endpoint: str
    path: str
    values: Mapping[str, Any]
    query: Any
    body: Any


@dataclass(frozen=True, slots=True)
class Answer:
    """What an endpoint answers; `next` is the address of the next page of a list."""

    body: BaseModel | None
    status: int = 200
    location: str = ""
    next: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Endpoint:
    """One method of one address below `/api/v1`.

    `scope` is what a token needs to have; without a token only what is not `private` is answered,
    and nothing that writes. `plugin` owns it, "" for the core's own.
    """

    name: str
    rule: str
    method: Method
    summary: str
    tag: str
    view: Callable[[Call], Answer]
    answer: type[BaseModel] | None
    status: int = 200
    query: type[BaseModel] = Nothing
    body: type[BaseModel] | None = None
    scope: TokenScope = "read"
    private: bool = False
    pages: bool = False
    plugin: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)

    @property
    def wants_token(self) -> bool:
        """Whether nobody gets an answer without a token."""
        return self.private or self.scope == "write"
