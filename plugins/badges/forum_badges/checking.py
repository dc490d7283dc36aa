"""What `forum check` says of badges: whether what is claimed can be signed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from forum.plugin import SiteCheck, SiteFinding
from forum_badges.sharing_queries import list_sealed


def check_keys() -> Sequence[SiteFinding]:
    """Name issuers whose key the site's secret does not open. Cost: one statement."""
    sealed = list_sealed()
    if not sealed:
        return [SiteFinding(level="ok", what="badges can be signed")]
    return [
        SiteFinding(
            level="problem",
            what=f"badges of {base} cannot be signed: the site's secret key is another one now",
            remedy="bring back the old FORUM_SECRET_KEY, or run: forum badges renew-keys",
        )
        for base in sealed
    ]


CHECKS: Final = (SiteCheck(name="badges.keys", run=check_keys),)
