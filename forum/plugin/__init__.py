"""The plugin framework, over pluggy: what plugins import, and what core delivers hooks with.

No Flask and no SQL; `forum.app` fills in how statements are counted and calls are isolated.
"""

from forum.plugin.errors import BrokenPlugin, HookFailed, PluginError
from forum.plugin.fields import setting
from forum.plugin.hookspec import hookimpl
from forum.plugin.types import (
    AreaPage,
    AreaRef,
    AreaRoutes,
    DemoWorld,
    EventRef,
    ExportPart,
    ImportJob,
    ImportReport,
    JobSpec,
    Manifest,
    Panel,
    Permission,
    PersonalData,
    PostDraft,
    PostRef,
    Rejection,
    Role,
    Route,
    Routes,
    SiteRoutes,
    Slot,
    SourceSpec,
    TopicKind,
    TopicPage,
    TopicRef,
    Veto,
    ViewerRef,
)
from forum.plugin.versions import API_VERSION

__all__ = [
    "API_VERSION",
    "AreaPage",
    "AreaRef",
    "AreaRoutes",
    "BrokenPlugin",
    "DemoWorld",
    "EventRef",
    "ExportPart",
    "HookFailed",
    "ImportJob",
    "ImportReport",
    "JobSpec",
    "Manifest",
    "Panel",
    "Permission",
    "PersonalData",
    "PluginError",
    "PostDraft",
    "PostRef",
    "Rejection",
    "Role",
    "Route",
    "Routes",
    "SiteRoutes",
    "Slot",
    "SourceSpec",
    "TopicKind",
    "TopicPage",
    "TopicRef",
    "Veto",
    "ViewerRef",
    "hookimpl",
    "setting",
]
