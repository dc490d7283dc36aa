"""From a request to typed values: what is accepted, what is sent, what is wrong with it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final

from flask import request
from pydantic import BaseModel, ValidationError

from forum.core.errors import Denied, Unauthorized
from forum.rest.endpoints import Endpoint
from forum.web.forms import MISSING
from forum.web.i18n import gettext as _
from forum.web.i18n import ngettext
from forum.web.problems import MIME, Fault, Faulty

JSON: Final = "application/json"
_MOST_FAULTS: Final = 20


class NotAcceptable(Faulty):
    """Nothing of what the program accepts is what the API speaks."""

    def __init__(self) -> None:
        super().__init__("", (), status=406)


class Unreadable(Faulty):
    """The body is not JSON at all, or is not said to be."""


class ScopeMissing(Unauthorized):
    """The token does not allow this."""

    status = 403

    def __init__(self, scope: str) -> None:
        super().__init__(_("Dafür fehlt dem Zugang das Recht „%(scope)s“.", scope=scope))
        self._scope = scope

    @property
    def challenge(self) -> str:
        """What the token would need. Source: RFC 6750."""
        return f'Bearer error="insufficient_scope", scope="{self._scope}"'


def require_accepted() -> None:
    """Errors: NotAcceptable."""
    accepted = request.accept_mimetypes
    if accepted and not (accepted[JSON] or accepted[MIME]):
        raise NotAcceptable


def require_access(endpoint: Endpoint, scopes: frozenset[str] | None) -> None:
    """Let in who may come this far; `scopes` are the token's, None without one.

    Errors: Unauthorized, ScopeMissing.
    """
    if scopes is None:
        if endpoint.wants_token:
            raise Unauthorized
    elif endpoint.scope not in scopes:
        raise ScopeMissing(endpoint.scope)


def read_query(model: type[BaseModel]) -> BaseModel:
    """Return the parameters. Errors: Faulty naming each that does not hold."""
    given = request.args.to_dict(flat=False)
    twice = [name for name, values in given.items() if len(values) > 1]
    if twice:
        raise Faulty("", [Fault(_("Das steht da mehr als einmal."), parameter=n) for n in twice])
    try:
        return model.model_validate({name: values[0] for name, values in given.items()})
    except ValidationError as error:
        raise Faulty("", [*_tell(error, in_body=False)]) from None


def read_body(model: type[BaseModel]) -> BaseModel:
    """Return the body. Errors: Unreadable, or Faulty naming each value that does not hold."""
    if request.mimetype != JSON:
        raise Unreadable("", (), status=415)
    try:
        return model.model_validate_json(request.get_data(cache=False))
    except ValidationError as error:
        if any(one["type"] == "json_invalid" for one in error.errors(include_url=False)):
            raise Unreadable(_("Das ist kein gültiges JSON."), (), status=400) from None
        raise Faulty("", [*_tell(error, in_body=True)]) from None


def require_member(user_id: int | None) -> int:
    """Return the id of who speaks. Errors: Denied for nobody."""
    if user_id is None:
        raise Denied
    return user_id


def _tell(error: ValidationError, *, in_body: bool) -> Iterable[Fault]:
    """Say in our words what is wrong: those of pydantic speak one language only."""
    found = error.errors(include_url=False, include_input=False)
    for one in found[:_MOST_FAULTS]:
        text = _word(one["type"], one.get("ctx", {}))
        place = [str(part) for part in one["loc"]]
        if in_body:
            yield Fault(text, pointer="#" + "".join(f"/{_escape(part)}" for part in place))
        else:
            yield Fault(text, parameter=place[0] if place else "")


def _escape(part: str) -> str:
    """Write one step of a JSON pointer; a name may be as long and odd as it was sent."""
    return part[:80].replace("~", "~0").replace("/", "~1")


def _word(kind: str, context: Mapping[str, Any]) -> str:
    if kind in ("string_too_short", "string_too_long", "too_long"):
        return _count(kind, context)
    if kind == "missing":
        return str(MISSING)
    if kind == "extra_forbidden":
        return _("Das gibt es hier nicht.")
    if kind == "greater_than_equal":
        return _("Nicht kleiner als %(bound)s.", bound=context["ge"])
    if kind == "less_than_equal":
        return _("Nicht größer als %(bound)s.", bound=context["le"])
    if kind == "literal_error":
        return _("Möglich sind: %(words)s.", words=context["expected"].replace(" or ", ", "))
    if kind.startswith("string"):
        return _("Hier gehört ein Text hin.")
    if kind.startswith("int"):
        return _("Hier gehört eine ganze Zahl hin.")
    return _("Dieser Wert passt hier nicht.")


def _count(kind: str, context: Mapping[str, Any]) -> str:
    if kind == "string_too_short":
        least: int = context["min_length"]
        return ngettext(
            "Bitte mindestens %(num)s Zeichen.", "Bitte mindestens %(num)s Zeichen.", least
        )
    most: int = context["max_length"]
    if kind == "string_too_long":
        return ngettext("Höchstens %(num)s Zeichen.", "Höchstens %(num)s Zeichen.", most)
    return ngettext("Höchstens %(num)s Eintrag.", "Höchstens %(num)s Einträge.", most)
