"""One feed day by day: how it was answered, what it brought, how long that took.

Each takes `queries.feed_days` of one feed and gives a chart, its words, or its numbers.
"""

from __future__ import annotations

from zoneinfo import ZoneInfo

import altair as alt
import pandas as pd

from monitor.dashboard import texts_feeds
from monitor.dashboard.charts import LOCAL_MIDNIGHT, day_axis
from monitor.dashboard.colours import NEUTRAL, OTHER_COLOUR
from monitor.dashboard.gaps import dates_of

_HEIGHT, _TICKS = 240, 4
# Those of the marks in the list, in `components/base.css`.
_COLOURS = {
    texts_feeds.ANSWERED: "#16A571",
    texts_feeds.EMPTY: "#E69F00",
    texts_feeds.FAILED: "#D55E00",
}
_SECONDS = {"latency": texts_feeds.MEDIAN, "latency_p95": texts_feeds.P95}
_DAY = alt.Tooltip("day:T", title=texts_feeds.GAP_DAY, format="%a %-d %b %Y")


def polls_chart(days: pd.DataFrame, *, tz: ZoneInfo) -> alt.Chart:
    """How many polls of each day were answered, were empty, and failed."""
    counts = _counts(days).melt("day", var_name="how", value_name="polls")
    order = {name: i for i, name in enumerate(_COLOURS)}
    data = _drawn(counts.assign(order=counts["how"].map(order)))
    chart: alt.Chart = (
        alt.Chart(data[data["polls"] > 0])
        .mark_bar()
        .encode(
            x=_axis(days, tz),
            y=_count(texts_feeds.POLLS, "polls"),
            color=alt.Color(
                "how:N", title=None, legend=alt.Legend(orient="top"),
                scale=alt.Scale(domain=list(_COLOURS), range=list(_COLOURS.values())),
            ),
            order=alt.Order("order:Q"),
            tooltip=[_DAY, alt.Tooltip("how:N", title="Outcome"),
                     alt.Tooltip("polls:Q", title="Polls")],
        )
        .properties(height=_HEIGHT)
    )  # fmt: skip
    return chart


def polls_words(days: pd.DataFrame) -> str:
    """The chart of polls in words."""
    counts = _counts(days)
    said = ", ".join(f"{name.lower()} {int(counts[name].sum()):,}" for name in _COLOURS)
    bad = days[(days["failed"] > 0) | (days["empty"] > 0)]["day"]
    when = f" Not well on {texts_feeds.days_said(dates_of(bad))}." if len(bad) else ""
    return f"Polls by day, {len(days)} days: {said}.{when}"


def polls_numbers(days: pd.DataFrame) -> pd.DataFrame:
    """The chart of polls as a table."""
    return _table(_counts(days))


def entries_chart(days: pd.DataFrame, *, usual: float, tz: ZoneInfo) -> alt.LayerChart:
    """New entries a day, and a line at what is usual where that is known."""
    data = _drawn(days[["day", "entries"]])
    bars = (
        alt.Chart(data)
        .mark_bar(color=NEUTRAL)
        .encode(
            x=_axis(days, tz),
            y=_count(texts_feeds.ENTRIES, "entries"),
            tooltip=[_DAY, alt.Tooltip("entries:Q", title=texts_feeds.ENTRIES, format=",d")],
        )
    )
    layers: list[alt.Chart] = [bars]
    if pd.notna(usual):
        line = pd.DataFrame({"usual": [usual], "said": [texts_feeds.rate(usual)]})
        layers.append(
            alt.Chart(line)
            .mark_rule(color=OTHER_COLOUR, strokeDash=[5, 4], strokeWidth=2)
            .encode(y="usual:Q", tooltip=[alt.Tooltip("said:N", title=texts_feeds.USUAL)])
        )
    return alt.LayerChart(layer=layers).properties(height=_HEIGHT)


def entries_words(days: pd.DataFrame, *, usual: float) -> str:
    """The chart of entries in words."""
    usually = f" Usual is {texts_feeds.rate(usual)} a day." if pd.notna(usual) else ""
    return f"New entries by day, {int(days['entries'].sum()):,} in {len(days)} days.{usually}"


def entries_numbers(days: pd.DataFrame) -> pd.DataFrame:
    """The chart of entries as a table."""
    return _table(days[["day", "entries"]].rename(columns={"entries": texts_feeds.ENTRIES}))


def seconds_chart(days: pd.DataFrame, *, tz: ZoneInfo) -> alt.Chart:
    """How long half and 95% of each day's answers took."""
    data = _drawn(_seconds(days).melt("day", var_name="of", value_name="seconds")).dropna()
    names = list(_SECONDS.values())
    chart: alt.Chart = (
        alt.Chart(data)
        .mark_line(point=True)
        .encode(
            x=_axis(days, tz),
            y=alt.Y("seconds:Q", title=texts_feeds.SECONDS,
                    axis=alt.Axis(tickCount=5, format="~g")),
            color=alt.Color(
                "of:N", title=None, legend=alt.Legend(orient="top", symbolType="stroke", columns=1),
                scale=alt.Scale(domain=names, range=[NEUTRAL, OTHER_COLOUR]),
            ),
            strokeDash=alt.StrokeDash(
                "of:N", title=None,
                scale=alt.Scale(domain=names, range=[[1, 0], [5, 4]]),
            ),
            tooltip=[_DAY, alt.Tooltip("of:N", title="Of"),
                     alt.Tooltip("seconds:Q", title=texts_feeds.SECONDS, format=".2f")],
        )
        .properties(height=_HEIGHT)
    )  # fmt: skip
    return chart


def seconds_words(days: pd.DataFrame) -> str:
    """The chart of answer times in words."""
    known = days.dropna(subset=["latency"])
    if known.empty:
        return "Seconds that answers took: none came."
    least, most = (texts_feeds.seconds(s) for s in (known["latency"].min(), known["latency"].max()))
    worst = texts_feeds.seconds(known["latency_p95"].max())
    return (
        f"Seconds that answers took by day: half of them within {least} to {most}; "
        f"95% within {worst} on the slowest day."
    )


def seconds_numbers(days: pd.DataFrame) -> pd.DataFrame:
    """The chart of answer times as a table."""
    return _table(_seconds(days))


def _table(frame: pd.DataFrame) -> pd.DataFrame:
    day = [str(day) for day in dates_of(frame["day"])]
    return frame.assign(day=day).rename(columns={"day": texts_feeds.GAP_DAY})


def _seconds(days: pd.DataFrame) -> pd.DataFrame:
    return days[["day", *_SECONDS]].rename(columns=_SECONDS)


def _counts(days: pd.DataFrame) -> pd.DataFrame:
    answered = days["polls"] - days["failed"] - days["empty"]
    values = (answered, days["empty"], days["failed"])
    return pd.DataFrame({"day": days["day"], **dict(zip(_COLOURS, values, strict=True))})


def _axis(days: pd.DataFrame, tz: ZoneInfo) -> alt.X:
    return day_axis(pd.to_datetime(days["day"]), tz=tz, ticks=_TICKS)


def _drawn(data: pd.DataFrame) -> pd.DataFrame:
    return data.assign(day=pd.to_datetime(data["day"]).dt.strftime(LOCAL_MIDNIGHT))


def _count(title: str, column: str) -> alt.Y:
    return alt.Y(f"{column}:Q", title=title, axis=alt.Axis(tickMinStep=1, format=",d", tickCount=5))
