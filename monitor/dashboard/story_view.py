"""One story: who carried it, in which role, and any two of its texts side by side."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from monitor.dashboard import frame, rows, texts
from monitor.dashboard.colours import company_colours
from monitor.dashboard.comparison import compared, summary
from monitor.dashboard.components import compare, prose, table
from monitor.dashboard.data import ask, config, sample_removed
from monitor.store.queries import story
from monitor.store.queries import texts as article_texts

_EARLY = pd.Timestamp.max.tz_localize("UTC")


def draw(story_id: int) -> None:
    """The whole page of one story."""
    tz = config().tz
    back = {"to": "stories", "text": texts.ALL_STORIES}
    articles = ask(story, story_id, tz=tz, sample=not sample_removed())
    if articles.empty:
        prose(key="story_head", back=back)
        frame.empty(texts.NO_SUCH_STORY, texts.NO_SUCH_DO, icon=":material/link_off:")
        return
    first = articles.iloc[_order(articles)[0]]
    companies = list(dict.fromkeys(name for names in articles["companies"] for name in names))
    topics = list(dict.fromkeys(name for names in articles["topics"] for name in names))
    outlets = articles["outlet"].nunique()
    prose(
        key="story_head",
        back=back,
        title=[{"text": first["title"]}],
        kicker=f"First seen at {first['outlet'] or 'an unknown outlet'}, "
        + texts.dated(first["dated_at"], tz, inferred=bool(first["inferred"])),
        meta=[texts.plural(len(articles), "article"), texts.plural(outlets, "outlet"), *topics],
        chips=rows.chips(companies, company_colours(config(), companies), most=12),
    )
    st.subheader("Who carried it", anchor=False)
    table(
        rows.STORY_COLUMNS,
        rows.story_article_rows(articles, tz=tz),
        label="Articles of this story",
        key="story_articles",
    )
    _side_by_side(articles)


def _side_by_side(articles: pd.DataFrame) -> None:
    ordered = articles.iloc[_order(articles)]
    readable = ordered[ordered["text_status"] != "headline"]
    if len(readable) < 2:
        return
    st.subheader("Side by side", anchor=False)
    labels = dict(zip(readable["article_id"], _labels(readable), strict=True))
    ids = list(labels)
    with st.container(horizontal=True, vertical_alignment="bottom", key="pick_two"):
        left = _pick("left", "Left", ids, labels, ids[0])
        right = _pick("right", "Right", ids, labels, _other(readable, left))
        hide = st.toggle(texts.HIDE_TYPOGRAPHY, key="wording", bind="query-params",
                         help=texts.HIDE_TYPOGRAPHY_HELP)  # fmt: skip
    read = ask(article_texts, (left, right))
    if left == right or left not in read or right not in read:
        st.caption("Choose two different articles.")
        return
    names = dict(zip(readable["article_id"], readable["outlet"].fillna("Unknown"), strict=True))
    result = compared(read[left], read[right], hide_typographic=hide)
    alike = names[left] == names[right]
    said = summary(result, left="the left text" if alike else names[left],
                   right="The right text" if alike else names[right])  # fmt: skip
    prose(key="figures_of_two", meta=said)
    words = texts.COMPARE_WORDS
    compare(
        {
            "rows": list(result.rows),
            "left": {"name": names[left], "note": labels[left].partition(" · ")[2]},
            "right": {"name": names[right], "note": labels[right].partition(" · ")[2]},
            "words": {key: text.format(left=names[left], right=names[right])
                      for key, text in words.items()},
        },
        key="compare",
    )  # fmt: skip


def _pick(key: str, label: str, ids: list[int], labels: dict[int, str], default: int) -> int:
    """One of the two, kept in the URL by its id."""
    asked = st.query_params.get(key, "")
    chosen = int(asked) if asked.isascii() and asked.isdigit() else default
    widget = f"pick_{key}"

    def keep() -> None:
        st.query_params[key] = str(st.session_state[widget])

    # The address decides, also after a step back in the browser's history.
    st.session_state[widget] = chosen if chosen in labels else default
    return st.selectbox(
        label, ids, format_func=lambda i: labels[i], key=widget, on_change=keep, width=360
    )


def _other(articles: pd.DataFrame, left: int) -> int:
    """What is best put beside `left`: a copy of the same text, else the next article."""
    rest = articles[articles["article_id"] != left]
    group = articles.set_index("article_id")["copy_group_id"].get(left)
    same = rest[rest["copy_group_id"] == group]
    return int((same if len(same) else rest)["article_id"].iloc[0])


def _order(articles: pd.DataFrame) -> list[int]:
    """Positions with originals first, then copies, then own reports; each by time."""
    rank = {"original": 0, "unknown": 1, "reprint": 2, "rewrite": 3}
    keys = [
        (rank.get(role, 4), _EARLY if pd.isna(at) else at, i)
        for i, (role, at) in enumerate(zip(articles["role"], articles["dated_at"], strict=True))
    ]
    return [i for *_, i in sorted(keys)]


def _labels(articles: pd.DataFrame) -> list[str]:
    tz = config().tz
    columns = (articles[name] for name in ("outlet", "dated_at", "inferred"))
    return [
        f"{outlet or 'Unknown'} · {texts.dated(dated_at, tz, inferred=bool(inferred))}"
        for outlet, dated_at, inferred in zip(*columns, strict=True)
    ]
