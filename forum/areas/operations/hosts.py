"""Names of hosts that lead to areas: given and taken by who runs the site."""

from __future__ import annotations

from typing import Final
from urllib.parse import urlsplit

import sqlalchemy as sa

from forum.areas import rules
from forum.areas.events import AreaEdited
from forum.areas.models import Area, AreaHost
from forum.areas.queries.hosts import MOST
from forum.areas.scope import Scope
from forum.areas.spec import check_reason
from forum.areas.upkeep import lock_tree
from forum.core import audit, events
from forum.core.config import current_config
from forum.core.database import unscoped
from forum.core.errors import Invalid, NotFound
from forum.core.hostnames import find_hostname
from forum.web.i18n import gettext as _

PER_AREA: Final = 3
"""So many names the admins of an area may give it."""


def add_host(scope: Scope, name: str, *, reason: str = "", below: str = "") -> str:
    """Let a name lead to the area from the next request on; return it as it is kept.

    The name is trusted then: pages, logins and cookies work under it as under the site's own.
    With `below`, a domain that who runs the site has set aside for this, the area's admins may
    choose names directly below it, up to `PER_AREA`; others are foreign.

    Errors: raises Denied for all but the operator; Invalid at `host` for what is no name of a
        host, is foreign, for the site's own and for one that leads to an area already.
    Cost: half a dozen statements.
    """
    rules.require_name_hosts(scope, below=below)
    reason = check_reason(reason)
    host = _check_host(name)
    if below:
        _require_below(host, below)
    with unscoped("areas: a name is taken wherever it leads") as session:
        lock_tree(session)
        taken = sa.select(Area.slug).join(AreaHost, AreaHost.area_id == Area.id)
        slug = session.scalar(taken.where(AreaHost.host == host))
        if slug is not None and below:
            raise Invalid("host", _("%(host)s ist schon vergeben.", host=host))
        if slug is not None:
            raise Invalid("host", _("%(host)s führt schon zu %(slug)s.", host=host, slug=slug))
        counted = sa.select(sa.func.count(AreaHost.host))
        if (session.scalar(counted) or 0) >= MOST:
            raise Invalid("host", _("Mehr Namen kann diese Seite nicht haben."))
        own = session.scalar(counted.where(AreaHost.area_id == scope.area.id)) or 0
        if below and own >= PER_AREA:
            raise Invalid("host", _("Mehr Namen kann ein Bereich nicht haben."))
        session.execute(sa.insert(AreaHost).values(host=host, area_id=scope.area.id))
    _tell("areas.add_host", scope, host, reason)
    return host


def remove_host(scope: Scope, name: str, *, reason: str = "", below: str = "") -> str:
    """Let a name no longer lead to the area; return it as it was kept.

    Errors: raises Denied for all but the operator, NotFound when it does not lead there; with
        `below` as `add_host`.
    """
    rules.require_name_hosts(scope, below=below)
    reason = check_reason(reason)
    host = find_hostname(_tidy(name)) or ""
    if below:
        _require_below(host, below)
    with unscoped("areas: a name is taken wherever it leads") as session:
        lock_tree(session)
        gone = sa.delete(AreaHost).where(AreaHost.host == host, AreaHost.area_id == scope.area.id)
        if session.scalar(gone.returning(AreaHost.host)) is None:
            raise NotFound
    _tell("areas.remove_host", scope, host, reason)
    return host


def _check_host(name: str) -> str:
    host = find_hostname(_tidy(name))
    if host is None:
        raise Invalid(
            "host",
            _("Das ist kein Name eines Rechners. Schreib ihn wie ni.example.org, ohne https://."),
        )
    own = urlsplit(current_config().public_url).hostname or ""
    if host == (find_hostname(own) or own):
        raise Invalid("host", _("Das ist der Name der Seite selbst; er führt zu allen Bereichen."))
    return host


def _require_below(host: str, below: str) -> None:
    """One label more than the domain: a name further down could be another area's domain."""
    if host.partition(".")[2] != below:
        example = f"name.{below}"
        raise Invalid("host", _("Hier gehen nur Namen wie %(example)s.", example=example))


def _tidy(name: str) -> str:
    return name.strip().removesuffix(".")


def _tell(action: str, scope: Scope, host: str, reason: str) -> None:
    events.append(AreaEdited(area_id=scope.area.id, actor_id=scope.user_id, fields=["hosts"]))
    audit.record(action, scope.user_id, area_id=scope.area.id, reason=reason, host=host)
