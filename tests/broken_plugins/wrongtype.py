"""Returns ready HTML where panels are wanted, and no HTML where HTML is wanted."""

from forum.plugin import Manifest, PostDraft, TopicPage, hookimpl

manifest = Manifest(
    name="wrongtype", title="wrongtype", summary="Kaputt", core=">=1.0,<2", licence="MIT"
)


@hookimpl
def render_post_panels(page: TopicPage) -> dict[int, list[str]]:
    return {post.id: ["<b>Hallo</b>"] for post in page.posts}


@hookimpl
def filter_post_html(html: str, draft: PostDraft) -> None:
    return None
