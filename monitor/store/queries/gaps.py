"""The days on which an outlet could not be heard: fewer articles there are not less news."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pandas as pd

from monitor.analysis.outages import lost_days
from monitor.filters import Filters

if TYPE_CHECKING:
    from monitor.store.reader import Reader


def gaps(reader: Reader, filters: Filters, *, today: date, least: float = 0.0) -> pd.DataFrame:
    """The days of `filters` on which one of its outlets could not be heard, as far as is known.

    Of the filters the period, the outlets, the languages (of the outlets that have one) and
    whether the sample counts. Columns, by outlet and day:

    - outlet, day (a date in the team's zone)
    - reason: "failing" (all its feeds were asked, and none answered), "empty" (they answered,
      without a single entry, as they did not before) or "not running" (nothing was asked of
      anybody, though this outlet was followed before)
    - feeds: the addresses that were down
    - outlets: how many of the filter's outlets were followed on that day

    A day is left out where the next answer of each of its feeds reaches back to what was known
    before: then nothing was missed. What is still down has missed what nobody knows. The
    sample's feeds are not polled, so that nothing is "not running" there. `today` is not yet
    over, and "not running" only once it is. With `least` (0..1), days are left out on which fewer
    than that share of the outlets could not be heard.
    """
    feeds = reader.once(_followed)
    if not filters.sample:
        feeds = feeds[~feeds["sample"]]
    if filters.languages:
        languages = [name.lower() for name in filters.languages]
        feeds = feeds[feeds["language"].isna() | feeds["language"].str.lower().isin(languages)]
    if filters.outlets:
        wanted = {name.casefold() for name in filters.outlets}
        feeds = feeds[feeds["outlet"].str.casefold().isin(wanted)]
    days = {"since": filters.since or date.min, "until": filters.until or date.max}
    unheard = reader.frame(
        "SELECT feed_id, day, failing FROM unheard WHERE day BETWEEN $since AND $until", days
    )
    silences = reader.frame(
        """
        SELECT feed_id, since, until, missed FROM silence WHERE since <= $until AND until >= $since
        """,
        days,
    )
    # Nobody was asked either since the last poll.
    idle = reader.frame(
        """
        SELECT day FROM (
            FROM idle_day
            UNION ALL
            SELECT unnest(generate_series(max(last_on) + 1, $today - 1, INTERVAL 1 DAY))::DATE
            FROM hearing JOIN feed USING (feed_id) WHERE NOT coalesce(sample, false))
        WHERE day BETWEEN $since AND least($until, $today - 1)
        """,
        {**days, "today": today},
    )
    return lost_days(feeds, unheard, silences, idle, today=today, least=least)


def _followed(reader: Reader) -> pd.DataFrame:
    """Every watched feed and how it was heard, whatever is asked: a row each, by outlet."""
    return reader.frame(
        """
        SELECT f.feed_id, f.url, f.outlet_id, o.name AS outlet, o.language,
            coalesce(f.sample, false) AS sample, h.first_on, h.last_on,
            coalesce(h.answered_on, h.first_on - 1) AS answered_on, h.brought
        FROM feed f JOIN hearing h USING (feed_id) JOIN outlet o USING (outlet_id)
        WHERE f.watched
        ORDER BY outlet, f.outlet_id, h.first_on, f.feed_id
        """
    )
