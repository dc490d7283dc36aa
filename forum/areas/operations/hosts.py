"""Names of hosts that lead to areas: given and taken by who runs the site."""

from __future__ import annotations

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


def add_host(scope: Scope, name: str, *, reason: str = "") -> str:
    """Let a name lead to the area from the next request on; return it as it is kept.

    The name is trusted then: pages, logins and cookies work under it as under the site's own.

    Errors: raises Denied for all but the operator; Invalid at `host` for what is no name of a
        host, for the site's own and for one that leads to an area already.
    Cost: half a dozen statements.
    """
    rules.require_name_hosts(scope)
    reason = check_reason(reason)
    host = _check_host(name)
    with unscoped("areas: a name is taken wherever it leads") as session:
        lock_tree(session)
        taken = sa.select(Area.slug).join(AreaHost, AreaHost.area_id == Area.id)
        slug = session.scalar(taken.where(AreaHost.host == host))
        if slug is not None:
            raise Invalid("host", _("%(host)s führt schon zu %(slug)s.", host=host, slug=slug))
        if (session.scalar(sa.select(sa.func.count(AreaHost.host))) or 0) >= MOST:
            raise Invalid("host", _("Mehr Namen kann diese Seite nicht haben."))
        session.execute(sa.insert(AreaHost).values(host=host, area_id=scope.area.id))
    _tell("areas.add_host", scope, host, reason)
    return host


def remove_host(scope: Scope, name: str, *, reason: str = "") -> str:
    """Let a name no longer lead to the area; return it as it was kept.

    Errors: raises Denied for all but the operator, NotFound when it does not lead there.
    """
    rules.require_name_hosts(scope)
    reason = check_reason(reason)
    host = find_hostname(_tidy(name)) or ""
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


def _tidy(name: str) -> str:
    return name.strip().removesuffix(".")


def _tell(action: str, scope: Scope, host: str, reason: str) -> None:
    events.append(AreaEdited(area_id=scope.area.id, actor_id=scope.user_id, fields=["hosts"]))
    audit.record(action, scope.user_id, area_id=scope.area.id, reason=reason, host=host)
