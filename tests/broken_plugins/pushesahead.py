"""Uses pluggy's own marker to get in front of everybody."""

import pluggy

from forum.plugin import Manifest

manifest = Manifest(
    name="pushesahead", title="pushesahead", summary="Kaputt", core=">=1.0,<2", licence="MIT"
)


@pluggy.HookimplMarker("forum")(tryfirst=True)
def filter_post_html(html: str) -> str:
    return html
