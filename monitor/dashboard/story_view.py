"""One story: who carried it, in which role, and any two of its texts side by side."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from functools import partial
from zoneinfo import ZoneInfo

import pandas as pd
import streamlit as st

from monitor.analysis.publishers import publishers
from monitor.dashboard import (
    charts,
    figures,
    frame,
    numbers,
    rows,
    story_editing,
    story_figures,
    story_headlines,
    texts,
)
from monitor.dashboard import texts_story as said
from monitor.dashboard.at_a_glance import OWN, at_a_glance, own_text
from monitor.dashboard.colours import company_colours
from monitor.dashboard.components import prose, table
from monitor.dashboard.data import ask, config, sample_removed
from monitor.dashboard.downloads import story_download
from monitor.dashboard.drawing import chart_of
from monitor.dashboard.side_by_side import Side, Texts, side_by_side
from monitor.dashboard.story_quotes import quotes_carried
from monitor.store.queries import headlines, story, story_companies
from monitor.store.queries import texts as article_texts

_SIDE_BY_SIDE = "side-by-side"  # where the page's own link leads
_LOOK_AT = 10  # copies, for one that differs


def draw(story_id: int) -> None:
    """The whole page of one story."""
    tz = config().tz
    back = {"to": "stories", "text": texts.ALL_STORIES}
    articles = ask(story, story_id, tz=tz, sample=not sample_removed())
    if articles.empty:
        prose(key="story_head", back=back)
        frame.empty(texts.NO_SUCH_STORY, texts.NO_SUCH_DO, icon=":material/link_off:")
        return
    lead, first = articles.iloc[_order(articles)[0]], articles.iloc[0]
    counted = Counter(name for names in articles["companies"] for name in names)
    companies = [name for name, _ in counted.most_common()]
    topics = list(dict.fromkeys(name for names in articles["topics"] for name in names))
    named = list(zip(articles["outlet"], articles["domain"], strict=True))
    houses = publishers(named, config())
    articles = articles.assign(publisher=[houses[key] for key in named])
    size = said.counts(len(articles), articles["copy_group_id"].nunique(),
                       articles["outlet"].nunique(), articles["publisher"].nunique())  # fmt: skip
    prose(
        key="story_head",
        back=back,
        title=[{"text": lead["title"]}],
        kicker=said.first_at(
            first["outlet"],
            texts.dated(
                first["dated_at"],
                tz,
                inferred=bool(first["inferred"]),
                day_only=bool(first["day_only"]),
            ),
            sure=_is_sure(articles),
        ),
        meta=[*size, *topics],
        chips=rows.chips(companies, company_colours(config(), companies), most=12),
    )
    readable = articles.iloc[_order(articles)]
    readable = readable[readable["text_status"] != "headline"]
    if len(readable) > 1:
        # It stands far down, and is what many come for.
        st.markdown(f"[{texts.SIDE_BY_SIDE} ↓](#{_SIDE_BY_SIDE})")
    here = int(lead["story_id"])  # an id that was merged away leads to another story
    figures.list_heading(texts.WHO_CARRIED_IT, story_download(here), key="story_articles_heading")
    table(
        rows.STORY_COLUMNS,
        rows.story_article_rows(articles, tz=tz),
        label="Articles of this story",
        key="story_articles",
    )
    story_editing.decided(articles, tz)
    story_editing.controls(articles)
    _pickup(articles, tz)
    _figures(articles)
    _headlines(articles, tz)
    if readable.empty:
        return
    sides = _sides(readable)
    first_read = int(readable["article_id"].iloc[0])
    groups = dict(zip(readable["article_id"], readable["copy_group_id"], strict=True))
    quotes_carried(sides, groups, read=lambda ids: ask(article_texts, ids))
    st.subheader(texts.GLANCE, anchor=False)
    own = own_text()
    read = _with_own(own)
    if own:
        sides = {**sides, OWN: Side(texts.OWN_TEXT, texts.OWN_NOTE)}
    at_a_glance(sides, groups, read=read, story_id=here)
    if len(sides) > 1:
        st.subheader(texts.SIDE_BY_SIDE, anchor=_SIDE_BY_SIDE)
        side_by_side(
            sides,
            read=read,
            first=OWN if own else first_read,
            beside=lambda left: _other(readable, left),
        )


def _with_own(own: str) -> Callable[[tuple[int, ...]], Texts]:
    """How texts are read: from the archive, and what a person pasted."""

    def read(ids: tuple[int, ...]) -> Texts:
        found: Texts = ask(article_texts, tuple(i for i in ids if i != OWN))
        return {**found, OWN: ("", own)} if own and OWN in ids else found

    return read


def _figures(articles: pd.DataFrame) -> None:
    """Outlets by tier and country, and companies; copies counted each, or once."""
    if len(articles) < 2:
        return
    with st.container(horizontal=True, vertical_alignment="center", key="story_figures"):
        st.subheader(said.WHERE, anchor=False, width="stretch")
        count: str | None = said.EACH
        if articles["copy_group_id"].nunique() < len(articles):
            count = st.segmented_control(
                said.COPIES_COUNT, (said.EACH, said.ONCE), default=said.EACH, required=True,
                key="copies", bind="query-params", help=said.COPIES_HELP,
            )  # fmt: skip
    counted = story_figures.once(articles) if count == said.ONCE else articles
    for column, by in zip(st.columns(2, gap="medium"), ("tier", "country"), strict=True):
        with column:
            table(story_figures.PLACE_COLUMNS[by], story_figures.place_rows(counted, by=by),
                  label=said.WHERE, key=f"by_{by}")  # fmt: skip
    mentions = ask(story_companies, tuple(map(int, articles["article_id"])))
    if len(mentions):
        st.subheader(said.WHO_IS_IN_IT, anchor=False)
        names = sorted(set(mentions["company"]))
        most = story_figures.MOST_COMPANIES
        if len(names) > most:
            st.caption(said.MOST_COMPANIES.format(shown=most, all=len(names)))
        shades = company_colours(config(), names)
        table(story_figures.COMPANY_COLUMNS,
              story_figures.company_rows(mentions, counted, colours=shades),
              label=said.WHO_IS_IN_IT, key="story_companies")  # fmt: skip


def _headlines(articles: pd.DataFrame, tz: ZoneInfo) -> None:
    found = ask(headlines, tuple(map(int, articles["article_id"])), tz=tz)
    if len(found) < 2:
        return
    st.subheader(said.HEADLINES, anchor=False)
    table(story_headlines.COLUMNS, story_headlines.headline_rows(found, articles, tz=tz),
          label=said.HEADLINES, key="headlines")  # fmt: skip


def _pickup(articles: pd.DataFrame, tz: ZoneInfo) -> None:
    """When each outlet joined; nothing where there is only one, or no time."""
    timeless = int(articles["day_only"].sum())
    dated = articles[articles["dated_at"].notna() & ~articles["day_only"]]
    dated = dated.assign(outlet=dated["outlet"].fillna("Unknown outlet"))
    if dated["outlet"].nunique() < 2:
        return
    joined = dated.groupby("outlet")["dated_at"].min()
    spread = (joined.max() - joined.min()).total_seconds()
    roles = {role: name for role, (name, _, _) in texts.ROLES.items()}
    numbers.heading(
        texts.PICKUP, partial(charts.pickup_numbers, dated, roles=roles, tz=tz),
        chart="pickup", name="pickup", subtitle=str(articles["title"].iloc[0]),
    )  # fmt: skip
    first, houses = str(dated["outlet"].iloc[0]), dated["publisher"].nunique()
    st.caption(texts.pickup_note(first, len(joined), houses, spread, sure=_is_sure(articles)))
    chart = chart_of(charts.pickup_chart, dated, roles=roles, tz=tz)
    chart.show(charts.pickup_words(dated, tz=tz), key="pickup")
    if timeless:
        st.caption(said.timeless_note(timeless))


def _is_sure(articles: pd.DataFrame) -> bool:
    """Whether no other of `articles` (`queries.story`) may have come before the first of them."""
    others = articles.iloc[1:]
    return not (others["day_only"] & (others["dated_at"] <= articles["dated_at"].iloc[0])).any()


def _other(articles: pd.DataFrame, left: int) -> int:
    """What is best put beside `left`: a copy that is not word for word the same, else any copy,
    else the next article."""
    rest = articles[articles["article_id"] != left]
    group = articles.set_index("article_id")["copy_group_id"].get(left)
    same = rest[rest["copy_group_id"] == group]
    ids = [int(i) for i in (same if len(same) else rest)["article_id"].head(_LOOK_AT)]
    read = ask(article_texts, (left, *ids))
    return next((i for i in ids if read.get(i) != read.get(left)), ids[0])


def _order(articles: pd.DataFrame) -> list[int]:
    """Positions with originals first, then copies, then own reports; each by time."""
    rank = {"original": 0, "unknown": 1, "reprint": 2, "rewrite": 3}
    keys = [(rank.get(role, 4), i) for i, role in enumerate(articles["role"])]
    return [i for *_, i in sorted(keys)]


def _sides(articles: pd.DataFrame) -> dict[int, Side]:
    tz = config().tz
    columns = (
        articles[name] for name in ("article_id", "outlet", "dated_at", "inferred", "day_only")
    )
    return {
        i: Side(
            outlet or "Unknown outlet",
            texts.dated(at, tz, inferred=bool(inferred), day_only=bool(day_only)),
        )
        for i, outlet, at, inferred, day_only in zip(*columns, strict=True)
    }
