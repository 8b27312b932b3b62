"""Charts: a DataFrame in, an Altair chart out.

Axes have titles, the time axis names the team's zone, every mark has a tooltip
and a company its colour. `described` gives the words for those who cannot see it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

import altair as alt
import pandas as pd

from monitor.dashboard import texts, texts_feeds
from monitor.dashboard.colours import OTHER, PALETTE, colour_of

# A day is the team's already. Without a zone a browser takes it as its own local midnight, so
# that it stays that day; a bare date would be taken as UTC, and shift in America.
LOCAL_MIDNIGHT = "%Y-%m-%dT00:00:00"
_FEWEST_DAYS = 7
SHADE = "#8A8F9659"  # of days without feeds: seen on both backgrounds, and behind every colour
LARGEST = 8  # series with a colour of their own; the rest is "Other"


def largest(voice: pd.DataFrame, *, drawn: pd.DataFrame) -> list[str]:
    """The companies that get a colour of their own, in the charts of time and of voice alike.

    `voice` is a share of voice, `drawn` the coverage over time. A company of the largest
    that has no dated article is not in `drawn`, and none is put in its place.
    """
    present = set(drawn["company"])
    alone = voice[voice["company"].isin(present)] if len(present) == 1 else voice.head(LARGEST)
    return [name for name in alone["company"] if name in present]


def top_series(frame: pd.DataFrame, *, by: str, named: Sequence[str]) -> pd.DataFrame:
    """`frame` with all series of `by` but those `named` summed up as "Other".

    Frame: [day, `by`, count].
    """
    if frame[by].isin(named).all():
        return frame
    kept = frame[by].where(frame[by].isin(named), OTHER)
    return frame.assign(**{by: kept}).groupby(["day", by])["count"].sum().reset_index()


def series_of(frame: pd.DataFrame, *, named: Sequence[str], by: str = "company") -> list[str]:
    """The series that the coverage chart draws: those `named`, and "Other" where there is more."""
    return [*named] if frame[by].isin(named).all() else [*named, OTHER]


def coverage_chart(
    frame: pd.DataFrame,
    *,
    named: Sequence[str],
    colours: Mapping[str, str],
    tz: ZoneInfo,
    count: str,
    by: str = "company",
    down: pd.DataFrame | None = None,
) -> alt.Chart | alt.LayerChart:
    """How much was written on each day, by company.

    Frame: [day, `by`, count]; a day is a time without zone, in the team's. `named` are the
    series that are drawn by themselves. What the colours mean stands under the chart
    (`series_of`): a legend inside would be cut off on a phone. `down` are days to be shaded,
    as `gaps.by_day` gives them.
    """
    shown, series = top_series(frame, by=by, named=named), series_of(frame, by=by, named=named)
    order = {name: i for i, name in enumerate(series)}
    data = shown.assign(
        day=shown["day"].dt.strftime(LOCAL_MIDNIGHT), order=shown[by].map(order).astype(int)
    )
    x = day_axis(shown["day"], tz=tz)
    bars: alt.Chart = (
        alt.Chart(data[data["count"] > 0])
        .mark_bar()
        .encode(
            x=x,
            y=alt.Y(
                "count:Q",
                title=f"{count.capitalize()} per day",
                axis=alt.Axis(tickMinStep=1, format=",d", tickCount=5),
            ),
            color=_colour(series, colours, by=by),
            order=alt.Order("order:Q"),
            tooltip=[
                alt.Tooltip("day:T", title="Day", format="%a %-d %b %Y"),
                alt.Tooltip(f"{by}:N", title=by.capitalize()),
                alt.Tooltip("count:Q", title=count.capitalize(), format=",d"),
            ],
        )
        .properties(height=300)
    )
    if down is None or down.empty:
        return bars
    return alt.LayerChart(layer=[_shading(down, x), bars]).properties(height=300)


def day_axis(days: pd.Series, *, tz: ZoneInfo, ticks: int = 8) -> alt.X:
    """The axis of charts by day, over all of `days`: times without zone, in the team's.

    The data's column is ``day``, written as LOCAL_MIDNIGHT.
    """
    first, last = days.min(), days.max() + timedelta(days=1)
    spare = max(0, _FEWEST_DAYS - (last - first).days) / 2  # or one day's bar fills the chart
    domain = [
        (first - timedelta(days=spare)).strftime(LOCAL_MIDNIGHT),
        (last + timedelta(days=spare)).strftime(LOCAL_MIDNIGHT),
    ]
    return alt.X(
        "yearmonthdate(day):T",
        title=f"Day ({tz.key})",
        scale=alt.Scale(domain=domain),
        axis=alt.Axis(format="%-d %b", labelAngle=0, grid=False, labelOverlap=True,
                      tickCount={"interval": "day", "step": 1} if spare else ticks),
    )  # fmt: skip


def _shading(down: pd.DataFrame, x: alt.X) -> alt.Chart:
    """A band behind each day of `down`, from its top to its bottom."""
    data = down.assign(day=down["day"].dt.strftime(LOCAL_MIDNIGHT))
    chart: alt.Chart = (
        alt.Chart(data)
        .mark_rect(color=SHADE)
        .encode(
            x=x,
            opacity=alt.Opacity(
                "share:Q", scale=alt.Scale(domain=[0, 1], range=[0.45, 1]), legend=None
            ),
            tooltip=[
                alt.Tooltip("day:T", title=texts_feeds.GAP_DAY, format="%a %-d %b %Y"),
                alt.Tooltip("who:N", title=texts_feeds.GAP_WHO),
                alt.Tooltip("why:N", title=texts_feeds.GAP_WHY),
            ],
        )
    )
    return chart


def share_chart(
    frame: pd.DataFrame, *, colours: Mapping[str, str], count: str, most: int = LARGEST
) -> alt.Chart:
    """Each company's part of the coverage. Frame: [company, count, share], largest first."""
    data = frame.head(most)
    rest = frame.iloc[most:]
    if len(rest):
        other = {"company": OTHER, "count": rest["count"].sum(), "share": rest["share"].sum()}
        data = pd.concat([data, pd.DataFrame([other])], ignore_index=True)
    # The figure stands in the axis label: a label on the mark would not follow the dark theme.
    data = data.assign(
        label=[f"{c}  {s:.0%}" for c, s in zip(data["company"], data["share"], strict=True)]
    )
    chart: alt.Chart = (
        alt.Chart(data)
        .mark_bar(size=18, cornerRadiusEnd=2)
        .encode(
            x=alt.X("share:Q", title=f"Share of all {count}",
                    axis=alt.Axis(format="%", tickCount=4)),
            y=alt.Y(
                "label:N", sort=list(data["label"]), title="Company",
                axis=alt.Axis(labelLimit=190, ticks=False, domain=False, labelPadding=8),
            ),
            color=_colour(list(data["company"]), colours, by="company"),
            tooltip=[
                alt.Tooltip("company:N", title="Company"),
                alt.Tooltip("count:Q", title=count.capitalize(), format=",d"),
                alt.Tooltip("share:Q", title="Share of voice", format=".1%"),
            ],
        )
        .properties(height=300)
    )  # fmt: skip
    return chart


def pickup_chart(frame: pd.DataFrame, *, roles: Mapping[str, str], tz: ZoneInfo) -> alt.Chart:
    """When each outlet joined a story: outlets in the order they came, one mark an article.

    Frame: [outlet, title, role, dated_at]; times with a zone. `roles` are what roles are called.
    """
    local = frame["dated_at"].dt.tz_convert(tz)
    # Without a zone a browser takes it as its own local time, so that it is shown as it is.
    data = frame.assign(
        at=local.dt.strftime("%Y-%m-%dT%H:%M:%S"),
        role=[roles.get(role, "") for role in frame["role"].astype(object)],
    ).sort_values("at")[["outlet", "title", "role", "at"]]
    named = [name for name in roles.values() if (data["role"] == name).any()]
    outlets = list(dict.fromkeys(data["outlet"]))
    chart: alt.Chart = (
        alt.Chart(data)
        .mark_point(filled=True, size=110, opacity=1)
        .encode(
            x=alt.X("at:T", title=texts.PICKUP_TIME.format(zone=tz.key),
                    scale=alt.Scale(nice=True, padding=12),
                    axis=alt.Axis(labelAngle=0, labelOverlap=True, tickCount=5,
                                  format="%-d %b %H:%M")),
            y=alt.Y("outlet:N", sort=outlets, title=None,
                    axis=alt.Axis(labelLimit=170, labelOverlap=False, ticks=False, domain=False,
                                  grid=True, labelPadding=8)),
            color=alt.Color("role:N", title=None, legend=alt.Legend(orient="top"),
                            scale=alt.Scale(domain=named, range=list(PALETTE[: len(named)]))),
            shape=alt.Shape("role:N", title=None, scale=alt.Scale(domain=named)),
            tooltip=[
                alt.Tooltip("outlet:N", title="Outlet"),
                alt.Tooltip("title:N", title="Headline"),
                alt.Tooltip("role:N", title="Role"),
                alt.Tooltip("at:T", title="Published", format="%a %-d %b %Y, %H:%M"),
            ],
        )
        .properties(height=alt.Step(28))
    )  # fmt: skip
    return chart


def pickup_words(frame: pd.DataFrame, *, tz: ZoneInfo) -> str:
    """The pickup chart in words."""
    first = frame.sort_values("dated_at").drop_duplicates("outlet")
    said = [
        f"{outlet} {texts.moment(at, tz)}"
        for outlet, at in zip(first["outlet"], first["dated_at"], strict=True)
    ]
    return f"When each outlet published: {'; '.join(said)}."


def coverage_words(frame: pd.DataFrame, *, count: str, by: str = "company") -> str:
    """The coverage chart in words."""
    if frame.empty:
        return f"No {count}."
    daily = frame.groupby("day")["count"].sum()
    top = frame.groupby(by)["count"].sum().sort_values(ascending=False).head(3)
    named = ", ".join(f"{name} {value:,}" for name, value in top.items())
    peak = daily.idxmax()
    return (
        f"Bars of {count} per day "
        f"from {_spoken(daily.index.min())} to {_spoken(daily.index.max())}, "
        f"{int(daily.sum()):,} in all. Most on {_spoken(peak)}: {int(daily.max()):,}. "
        f"Largest: {named}."
    )


def _spoken(day: Any) -> str:
    return f"{day.day} {day:%B %Y}"


def share_words(frame: pd.DataFrame, *, count: str) -> str:
    """The share of voice chart in words."""
    rows = frame.head(LARGEST).itertuples()
    named = ", ".join(f"{row.company} {row.share:.0%}" for row in rows)
    return f"Share of all {count} by company: {named or 'none'}."


def _colour(series: list[str], colours: Mapping[str, str], *, by: str) -> alt.Color:
    return alt.Color(
        f"{by}:N",
        sort=series,
        scale=alt.Scale(domain=series, range=[colour_of(s, colours) for s in series]),
        legend=None,
    )
