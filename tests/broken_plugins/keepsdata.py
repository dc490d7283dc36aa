"""Keeps personal data and cannot give it back."""

from forum.plugin import Manifest, PersonalData, hookimpl

manifest = Manifest(
    name="keepsdata",
    title="keepsdata",
    summary="Kaputt",
    core=">=1.0,<2",
    licence="MIT",
    personal_data=(
        PersonalData(table="keepsdata_row", what="Alles", purpose="Keiner", retention="Ewig"),
    ),
)


@hookimpl
def erase_user(user_id: int) -> dict[str, int]:
    return {}
