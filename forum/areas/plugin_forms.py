"""The form of a plugin's settings, generated from its model: what is left empty is inherited."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from forum.areas.operations import SettingsRefused
from forum.areas.queries import SettingsPage
from forum.core.errors import Invalid
from forum.plugin.fields import SettingField, describe_fields
from forum.plugin.settings import ResolvedSettings, SettingProblem
from forum.web.forms import Choice, Choices, Form, Line, Text
from forum.web.i18n import gettext as _

TEXT_BYTES: Final = 16 * 1024
LINE: Final = 500


@dataclass(frozen=True, slots=True)
class SettingLine:
    """A setting on the page: its field, or the words for why there is none.

    `note` says whether the area's own value holds.
    """

    setting: SettingField
    field: Any
    hint: str
    locked: bool
    note: str = ""


@dataclass(frozen=True, slots=True)
class SettingsForm:
    """The form with its lines; values are read back as the resolver takes them."""

    form: Any
    lines: tuple[SettingLine, ...]
    has_own: bool

    def read(self) -> dict[str, object]:
        """Return what was filled in; a key that is missing is inherited."""
        found: dict[str, object] = {}
        for line in self.lines:
            if line.field is not None:
                value = _read(line.setting, line.field.data)
                if value is not None:
                    found[line.setting.name] = value
        return found

    def read_locked(self) -> list[str]:
        """Return the keys that may not be changed below."""
        return list(self.form.locked.data or ())

    def explain(self, refused: SettingsRefused) -> Invalid:
        """Put what was refused at its fields but the last, which is returned to be raised."""
        problems = list(refused.problems.items())
        for key, problem in problems[:-1]:
            self.form.refuse(Invalid(_name(key), tell_problem(problem)))
        key, problem = problems[-1]
        return Invalid(_name(key), tell_problem(problem))


def make_settings_form(page: SettingsPage, *, area_id: int, as_operator: bool) -> SettingsForm:
    """Build the form for the values in force in an area.

    Fields of the operator's and those locked above are shown and cannot be filled in.
    """
    here, locks = page.here, page.here.locks
    settings = describe_fields(type(here.values))
    above = {key for key, where in locks.items() if where != area_id}
    open_keys = [s for s in settings if s.name not in above and (s.area_admin or as_operator)]
    members: dict[str, Any] = {_name(s.name): _make_field(s, _tell(s, page)) for s in open_keys}
    members["locked"] = Choices(
        _("Darunter nicht änderbar"), [(s.name, _(s.label)) for s in open_keys]
    )
    own = {key for key, where in here.sources.items() if where == area_id}
    data = {_name(s.name): _fill(s, here, own=s.name in own) for s in open_keys}
    data["locked"] = [s.name for s in open_keys if locks.get(s.name) == area_id]
    form = type("PluginSettingsForm", (Form,), members)(data=data)
    lines = tuple(
        SettingLine(
            setting=s,
            field=form[_name(s.name)] if s in open_keys else None,
            hint=_hint(s, page, is_open=s in open_keys),
            locked=s.name in above,
            note=_note(s, page, own=s.name in own),
        )
        for s in settings
    )
    has_own = any(s.name in own or s.name in data["locked"] for s in open_keys)
    return SettingsForm(form, lines, has_own)


def _name(key: str) -> str:
    return f"v_{key}" if key else ""


def _tell(setting: SettingField, page: SettingsPage) -> str:
    """Say what holds when the area says nothing itself, and where that comes from."""
    value = _say(setting, getattr(page.above.values, setting.name))
    source = page.above.sources.get(setting.name)
    if source is None:
        return _("Grundeinstellung: %(value)s", value=value)
    if source in page.places:
        return _("geerbt von %(place)s: %(value)s", place=page.places[source], value=value)
    return _("geerbt: %(value)s", value=value)


def _say(setting: SettingField, value: object) -> str:
    if setting.kind == "bool":
        said = _("an") if value else _("aus")
    elif setting.kind in ("choice", "choices"):
        labels = {choice.value: _(choice.label) for choice in setting.choices}
        chosen = value if isinstance(value, tuple | list) else (value,)
        said = ", ".join(labels.get(str(v), str(v)) for v in chosen)
    else:
        said = ", ".join(map(str, value)) if isinstance(value, tuple | list) else str(value)
    return said or "–"


def _make_field(setting: SettingField, inherited: str) -> Any:
    label = _(setting.label)
    if setting.kind == "bool":
        options = [("", inherited), ("on", _("an")), ("off", _("aus"))]
        return Choice(label, options, default="")
    if setting.kind == "choice":
        options = [("", inherited), *((c.value, _(c.label)) for c in setting.choices)]
        return Choice(label, options, default="")
    if setting.kind == "choices":
        return Choices(label, [(c.value, _(c.label)) for c in setting.choices])
    if setting.kind == "lines":
        return Text(label, size=TEXT_BYTES, required=False)
    return Line(label, most=min(setting.max_length or LINE, LINE), required=False)


def _fill(setting: SettingField, resolved: ResolvedSettings, *, own: bool) -> Any:
    if not own:
        return [] if setting.kind == "choices" else ""
    value = resolved.values.model_dump(mode="json")[setting.name]
    if setting.kind == "bool":
        return "on" if value else "off"
    if setting.kind == "lines":
        return "\n".join(value)
    return value if setting.kind == "choices" else str(value)


def _read(setting: SettingField, data: Any) -> object:
    if data in (None, "", []):
        return None
    if setting.kind == "bool":
        return data == "on"
    if setting.kind == "lines":
        return [line.strip() for line in data.splitlines() if line.strip()]
    return data


def _hint(setting: SettingField, page: SettingsPage, *, is_open: bool) -> str:
    told = [_(setting.help) if setting.help else ""]
    if not is_open:
        where = page.places.get(page.here.locks.get(setting.name, 0))
        told.append(_("festgelegt von %(place)s", place=where) if where else "")
        told.append(_say(setting, getattr(page.here.values, setting.name)))
    elif setting.kind not in ("bool", "choice"):  # theirs is the first choice
        told.append(_tell(setting, page))
    return " · ".join(part for part in told if part)


def _note(setting: SettingField, page: SettingsPage, *, own: bool) -> str:
    if setting.name in page.here.problems:
        return _("Was hier oder darüber gespeichert ist, passt nicht mehr und gilt deshalb nicht.")
    return _("hier festgelegt") if own else ""


def tell_problem(problem: SettingProblem) -> str:
    """Put a refused value into words."""
    limits: Mapping[str, Any] = problem.parameters
    known = {
        "locked": _("Das ist weiter oben festgelegt."),
        "operator_only": _("Das stellt nur der Betrieb der Seite ein."),
        "unknown": _("Diese Einstellung gibt es nicht (mehr)."),
        "int_parsing": _("Bitte gib eine ganze Zahl an."),
        "float_parsing": _("Bitte gib eine Zahl an."),
    }
    if problem.code in known:
        return known[problem.code]
    if problem.code == "greater_than_equal":
        return _("Mindestens %(least)s.", least=limits["ge"])
    if problem.code == "less_than_equal":
        return _("Höchstens %(most)s.", most=limits["le"])
    if problem.code == "string_too_long":
        return _("Höchstens %(most)s Zeichen.", most=limits["max_length"])
    return _("Dieser Wert passt nicht.")
