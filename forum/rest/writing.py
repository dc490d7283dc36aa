"""What every writing endpoint begins with: once per key, and the fields of plugins."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from flask import request

from forum.core.errors import Invalid
from forum.core.idempotency import KeyReused, claim_key, store_location
from forum.core.services import service
from forum.rest.endpoints import Call
from forum.web.i18n import gettext as _
from forum.web.problems import Fault, Faulty

HEADER = "Idempotency-Key"
_LONGEST = 64


def once(call: Call, user_id: int, act: Callable[[], str]) -> str:
    """Act and return where the new thing is; a repeat of the key gets the place of the first.

    Errors: Faulty for a key that is none; Invalid when it comes with another content.
    """
    key = request.headers.get(HEADER)
    if key is None:
        return act()
    if not (key.isascii() and key.isprintable() and len(key.strip()) > 0 and len(key) <= _LONGEST):
        text = _("Ein Schlüssel hat 1 bis %(most)s Zeichen aus ASCII.", most=_LONGEST)
        raise Faulty("", [Fault(text, parameter=HEADER)])
    route = f"api.{call.endpoint}"
    body = call.body.model_dump_json()
    try:
        earlier = claim_key(user_id, route, key=key, body=f"{call.path}\n{body}")
    except KeyReused:
        raise Invalid("", _("Dieser Schlüssel kam schon mit anderem Inhalt.")) from None
    if earlier is not None:
        return earlier
    location = act()
    store_location(user_id, route, key=key, location=location)
    return location


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
