"""What goes through hooks: frozen dataclasses, ids instead of models, no framework's classes."""

from forum.plugin.types.api import Api, ApiFields, ApiRoute, AreaApi, SiteApi, TopicList
from forum.plugin.types.demo import DemoWorld
from forum.plugin.types.digest import DigestItem, DigestWindow
from forum.plugin.types.events import EventDraft, EventField, EventSpec, Undoing
from forum.plugin.types.exports import AreaBundle
from forum.plugin.types.hosts import HostPage, HostPath
from forum.plugin.types.kinds import TopicKind
from forum.plugin.types.manifest import Manifest, Permission, PersonalData
from forum.plugin.types.markup import (
    DirectiveBlock,
    DirectiveDraft,
    DirectiveLine,
    DirectiveRef,
    MarkupSpec,
)
from forum.plugin.types.notices import MailLink, NoticeRef, NotificationType
from forum.plugin.types.pages import AreaPage, Panel, SitePage, Slot, TopicPage
from forum.plugin.types.privacy import ExportPart, Texts
from forum.plugin.types.refs import AreaRef, EventRef, PostRef, Role, TopicRef, ViewerRef
from forum.plugin.types.routes import AreaRoutes, Route, Routes, SiteRoutes
from forum.plugin.types.sample import SamplePlace, SampleWorld
from forum.plugin.types.search import SearchDocument
from forum.plugin.types.work import (
    ImportJob,
    ImportReport,
    JobSpec,
    MailGuard,
    Rejection,
    Remark,
    ScheduleSpec,
    SiteCheck,
    SiteFinding,
    SourceSpec,
)
from forum.plugin.types.writing import PostDraft, TopicProposal, Veto

__all__ = [
    "Api",
    "ApiFields",
    "ApiRoute",
    "AreaApi",
    "AreaBundle",
    "AreaPage",
    "AreaRef",
    "AreaRoutes",
    "DemoWorld",
    "DigestItem",
    "DigestWindow",
    "DirectiveBlock",
    "DirectiveDraft",
    "DirectiveLine",
    "DirectiveRef",
    "EventDraft",
    "EventField",
    "EventRef",
    "EventSpec",
    "ExportPart",
    "HostPage",
    "HostPath",
    "ImportJob",
    "ImportReport",
    "JobSpec",
    "MailGuard",
    "MailLink",
    "Manifest",
    "MarkupSpec",
    "NoticeRef",
    "NotificationType",
    "Panel",
    "Permission",
    "PersonalData",
    "PostDraft",
    "PostRef",
    "Rejection",
    "Remark",
    "Role",
    "Route",
    "Routes",
    "SamplePlace",
    "SampleWorld",
    "ScheduleSpec",
    "SearchDocument",
    "SiteApi",
    "SiteCheck",
    "SiteFinding",
    "SitePage",
    "SiteRoutes",
    "Slot",
    "SourceSpec",
    "Texts",
    "TopicKind",
    "TopicList",
    "TopicPage",
    "TopicProposal",
    "TopicRef",
    "Undoing",
    "Veto",
    "ViewerRef",
]
