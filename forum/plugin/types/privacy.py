"""What a plugin hands over when a member asks for the own data."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from forum.plugin.types.checked import Checked


@dataclass(frozen=True, slots=True)
class ExportPart(Checked):
    """One file of a member's export: a name such as `votes` and its records, JSON values only."""

    name: str
    records: Sequence[Mapping[str, object]]
