"""Hooks called once per process while the forum starts, to collect what a plugin brings."""

from collections.abc import Sequence

from forum.plugin.hookspec import hookspec
from forum.plugin.types import (
    EventSpec,
    HostPage,
    JobSpec,
    MailGuard,
    MarkupSpec,
    NotificationType,
    Routes,
    ScheduleSpec,
    SiteCheck,
    SourceSpec,
    TopicKind,
)


@hookspec(audience="start", on_error="abort")
def register_topic_kinds() -> Sequence[TopicKind]:
    """Name the kinds of topics that the plugin brings.

    When: at start, in every process.
    Not sent for: plugins that the operator did not load.
    Return: the kinds; a name that another plugin has already quarantines the later plugin.
    Errors: quarantine the plugin.
    Cost: nothing per request.
    """
    raise NotImplementedError


@hookspec(audience="start", on_error="abort")
def register_blueprints() -> Sequence[Routes]:
    """Name the pages of the plugin, per area or for the site.

    When: at start, in every process.
    Not sent for: plugins that the operator did not load.
    Return: `AreaRoutes` and `SiteRoutes`; endpoints are unique within the plugin.
    Errors: quarantine the plugin.
    Cost: nothing per request; core has looked up area, state and permission before a view runs.
    """
    raise NotImplementedError


@hookspec(audience="start", on_error="abort")
def register_hosts() -> Sequence[HostPage]:
    """Name the pages that the plugin puts at the root of hosts that lead to an area.

    Who runs the site lets a name lead to an area (`forum area host add`); there the front page,
    imprint and privacy page of the area may be other ones than those of the site.
    When: at start, in every process. The views are called when such a page is opened under such a
        name, plugin by plugin in the order of the loader, until one has a page.
    Not sent for: plugins that the operator did not load. Views are not called under the site's
        own name, where the plugin is off, and for who may not read the area.
    Return: the pages, one for each path at most.
    Errors: quarantine the plugin. A view that fails is left out, the core's page stands there.
    Cost: nothing per request; of a view at most two statements beside those of its page's frame.
    """
    raise NotImplementedError


@hookspec(audience="start", on_error="abort")
def register_markup() -> Sequence[MarkupSpec]:
    """Name the directives that authors may write into their posts.

    When: at start, in every process.
    Not sent for: plugins that the operator did not load. Where the plugin is off its directives
        stay plain text, and those of older posts show their line.
    Return: the directives; a name that another plugin has already quarantines the later plugin.
    Errors: quarantine the plugin.
    Cost: nothing for posts and pages without a directive of the plugin.
    """
    raise NotImplementedError


@hookspec(audience="start", on_error="abort")
def register_notifications() -> Sequence[NotificationType]:
    """Name the kinds of notifications that the plugin sends with `forum.api.data.notify`.

    When: at start, in every process.
    Not sent for: plugins that the operator did not load. Where the plugin is off nothing is sent,
        and what was sent is neither shown, counted nor mailed until it is on again.
    Return: the types, named `<plugin>.<what>`; each is a line on the page where members choose
        their mails, wherever they may read an area in which the plugin is on.
    Errors: quarantine the plugin.
    Cost: nothing per request; an inbox or a mail calls the `text` of a type once for all its lines.
    """
    raise NotImplementedError


@hookspec(audience="start", on_error="abort")
def register_sources() -> Sequence[SourceSpec]:
    """Name the formats that `forum import` can read through the plugin.

    When: at start, in every process.
    Not sent for: plugins that the operator did not load.
    Return: the sources; names are unique in the forum.
    Errors: quarantine the plugin.
    Cost: nothing per request.
    """
    raise NotImplementedError


@hookspec(audience="start", on_error="abort")
def register_jobs() -> Sequence[JobSpec]:
    """Name the background jobs that the plugin enqueues.

    When: at start, in every process.
    Not sent for: plugins that the operator did not load; rows of theirs wait in the queue.
    Return: the jobs, named `<plugin>.<verb>`.
    Errors: quarantine the plugin.
    Cost: nothing per request.
    """
    raise NotImplementedError


@hookspec(audience="start", on_error="abort")
def register_schedules() -> Sequence[ScheduleSpec]:
    """Name the work of the plugin that comes again by the clock.

    When: at start, in every process; the worker runs what is due.
    Not sent for: plugins that the operator did not load.
    Return: the schedules, named `<plugin>.<verb>` unlike its jobs, from a minute to a year apart.
    Errors: quarantine the plugin.
    Cost: nothing per request; a turn is one job in the queue for all areas together.
    """
    raise NotImplementedError


@hookspec(audience="start", on_error="abort")
def register_mail_guards() -> Sequence[MailGuard]:
    """Name who is asked before mails that the plugin writes with `send_mails` leave.

    When: at start, in every process; a guard is called for each mail as it is handed over.
    Not sent for: plugins that the operator did not load; their mails wait.
    Return: the guards, named `<plugin>.<noun>`, the kinds of `forum.api.data.send_mails`.
    Errors: quarantine the plugin. While a guard fails the mail waits and is tried again.
    Cost: nothing per request; a guard a fixed number of statements for a mail.
    """
    raise NotImplementedError


@hookspec(audience="start", on_error="abort")
def register_checks() -> Sequence[SiteCheck]:
    """Name what the plugin looks at when the operator asks whether the site is well.

    When: at start, in every process; the checks are run by `forum check`, in a read unit.
    Not sent for: plugins that the operator did not load.
    Return: the checks, named `<plugin>.<noun>`.
    Errors: quarantine the plugin. A check that fails is told as a problem, the others go on.
    Cost: nothing per request; a check a fixed number of statements.
    """
    raise NotImplementedError


@hookspec(audience="start", on_error="abort")
def register_events() -> Sequence[EventSpec]:
    """Declare the events that the plugin writes into the log with `append_events`.

    When: at start, in every process. What is declared stands in the vocabulary of all events, from
        which criteria and reports are made without knowing the plugin.
    Not sent for: plugins that the operator did not load.
    Return: the types of events, named `<plugin>.<noun>_<past>`, with all fields of their payload.
    Errors: quarantine the plugin.
    Cost: nothing per request; an event is one line of the log, checked when it is appended.
    """
    raise NotImplementedError
