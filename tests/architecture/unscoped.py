"""Who looks past the wall, and why: every use of `unscoped`, held against the code by a test."""

# Every use of unscoped(reason): the file, and the reasons in the order of the file.
UNSCOPED: dict[str, list[str]] = {
    "forum/accounts/operations/ghosts.py": [
        "accounts: whoever is named anywhere stays, wherever that is"
    ],
    "forum/areas/operations/applications.py": ["areas: who is let in does not read yet"],
    "forum/areas/operations/bulk.py": [
        "areas: bulk loads have no viewer",
        "areas: bulk loads have no viewer",
        "areas: the repair has no viewer",
    ],
    "forum/areas/operations/copying.py": [
        "areas: what an area has chosen itself is copied, inherited things are not",
        "areas: what is said about plugins is copied whole",
        "areas: what is said about plugins is copied whole",
        "areas: a team behind a seal is copied by its own admin",
    ],
    "forum/areas/operations/counters.py": [
        "areas: counters belong to the area, not to who writes",
        "areas: counters belong to the area, not to who writes",
    ],
    "forum/areas/operations/deletion.py": [
        "areas: emptiness counts hidden things too",
        "areas: who deletes an area need not read it",
    ],
    "forum/areas/operations/exporting.py": ["areas: a bundle holds the area whole, whoever asks"],
    "forum/areas/operations/hosts.py": [
        "areas: a name is taken wherever it leads",
        "areas: a name is taken wherever it leads",
    ],
    "forum/areas/operations/invitations.py": [
        "areas: the holder of a link joins what is hidden from others",
        "areas: a stranger's link says where it leads",
    ],
    "forum/areas/operations/membership.py": [
        "areas: who joins does not read yet",
        "areas: who leaves may stop reading",
        "areas: a role changes who reads below",
        "areas: an admin above appoints without reading",
        "areas: the schedule has no viewer",
    ],
    "forum/areas/operations/merging.py": ["areas: a merge reaches hidden areas too"],
    "forum/areas/operations/plugins.py": [
        "areas: a switch reaches hidden areas too",
        "areas: settings are inherited from areas one may not know of",
        "areas: the start has no viewer",
    ],
    "forum/areas/operations/privacy.py": ["areas: an erasure reaches hidden areas too"],
    "forum/areas/operations/tree.py": [
        "areas: the first area has no area above it",
        "areas: a new area, its read sets and its address",
        "areas: what follows from an edit reaches hidden areas too",
        "areas: a look is inherited by hidden areas too",
        "areas: a move takes hidden areas along",
        "areas: an admin above archives without reading",
        "areas: the schedule has no viewer",
        "areas: a seal changes who reads below and above",
    ],
    "forum/areas/queries/effects.py": [
        "areas: what is decided above and below holds, known or not",
    ],
    "forum/areas/queries/hosts.py": [
        "areas: the operator knows every name, wherever it leads",
    ],
    "forum/areas/queries/own.py": [
        "areas: own rows are handed over from areas one has left too",
        "areas: who is the last admin is asked for who leaves",
    ],
    "forum/areas/queries/people.py": ["areas: the holder of a link may know where it leads"],
    "forum/areas/queries/plugin_settings.py": [
        "areas: settings are inherited from areas one may not know of",
        "areas: settings are inherited from areas one may not know of",
        "areas: settings are inherited from areas one may not know of",
        "areas: the operator learns which settings no longer fit, wherever",
    ],
    "forum/areas/queries/plugins.py": [
        "which plugins are active where something is delivered",
        "which plugins are active on the site",
        "where a plugin's work that comes again is to be done",
        "which plugins are on where the viewer reads",
        "operators learn how many areas use a plugin, not which",
        "areas: what is decided above holds, known or not",
        "areas: what is decided above holds, known or not",
    ],
    "forum/areas/queries/why.py": [
        "areas: the operator is told what decides, wherever it was said",
        "areas: a plugin goes only when it is on nowhere, also not in hidden areas",
    ],
    "forum/core/remains.py": [
        "plugins: what is left of one is counted in every area",
        "plugins: what is left of one goes in every area",
        "plugins: what is left of them is found in every area",
    ],
    "forum/areas/queries/readable.py": ["areas: who has a role somewhere is asked for nobody"],
    "forum/areas/queries/scopes.py": ["areas: the system has no viewer"],
    "forum/core/audit.py": [
        "audit: an erasure reaches every area",
        "audit: own entries are handed over from areas one has left too",
        "audit: a merge reaches every area",
    ],
    "forum/discussions/operations/attributing.py": [
        "who wrote a post is the same for every reader"
    ],
    "forum/discussions/operations/hanging.py": ["an import knows late what answers what"],
    "forum/discussions/operations/imports.py": [
        "an import writes for its authors, not for who looks"
    ],
    "forum/discussions/operations/merging.py": ["discussions: a merge reaches every area"],
    "forum/discussions/operations/privacy.py": ["discussions: an erasure reaches every area"],
    "forum/discussions/operations/withdrawing.py": [
        "what an import did is taken back for everybody",
        "what an import did is taken back for everybody",
    ],
    "forum/discussions/queries/followers.py": [
        "whom a topic concerns is asked for everybody, not for the viewer"
    ],
    "forum/discussions/queries/indexing.py": ["search index"],
    "forum/discussions/news.py": ["discussions: news are collected once for many readers"],
    "forum/discussions/queries/missed.py": [
        "discussions: summaries are collected for nobody",
        "discussions: what members have read is asked for many at once",
        "discussions: where topics stand is asked for many readers at once",
    ],
    "forum/discussions/queries/own.py": [
        "discussions: own texts are handed over from areas one has left too"
    ],
    "forum/notifications/operations/counting.py": [
        "notifications: a counter counts for its owner, whoever acts",
        "notifications: who was told of what has changed is asked for all",
        "notifications: a change of the tree may reach anybody's counter",
        "notifications: what is old goes for everybody",
    ],
    "forum/notifications/operations/events.py": [
        "notifications: where an event happened is asked for nobody",
        "notifications: what is settled is taken from everybody's list",
    ],
    "forum/notifications/operations/noticing.py": [
        "notifications: where a plugin tells of something is asked for nobody"
    ],
    "forum/notifications/operations/privacy.py": [
        "notifications: an erasure reaches what others were told",
        "notifications: what is deleted is taken from everybody's list",
        "notifications: a merge reaches what both were told",
    ],
    "forum/notifications/operations/reading.py": [
        "notifications: what is marked may point at what one no longer reads"
    ],
    "forum/notifications/operations/telling.py": [
        "notifications: others are told of what somebody does"
    ],
    "forum/notifications/queries.py": ["notifications: summaries are made for many"],
    "forum/search/operations.py": ["search: what is to index is noted for everybody"],
    "forum/testing/builders.py": ["testing: builders put areas below the root"],
    "forum/testing/kit/world.py": ["kit: names that no operation gives"],
    "plugins/chapters/forum_chapters/operations/keeping.py": [
        "chapters: an area is copied by its admins, whatever the wall says",
        "chapters: a move reaches front pages of hidden areas too",
        "chapters: a bundle holds the area whole, whoever asks",
    ],
    "plugins/chapters/forum_chapters/operations/logos.py": [
        "chapters: a logo is copied by the area's admins, too",
        "chapters: a bundle holds the area whole, whoever asks",
    ],
    "plugins/crosspost/forum_crosspost/commands.py": [
        "crosspost: whoever runs the command sees every area"
    ],
    "plugins/crosspost/forum_crosspost/operations/claiming.py": [
        "crosspost: names from elsewhere are looked up by their hash"
    ],
    "plugins/crosspost/forum_crosspost/operations/feeds/claiming.py": [
        "crosspost: feeds are fetched for nobody",
        "crosspost: feeds are fetched for nobody",
    ],
    "plugins/crosspost/forum_crosspost/operations/feeds/files.py": [
        "crosspost: a feed is read for nobody"
    ],
    "plugins/crosspost/forum_crosspost/operations/feeds/polling.py": [
        "crosspost: feeds are fetched for nobody"
    ],
    "plugins/crosspost/forum_crosspost/operations/feeds/taking.py": [
        "crosspost: a feed is read for nobody",
        "crosspost: a feed is read for nobody",
    ],
    "plugins/crosspost/forum_crosspost/operations/importing.py": [
        "crosspost: an import has no viewer"
    ],
    "plugins/crosspost/forum_crosspost/operations/privacy.py": [
        "crosspost: an erasure reaches sources of every area",
        "crosspost: own names are handed over from areas one has left too",
        "crosspost: a merge reaches sources of every area",
        "crosspost: a merge reaches sources of every area",
    ],
    "plugins/crosspost/forum_crosspost/operations/uploads.py": [
        "crosspost: files are read for nobody"
    ],
    "plugins/crosspost/forum_crosspost/operations/undoing.py": [
        "crosspost: a run is undone for everybody"
    ],
    "plugins/crosspost/forum_crosspost/operations/runs.py": ["crosspost: an import has no viewer"],
    "plugins/badges/forum_badges/demo.py": [
        "badges: the demo has no viewer",
        "badges: the demo has no viewer",
        "badges: the demo has no viewer",
        "badges: the demo has no viewer",
        "badges: the demo has no viewer",
    ],
    "plugins/badges/forum_badges/operations/achieving.py": [
        "badges: a circle leads through areas one may not read",
    ],
    "plugins/badges/forum_badges/operations/attending.py": [
        "badges: attendance is written for others",
        "badges: attendance is written for others",
    ],
    "plugins/badges/forum_badges/operations/awarding.py": [
        "badges: an award is written for others",
        "badges: what an award leads to may be in other areas",
        "badges: own awards are one's own after leaving",
    ],
    "plugins/badges/forum_badges/operations/engine.py": [
        "badges: what happened counts whoever looks",
        "badges: what was counts whoever looks",
        "badges: the schedule has no viewer",
        "badges: the schedule has no viewer",
    ],
    "plugins/badges/forum_badges/news.py": [
        "badges: feeds and digests are collected for nobody",
    ],
    "plugins/badges/forum_badges/operations/issuing.py": [
        "badges: a credential is signed by the site",
        "badges: a status list is the site's",
        "badges: keys belong to the site",
    ],
    "plugins/badges/forum_badges/operations/sharing.py": [
        "badges: links of one's own are one's own",
        "badges: links of one's own are one's own",
    ],
    "plugins/badges/forum_badges/operations/privacy.py": [
        "badges: an erasure reaches every area",
        "badges: own badges are handed over from areas one has left too",
        "badges: a merge reaches every area",
    ],
    "plugins/badges/forum_badges/queries.py": [
        "badges: what one has earned stays one's own after leaving",
        "badges: admins of an area award whoever belongs below it",
        "badges: whom an award may go to does not depend on who asks",
        "badges: how many attended, for the area's admins",
        "badges: who attended is shown to the area's admins",
    ],
    "plugins/badges/forum_badges/sharing_queries.py": [
        "badges: whoever has a link reads what its maker chose",
        "badges: own links are one's own",
        "badges: keys are public",
        "badges: status lists are public",
        "badges: keys belong to the site",
    ],
    "plugins/badges/forum_badges/verifying.py": [
        "badges: whoever has a credential may have it checked"
    ],
    "plugins/badges/forum_badges/rules.py": [
        "badges: a circle leads through areas one may not read"
    ],
    "plugins/digest/forum_digest/operations/composing.py": [
        "digest: what is planned is asked for all",
        "digest: what is planned is asked for all",
        "digest: addresses that refuse mail are nobody's to see",
        "digest: digests are made for all",
    ],
    "plugins/digest/forum_digest/operations/planning.py": ["digest: planning is for all"],
    "plugins/digest/forum_digest/operations/privacy.py": [
        "digest: an erasure reaches what waits for others",
        "digest: own digests are handed over whole",
        "digest: a merge moves what is one member's to another",
    ],
    "plugins/digest/forum_digest/operations/settling.py": [
        "digest: what became of mails is asked for all",
        "digest: what is old goes for everybody",
    ],
    "plugins/digest/forum_digest/queries.py": ["digest: operators learn figures alone"],
    "plugins/polls/forum_polls/finding.py": [
        "polls: the index is made for nobody, the core asks who may read",
    ],
    "plugins/polls/forum_polls/demo.py": ["polls: the demo has no viewer"],
    "plugins/polls/forum_polls/news.py": ["polls: feeds and digests are collected for nobody"],
    "plugins/polls/forum_polls/operations/life.py": [
        "polls: who may vote does not depend on who asks",
        "polls: the clock has no viewer",
        "polls: a move takes along rules that the mover may not see",
    ],
    "plugins/polls/forum_polls/operations/reminding.py": [
        "polls: reminders of a day are counted whoever asks",
        "polls: the schedule has no viewer",
        "polls: whom a poll asks is found without a viewer",
    ],
    "plugins/polls/forum_polls/operations/late.py": [
        "polls: who voted earlier is asked for nobody"
    ],
    "plugins/polls/forum_polls/operations/inviting.py": [
        "polls: a sample is drawn from all whom the survey asks",
        "polls: a sample is drawn from all whom the survey asks",
    ],
    "plugins/polls/forum_polls/operations/bundling.py": [
        "polls: the bundle of an area has no viewer"
    ],
    "plugins/polls/forum_polls/operations/merging.py": [
        "polls: a merge reaches polls of every area"
    ],
    "plugins/polls/forum_polls/operations/moderating.py": [
        "polls: merging moves everybody's votes",
        "polls: a vote taken back still names its option",
    ],
    "plugins/polls/forum_polls/operations/named.py": ["polls: a count needs everybody's ranking"],
    "plugins/polls/forum_polls/operations/privacy.py": [
        "polls: an erasure reaches polls of every area",
        "polls: own votes are handed over from areas one has left too",
    ],
    "plugins/polls/forum_polls/shares.py": ["polls: shares count everybody's turnout"],
}
