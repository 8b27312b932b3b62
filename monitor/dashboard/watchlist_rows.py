"""The watchlist as table rows. Values in, values out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import quote

from monitor.config import Config
from monitor.dashboard import texts
from monitor.dashboard.colours import colour_of, company_colours

Item = dict[str, Any]
_COUNT = {"label": "Articles", "width": "6rem", "align": "right", "sort": True}
_NAME = {"label": "Name", "width": "13rem", "sort": True, "phone": "bare"}
COLUMNS: dict[str, Sequence[Item]] = {
    "company": (_NAME, {"label": "Which one is meant", "phone": "bare"},
                {"label": "Also found by", "width": "32%", "phone": "bare"}, _COUNT),
    "topic": (_NAME, {"label": "Query", "phone": "bare"}, _COUNT),
    "outlet": (_NAME, {"label": "Domain", "phone": "inline"},
               {"label": "Country", "width": "6rem"},
               {"label": "Tier", "width": "4rem"}, _COUNT),
    "feed": ({"label": "Address", "phone": "bare"},
             {"label": "Outlet", "width": "16rem", "sort": True, "phone": "bare"}),
}  # fmt: skip


def of(
    section: str, config: Config, counts: Mapping[tuple[str, str], int]
) -> tuple[Sequence[Item], list[list[Item]]]:
    """The columns and rows of one section, in the watchlist's order."""

    def name(kind: str, value: str) -> Item:
        return {"text": value, "to": f"watchlist?edit={quote(value, safe='')}&kind={kind}"}

    def count(kind: str, value: str) -> Item:
        found = counts.get((kind, value), 0)
        return {"text": f"{found:,}", "sort": f"{found:012d}"}

    colours = company_colours(config)
    rows: dict[str, list[list[Item]]] = {
        "company": [
            [{**name("company", c.name), "chips": [], "color": colour_of(c.name, colours)},
             {"text": c.about},
             {"text": ", ".join((*c.aliases, *c.brands, *c.products, *c.tickers)),
              "sub": texts.not_in(c.exclude)}, count("company", c.name)]
            for c in config.company
        ],
        "topic": [[name("topic", t.name), {"text": t.query}, count("topic", t.name)]
                  for t in config.topic],
        "outlet": [[name("outlet", o.name), {"text": o.domain}, {"text": o.country or ""},
                    {"text": str(o.tier or "")}, count("outlet", o.name)]
                   for o in config.outlet],
        "feed": [[name("feed", f.url), {"text": f.outlet}] for f in config.feed],
    }  # fmt: skip
    return COLUMNS[section], rows[section]
