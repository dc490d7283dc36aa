"""Each rule of the manifest, broken once."""

from dataclasses import replace
from typing import Any

import pytest
from pydantic import BaseModel

from forum.plugin import BrokenPlugin, Manifest, Permission, PersonalData, setting
from forum.plugin.manifest import RULES, check_manifest
from forum.plugin.versions import version_fits

GOOD = Manifest(name="kudos", title="Danke", summary="Kurz", core=">=1.0,<2", licence="MIT")
GIVE = Permission(name="give", title="Geben", default_role="member")
DATA = PersonalData(table="kudos_row", what="Wer", purpose="Anzeige", retention="ein Jahr")


class NoDefault(BaseModel):
    count: int


class NoLabel(BaseModel):
    count: int = 1


class Undrawable(BaseModel):
    where: dict[str, int] = setting({}, label="Wo")


BROKEN: list[tuple[str, dict[str, Any], str]] = [
    ("types", {"requires": ["a"]}, "requires: expected a tuple, got list"),
    ("types", {"default": "yes"}, "default: expected bool, got str"),
    ("types", {"scopes": ("region",)}, "scopes: expected one of 'area', 'site'"),
    ("types", {"restricts": "all"}, "restricts: expected"),
    ("types", {"settings": {"a": 1}}, "settings: expected"),
    ("pattern", {"name": "Kudos"}, "'Kudos' is no name"),
    ("pattern", {"name": "kudos_more"}, "'kudos_more' is no name"),
    ("pattern", {"name": "k"}, "'k' is no name"),
    ("reserved", {"name": "members"}, "'members' belongs to the core"),
    ("core", {"core": ">=2"}, "it wants API >=2, this forum has 1.0"),
    ("core", {"core": "1.x"}, "'1.x' is no version range"),
    ("texts", {"title": " "}, "title is empty"),
    ("texts", {"licence": ""}, "licence is empty"),
    ("texts", {"homepage": "javascript:alert(1)"}, "is no address"),
    ("scopes", {"scopes": ()}, "scopes is empty"),
    ("scopes", {"scopes": ("site",), "restricts": "posting"}, "restricts concerns areas"),
    ("requires", {"requires": ("kudos",)}, "it requires itself"),
    ("requires", {"requires": ("a1", "a1")}, "requires names a plugin twice"),
    ("events", {"events": ("PostCreated",)}, "'PostCreated' is no event name"),
    ("permissions", {"permissions": (GIVE, GIVE)}, "two permissions have one name"),
    ("permissions", {"permissions": (replace(GIVE, name="a b"),)}, "'a b' is no permission"),
    ("personal_data", {"personal_data": (replace(DATA, table="post"),)}, "'post' is not the"),
    ("personal_data", {"personal_data": (replace(DATA, what=""),)}, "a text is empty"),
    ("settings", {"settings": NoDefault}, "setting 'count' has no default"),
    ("settings", {"settings": NoLabel}, "setting 'count' has no label"),
    ("settings", {"settings": Undrawable}, "setting 'where' has a type that no form can draw"),
]


def test_a_good_manifest_passes():
    assert check_manifest(GOOD, name="kudos", builtin=False) is GOOD


def test_every_rule_is_broken_once_below():
    assert {rule for rule, _, _ in BROKEN} == set(RULES)


@pytest.mark.parametrize(("rule", "change", "what"), BROKEN)
def test_a_broken_rule_is_named_with_its_mend(rule: str, change: dict[str, Any], what: str):
    with pytest.raises(BrokenPlugin) as caught:
        check_manifest(replace(GOOD, **change), name="kudos", builtin=False)
    error = caught.value
    assert (error.plugin, error.rule) == ("kudos", rule)
    assert what in error.what
    assert str(error) == f"plugin 'kudos', rule {rule}: {error.what}; {error.mend}"
    assert "\n" not in str(error)


def test_the_entry_point_gives_the_name():
    with pytest.raises(BrokenPlugin, match="rule name: the manifest says 'kudos'"):
        check_manifest(GOOD, name="other", builtin=False)


def test_something_else_is_no_manifest():
    with pytest.raises(BrokenPlugin, match="the module has no `manifest`"):
        check_manifest({"name": "kudos"}, name="kudos", builtin=False)


def test_built_in_plugins_may_have_the_names_of_core_features():
    search = replace(GOOD, name="search")
    assert check_manifest(search, name="search", builtin=True) is search


@pytest.mark.parametrize(
    ("version", "wanted", "fits"),
    [
        ("1.0", ">=1.0,<2", True),
        ("1.10", ">=1.9", True),
        ("2.0", ">=1.0,<2", False),
        ("1.2", "==1.2.0", True),
        ("1.2", "!=1.2", False),
        ("1.2", ">1.2", False),
        ("1.2", "<=1.2, >1.1", True),
    ],
)
def test_version_ranges(version: str, wanted: str, fits: bool):
    assert version_fits(version, wanted) is fits
