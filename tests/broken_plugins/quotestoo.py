"""Registers a directive of the core."""

from collections.abc import Sequence

from forum.plugin import Manifest, MarkupSpec, hookimpl

manifest = Manifest(
    name="quotestoo", title="quotestoo", summary="Kaputt", core=">=1.0,<2", licence="MIT"
)


@hookimpl
def register_markup() -> Sequence[MarkupSpec]:
    spec = MarkupSpec(
        name="quote", label="Zitat", parse=lambda block, draft: None, render=lambda page, found: {}
    )
    return [spec]
