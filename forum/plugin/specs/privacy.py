"""Hooks called when a member leaves, asks for the own data, or turns out to be another one."""

from collections.abc import Mapping, Sequence

from forum.plugin.hookspec import hookspec
from forum.plugin.types import ExportPart, Texts


@hookspec(audience="loaded", on_error="abort")
def erase_user(user_id: int, texts: Texts) -> Mapping[str, int]:
    """Delete or anonymise what the plugin keeps about a member, in all areas.

    With `texts` "keep" what the member wrote for others stays, without the name, with "delete"
    it goes. What hangs on a post that the member had deleted goes in both cases.
    When: in the transaction of the erasure, before the account's own row and the member's posts
        change. Sent to every loaded plugin, active anywhere or not.
    Not sent for: sanctions and deactivation.
    Return: how many rows were dealt with, by table, for the record.
    Errors: the whole erasure is undone and tried again.
    Cost: a fixed number of statements, not one per row.
    """
    raise NotImplementedError


@hookspec(audience="loaded", on_error="abort")
def export_user(user_id: int) -> Sequence[ExportPart]:
    """Hand over what the plugin keeps about a member.

    When: in the export job, in the member's language. Sent to every loaded plugin, active
        anywhere or not.
    Not sent for: exports of areas.
    Return: the parts, each one file of the bundle, without secrets and data about others.
    Errors: no bundle is handed out: an incomplete one would pass for complete.
    Cost: a fixed number of statements.
    """
    raise NotImplementedError


@hookspec(audience="loaded", on_error="abort")
def merge_users(source_id: int, target_id: int) -> Mapping[str, int]:
    """Make what the plugin keeps about one person another's, in all areas.

    What both have and one person may have once (a vote, a badge) stays once: the target's.
    When: in the transaction of the merge, before core's own rows move: the posts are still the
        source's. Sent to every loaded plugin, active anywhere or not.
    Not sent for: members who change name or address.
    Return: how many rows were dealt with, by table, for the log.
    Errors: nothing is merged.
    Cost: a fixed number of statements, not one per row.
    """
    raise NotImplementedError
