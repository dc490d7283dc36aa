"""What every writing endpoint begins with: once per key, and the fields of plugins."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from flask import request
from pydantic import RootModel

from forum.core.errors import Conflict, Invalid
from forum.core.idempotency import (
    KeyReused,
    claim_key,
    find_answer,
    store_answer,
    store_location,
)
from forum.core.services import service
from forum.rest.endpoints import Answer, Call
from forum.web.i18n import gettext as _
from forum.web.problems import Fault, Faulty

HEADER = "Idempotency-Key"
_LONGEST = 64


class Kept(RootModel[object]):
    """What was answered before, as it was sent."""


def once(call: Call, user_id: int, act: Callable[[], str]) -> str:
    """Act and return where the new thing is; a repeat of the key gets the place of the first.

    Errors: Faulty for a key that is none; Invalid when it comes with another content.
    """
    key = read_key()
    if key is None:
        return act()
    route = f"api.{call.endpoint}"
    earlier = _claim(call, user_id, route, key=key)
    if earlier is not None:
        return earlier
    location = act()
    store_location(user_id, route, key=key, location=location)
    return location


def answer_once(call: Call, user_id: int, act: Callable[[], Answer], *, status: int) -> Answer:
    """Act and answer; a repeat of the key gets what the first was answered, without acting.

    Errors: as `once`; Conflict for a repeat whose first answer is not kept any more.
    """
    key = read_key()
    if key is None:
        return act()
    route = f"api.{call.endpoint}"[:120]
    if _claim(call, user_id, route, key=key) is None:
        answer = act()
        body = "" if answer.body is None else answer.body.model_dump_json(by_alias=True)
        store_answer(user_id, route, key=key, answer=body)
        return answer
    kept = find_answer(user_id, route, key=key)
    if kept is None:
        raise Conflict(_("Das ist mit diesem Schlüssel schon geschehen."))
    return Answer(Kept.model_validate_json(kept) if kept else None, status=status)


def read_key() -> str | None:
    """Return the key that came with the request.

    Errors: Faulty for one that is none.
    """
    key = request.headers.get(HEADER)
    if key is None or (
        key.isascii() and key.isprintable() and len(key.strip()) > 0 and len(key) <= _LONGEST
    ):
        return key
    text = _("Ein Schlüssel hat 1 bis %(most)s Zeichen aus ASCII.", most=_LONGEST)
    raise Faulty("", [Fault(text, parameter=HEADER)])


def _claim(call: Call, user_id: int, route: str, *, key: str) -> str | None:
    """Return where the first request with this key led, None when this is the first."""
    sent = "" if call.body is None else call.body.model_dump_json()
    try:
        return claim_key(user_id, route, key=key, body=f"{call.path}\n{sent}")
    except KeyReused:
        raise Invalid("", _("Dieser Schlüssel kam schon mit anderem Inhalt.")) from None


def read_fields(fields: Mapping[str, Sequence[str]]) -> dict[str, tuple[str, ...]]:
    """Return the fields of plugins as forms send them.

    Errors: Faulty for one whose name begins with no plugin's.
    """
    prefixes = tuple(f"{name}_" for name in service("dispatcher").loaded.names)
    strange = [name for name in fields if not name.startswith(prefixes)]
    if strange:
        text = _("Das gibt es hier nicht.")
        raise Faulty("", [Fault(text, pointer=f"#/fields/{name[:80]}") for name in strange[:20]])
    return {name: tuple(values) for name, values in fields.items()}
