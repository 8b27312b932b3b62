"""What a story's page counts: outlets by tier and country, companies. Values in, values out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from monitor.dashboard import texts_story as said
from monitor.dashboard.colours import colour_of
from monitor.dashboard.rows import Item

_NAMED = 6  # outlets named in a cell


def once(articles: pd.DataFrame) -> pd.DataFrame:
    """`articles` of `queries.story`, of each text the original, else the first."""
    order = articles.assign(later=articles["role"] != "original")
    firsts = order.sort_values("later", kind="stable").drop_duplicates("copy_group_id").index
    return articles[articles.index.isin(firsts)]


PLACE_COLUMNS: Mapping[str, Sequence[dict[str, Any]]] = {
    by: (
        {"label": label, "width": "11rem", "phone": "inline"},
        {"label": "Articles", "width": "5rem", "align": "right"},
        {"label": "Publishers", "width": "5.5rem", "align": "right"},
        {"label": "Outlets", "phone": "bare"},
    )
    for by, label in (("tier", "Tier"), ("country", "Country"))
}


def place_rows(articles: pd.DataFrame, *, by: str) -> list[list[Item]]:
    """One row a tier or country (`by`), for `PLACE_COLUMNS`; what is not known comes last.

    Frame: [outlet, publisher, tier, country].
    """
    found = Counter(value for value in articles[by] if not pd.isna(value))
    values = sorted(found) if by == "tier" else [value for value, _ in found.most_common()]
    rest = articles[articles[by].isna()]
    named = [(said.TIERS.get(value, str(value)), articles[articles[by] == value])
             for value in values]  # fmt: skip
    return [
        [
            {"text": label},
            {"text": f"{len(group):,}"},
            {"text": f"{group['publisher'].nunique():,}"},
            {"sub": _names(group)},
        ]
        for label, group in [*named, *([(said.NOT_KNOWN, rest)] if len(rest) else [])]
    ]


def _names(group: pd.DataFrame) -> str:
    names = list(dict.fromkeys(name or "Unknown outlet" for name in group["outlet"]))
    more = len(names) - _NAMED
    return ", ".join(names[:_NAMED]) + (f" and {more} more" if more > 0 else "")


COMPANY_COLUMNS: Sequence[dict[str, Any]] = (
    {"label": "Company", "width": "12rem", "phone": "bare"},
    {"label": "Articles", "width": "5rem", "align": "right"},
    {"label": "Main subject in", "width": "8rem", "align": "right"},
    {"label": "In the headline of", "width": "9rem", "align": "right"},
    {"label": "Weight", "width": "5rem", "align": "right"},
    {"label": "Where", "phone": "bare"},
)
MOST_COMPANIES = 10  # in the table; what comes after them is named in passing


def company_rows(
    mentions: pd.DataFrame, articles: pd.DataFrame, *, colours: Mapping[str, str]
) -> list[list[Item]]:
    """One row a company, for `COMPANY_COLUMNS`, the weightiest first.

    `mentions` of `queries.story_companies`, counted in `articles`. Weight is the mean salience
    where a company is named; its sum over all articles decides the order.
    """
    here = mentions[mentions["article_id"].isin(articles["article_id"])]
    here = here.merge(articles[["article_id", "outlet"]], on="article_id")
    weights = here.groupby("company")["salience"].sum().sort_values(ascending=False, kind="stable")
    groups = [(str(name), here[here["company"] == name]) for name in weights.index[:MOST_COMPANIES]]
    return [
        [
            {"chips": [{"text": company, "color": colour_of(company, colours)}]},
            {"text": f"{len(group):,}"},
            {"text": f"{int(group['subject'].sum()):,}"},
            {"text": f"{int((group['place'] == 'headline').sum()):,}"},
            {"text": f"{group['salience'].mean():.0%}"},
            {"sub": _names(group)},
        ]
        for company, group in groups
    ]
