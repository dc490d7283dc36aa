"""What a plugin hands over when a member asks for the own data, and is told when one leaves."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from forum.plugin.types.checked import Checked

Texts = Literal["keep", "delete"]
"""What becomes of what a leaving member wrote for others: it stays without the name, or goes."""


@dataclass(frozen=True, slots=True)
class ExportPart(Checked):
    """One file of a member's export: a name such as `votes` and its records, JSON values only.

    `title` says in the member's language what it is; without one the name has to do.
    """

    name: str
    records: Sequence[Mapping[str, object]]
    title: str = ""
