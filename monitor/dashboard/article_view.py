"""One article: what is known of it, its text, and why each tag is there."""

from __future__ import annotations

from typing import Any
from zoneinfo import ZoneInfo

import streamlit as st

from monitor.dashboard import correcting, frame, provenance, revisions, rows, texts
from monitor.dashboard.colours import colour_of, company_colours
from monitor.dashboard.components import prose, table
from monitor.dashboard.data import ask, config, sample_removed
from monitor.dashboard.evidence import marked, marked_paragraphs
from monitor.models import Evidence
from monitor.store.queries import ArticleDetail, article, story
from monitor.urls import host_of, is_web_url


def draw(article_id: int) -> None:
    """The whole page of one article."""
    tz = config().tz
    back = {"to": "articles", "text": texts.ALL_ARTICLES}
    detail = ask(article, article_id, tz=tz)
    if detail is None or (detail.sample and sample_removed()):
        prose(key="article_head", back=back)
        frame.empty(texts.NO_SUCH_ARTICLE, texts.NO_SUCH_DO, icon=":material/link_off:")
        return
    shades = company_colours(config(), [m.company for m in detail.mentions])
    prose(
        key="article_head",
        back=back,
        more=_story_link(detail),
        title=marked(detail.title, _spans(detail, shades, field="title")),
        kicker=f"{detail.outlet or 'Unknown outlet'} · {_date(detail, tz)}",
        meta=_meta(detail),
        link={"href": detail.url, "text": f"Read at {host_of(detail.url)}"}
        if detail.url and is_web_url(detail.url)
        else None,
        badges=[*([badge] if (badge := rows.role_badge(detail.role)) else []),
                *provenance.badges(detail)],
        chips=rows.chips([m.company for m in detail.mentions], shades, most=12),
    )  # fmt: skip
    provenance.draw(detail, tz)
    left, right = st.columns([4, 5], gap="large")
    with left:
        st.subheader("Text", anchor=False)
        _text(detail, shades)
    with right:
        with st.container(horizontal=True, vertical_alignment="center", key="why_heading"):
            st.subheader("Why it is tagged", anchor=False, width="stretch")
            correcting.controls(detail)
        lines = rows.tag_rows(detail, colours=shades)
        if lines:
            table(rows.TAG_COLUMNS, lines, label="Tags and their evidence", key="tags")
        else:
            st.caption(texts.NO_TAGS)
        correcting.decided(detail, tz)
    revisions.draw(detail.revisions, tz)


def _story_link(detail: ArticleDetail) -> dict[str, str] | None:
    if detail.story_id is None:
        return None
    articles = ask(story, detail.story_id, tz=config().tz, sample=not sample_removed())
    if len(articles) < 2:
        return None
    outlets = articles["outlet"].nunique()
    return {
        "to": rows.to_story(detail.story_id),
        "text": texts.whole_story(len(articles), outlets),
    }


def _text(detail: ArticleDetail, shades: dict[str, str]) -> None:
    note = texts.TEXT_STATUS.get(detail.text_status)
    if note:
        st.caption(f"{note}.")
    if detail.text:
        spans = _spans(detail, shades, field="text")
        prose(key="article_text", paragraphs=marked_paragraphs(detail.text, spans))
    elif detail.description:
        prose(key="article_text", paragraphs=[[{"text": detail.description}]])


def _spans(
    detail: ArticleDetail, shades: dict[str, str], *, field: str
) -> list[tuple[Evidence, str, str]]:
    """The matched words of companies, then of topics, each with what it is evidence for."""
    named: list[tuple[Evidence, str, str]] = [
        (item, mention.company, colour_of(mention.company, shades))
        for mention in detail.mentions
        for item in mention.evidence
    ]
    named += [
        (item, topic.topic, texts.TOPIC_COLOUR)
        for topic in detail.topics
        for item in topic.evidence
    ]
    return [entry for entry in named if entry[0].field == field]


def _date(detail: ArticleDetail, tz: ZoneInfo) -> str:
    inferred = detail.published_at is None and detail.dated_at is not None
    said = texts.dated(detail.dated_at, tz, inferred=inferred, day_only=detail.day_only)
    if inferred:
        return f"{said} (taken from another copy)"
    note: Any = texts.CONFIDENCE.get(detail.date_confidence) if detail.dated_at else None
    return f"{said} ({note})" if note else said


def _meta(detail: ArticleDetail) -> list[str]:
    said = [f"By {', '.join(detail.authors)}"] if detail.authors else []
    said += [detail.credit] if detail.credit else []
    said += [texts.plural(detail.words, "word")] if detail.words else []
    language = detail.language
    return said + ([texts.language_name(language)] if language else [])
