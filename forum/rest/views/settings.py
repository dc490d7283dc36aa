"""Settings of plugins for programs: generated from each plugin's model, as the form is."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Any

from pydantic import BaseModel, Field, create_model

from forum.areas import operations, rules
from forum.areas.plugin_forms import tell_problem
from forum.areas.queries import get_settings_page
from forum.plugin.dispatch import Dispatcher
from forum.plugin.loader import LoadedPlugin
from forum.rest.endpoints import Answer, Call, Endpoint
from forum.rest.shapes import Given, Shape
from forum.rest.views.places import get_scope
from forum.web.problems import Fault, Faulty

TAG = "Settings"


def list_setting_endpoints(dispatcher: Dispatcher) -> list[Endpoint]:
    """Return two endpoints for each plugin that areas give settings to."""
    return [
        endpoint
        for plugin in dispatcher.loaded.plugins
        if not plugin.builtin and plugin.manifest.settings is not None
        for endpoint in _make_endpoints(plugin, plugin.manifest.settings)
    ]


def _make_endpoints(plugin: LoadedPlugin, model: type[BaseModel]) -> Iterator[Endpoint]:
    """Who may switch the plugin in the area reads and sets, whether it is on there or not."""
    name = plugin.name
    answer = _make_answer(model)
    common: dict[str, Any] = {
        "rule": f"/areas/<slug>/plugins/{name}/settings",
        "tag": TAG,
        "answer": answer,
        "private": True,
        "plugin": name,
    }

    def show(call: Call) -> Answer:
        scope = get_scope(call.values["slug"])
        rules.require_switch_plugins(scope)
        here, area_id = get_settings_page(scope, name).here, scope.area.id
        return Answer(
            answer(
                values=here.values,
                own=sorted(key for key, where in here.sources.items() if where == area_id),
                locked=sorted(key for key, where in here.locks.items() if where == area_id),
                closed=sorted(key for key, where in here.locks.items() if where != area_id),
            )
        )

    def change(call: Call) -> Answer:
        values = call.body.values.model_dump(mode="json", exclude_unset=True)
        scope = get_scope(call.values["slug"])
        try:
            operations.set_plugin_settings(scope, name, values=values, locked=call.body.locked)
        except operations.SettingsRefused as refused:
            raise Faulty("", [*_tell(refused)]) from None
        return show(call)

    yield Endpoint(
        name=f"settings-{name}",
        method="GET",
        summary="Read the settings of the plugin in an area",
        view=show,
        **common,
    )
    yield Endpoint(
        name=f"set-settings-{name}",
        method="PUT",
        summary="Set the area's own values; what is left out is inherited",
        view=change,
        body=_make_body(model),
        scope="write",
        **common,
    )


def _make_answer(model: type[BaseModel]) -> type[BaseModel]:
    keys = (list[str], ...)
    fields: dict[str, Any] = {"values": (model, ...), "own": keys, "locked": keys, "closed": keys}
    return create_model(
        "Settings",
        __base__=Shape,
        __doc__="The values in force; the keys the area sets itself, locks below, may not set.",
        **fields,
    )


def _make_body(model: type[BaseModel]) -> type[BaseModel]:
    """The model with every field left to the sender: what is not sent is inherited."""
    own: dict[str, Any] = {
        key: Annotated[info.annotation, *info.metadata, Field(default_factory=_nothing)]
        for key, info in model.model_fields.items()
    }
    values = create_model("OwnValues", __base__=Given, **own)
    fields: dict[str, Any] = {
        "values": (values, Field(default_factory=values)),
        "locked": (list[str], Field(default_factory=list, max_length=len(own))),
    }
    return create_model("NewSettings", __base__=Given, **fields)


def _nothing() -> None:
    return None


def _tell(refused: operations.SettingsRefused) -> Iterator[Fault]:
    for key, problem in refused.problems.items():
        place = f"#/values/{key}" if key else "#/values"
        yield Fault(tell_problem(problem), pointer=place)
