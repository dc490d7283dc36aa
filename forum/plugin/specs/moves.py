"""Hooks called when something changes its place or goes with it, in the same transaction."""

from collections.abc import Mapping, Sequence

from forum.plugin.hookspec import hookspec
from forum.plugin.types import AreaBundle, AreaRef, TopicRef, Veto


@hookspec(audience="loaded", on_error="abort")
def move_topic(topic: TopicRef, source: AreaRef, target: AreaRef) -> Veto | None:
    """Take the plugin's rows along when a topic moves to another area.

    When: in the transaction of the move, after core moved its own rows; `topic.area_id` is the
        target's. Sent to every loaded plugin, active in either area or not.
    Not sent for: moves of whole areas, in which topics keep their area.
    Return: None, or a `Veto` that undoes the move and is shown to who asked for it.
    Errors: the move is undone.
    Cost: a few statements for the one topic; rows that hang on topic or post need none.
    """
    raise NotImplementedError


@hookspec(audience="loaded", on_error="abort")
def move_area(
    area: AreaRef, source: AreaRef, target: AreaRef, area_ids: Sequence[int]
) -> Veto | None:
    """Follow an area that is hung under another one with everything below it.

    When: in the transaction of the move, after core moved its own rows: path, roles from above,
        visibility, read sets and active plugins are the new place's already. `area_ids` are the
        area and all below it; what a plugin keeps by their ids may stay, what it derived from the
        place (what an ancestor says, sums over a branch) it makes anew.
    Not sent for: an area whose words, order or seal change.
    Return: None, or a `Veto` that undoes the move and is shown to who asked for it.
    Errors: the move is undone.
    Cost: a few statements, whatever the number of areas.
    """
    raise NotImplementedError


@hookspec(audience="loaded", on_error="abort")
def copy_area(source: AreaRef, target: AreaRef) -> Mapping[str, int]:
    """Give a new area what the plugin keeps as the arrangement of another one.

    Templates, categories, texts of forms: what an admin would type again. Nothing that members
    wrote, no names of theirs, and nothing that must be there once (a feed that is fetched).
    When: in the transaction that makes the area, after core copied what it says of itself, the
        states of plugins and their settings. Sent to every loaded plugin, active there or not.
    Not sent for: areas that are made without a template.
    Return: how many rows were made, by table, for the log.
    Errors: the area is not made.
    Cost: a fixed number of statements, not one per row.
    """
    raise NotImplementedError


@hookspec(audience="loaded", on_error="abort")
def export_area(area: AreaRef, bundle: AreaBundle) -> None:
    """Write what the plugin keeps about an area and what stands in it to its bundle.

    What readers of the area may see: no secrets, no addresses, nobody's secret ballot, nothing
    that hangs on hidden or deleted posts, nothing of other areas.
    When: while the area is exported, in a unit, after core wrote its own parts. Sent to every
        loaded plugin, active there or not.
    Not sent for: members' exports of their own data; archives of a plugin.
    Return: nothing.
    Errors: there is no file: an incomplete one would pass for complete.
    Cost: a statement per some hundred records; never all of them in memory.
    """
    raise NotImplementedError


@hookspec(audience="loaded", on_error="abort")
def delete_area(area: AreaRef) -> Veto | Mapping[str, int]:
    """Delete what the plugin keeps about an area and about what stands in it.

    When: in the transaction of the deletion, before core deletes a row: topics, posts and members
        of the area are still there. What hangs on area, topic or post by a foreign key goes by
        itself; files go after the commit (`on_commit`), never before.
    Not sent for: areas that are archived; areas below, which go before this one or are moved away.
    Return: how many rows were dealt with, by table, for the log; or a `Veto` that undoes the
        deletion and is shown to who asked for it.
    Errors: nothing of the area is deleted.
    Cost: a fixed number of statements, not one per row.
    """
    raise NotImplementedError
