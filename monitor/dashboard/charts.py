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

from monitor.dashboard import texts, texts_coverage
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

    Frame: [day, `by`, count, unsure].
    """
    if frame[by].isin(named).all():
        return frame
    kept = frame[by].where(frame[by].isin(named), OTHER)
    return frame.assign(**{by: kept}).groupby(["day", by])[["count", "unsure"]].sum().reset_index()


def series_of(frame: pd.DataFrame, *, named: Sequence[str], by: str = "company") -> list[str]:
    """The series that the coverage chart draws: those `named`, and "Other" where there is more."""
    return [*named] if frame[by].isin(named).all() else [*named, OTHER]


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


def share_chart(
    frame: pd.DataFrame,
    *,
    colours: Mapping[str, str],
    count: str,
    most: int = LARGEST,
    height: int = 300,
    chosen: Sequence[str] = (),
) -> alt.Chart:
    """Each company's part of the coverage. Frame: [company, count, share], largest first.

    Drawn are the `most` largest and those that were `chosen`, the others as one.
    """
    data, title = with_rest(frame, most=most, chosen=chosen), f"Share of all {count}"
    return share_bars(data, colours=colours, count=count, title=title, height=height)


def with_rest(frame: pd.DataFrame, *, most: int, chosen: Sequence[str] = ()) -> pd.DataFrame:
    """The first `most` rows of [company, count, share], and the others as one: "Other".

    A company that was `chosen` has its own row wherever it stands.
    """
    shown = _shown(frame, most=most, chosen=chosen)
    rest = frame[~shown]
    if rest.empty:
        return frame
    other = {"company": OTHER, "count": rest["count"].sum(), "share": rest["share"].sum()}
    return pd.concat([frame[shown], pd.DataFrame([other])], ignore_index=True)


def _shown(frame: pd.DataFrame, *, most: int, chosen: Sequence[str]) -> pd.Series:
    return frame["company"].isin([*frame["company"].head(most), *chosen])


def labelled(data: pd.DataFrame) -> pd.DataFrame:
    """`data`, [company, count, share], with what `share_bars` draws: ``label`` and ``place``."""
    # The figure stands in the axis label: a label on the mark would not follow the dark theme.
    labels = [f"{c}  {s:.0%}" for c, s in zip(data["company"], data["share"], strict=True)]
    return data.assign(label=labels, place=range(len(data)))


def share_bars(
    data: pd.DataFrame,
    *,
    colours: Mapping[str, str],
    count: str,
    title: str | None,
    height: int,
    most: float | None = None,
) -> alt.Chart:
    """A bar for each row of `data`, [company, count, share], in its order.

    `most` is the largest share on the axis, so that several charts can be compared.
    """
    scale = alt.Undefined if most is None else alt.Scale(domain=[0, most])
    chart: alt.Chart = (
        alt.Chart(labelled(data))
        .mark_bar(size=min(18, 0.7 * height / (len(data) + 1)), cornerRadiusEnd=2)
        .encode(
            x=alt.X("share:Q", title=title, scale=scale,
                    axis=alt.Axis(format="%", tickCount=4, labelFlush=True, labelFlushOffset=-4)),
            y=alt.Y(
                "label:N", sort=alt.EncodingSortField("place"),
                title="Company" if title else None,
                axis=alt.Axis(labelLimit=190, ticks=False, domain=False, labelPadding=8),
            ),
            color=colour_scale(list(data["company"]), colours, by="company"),
            tooltip=[
                alt.Tooltip("company:N", title="Company"),
                alt.Tooltip("count:Q", title=count.capitalize(), format=",d"),
                alt.Tooltip("share:Q", title="Share of voice", format=".1%"),
                *([alt.Tooltip("moved:N", title=texts_coverage.CHANGE_COLUMN)]
                  if "moved" in data else []),
            ],
        )
        .properties(height=height)
    )  # fmt: skip
    return chart


def share_spec(
    companies: Sequence[str], *, colours: Mapping[str, str], count: str, most: float, height: int
) -> dict[str, Any]:
    """`share_bars` of `companies` without data, [company, count, share, moved], for several."""
    data = pd.DataFrame({"company": list(companies), "count": 0, "share": 0.0, "moved": ""})
    spec = share_bars(
        data, colours=colours, count=count, title=None, height=height, most=most
    ).to_dict()
    return {k: v for k, v in spec.items() if k not in ("data", "datasets", "config")}


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
                    axis=alt.Axis(labelAngle=0, labelOverlap=True, labelFlush=True,
                                  labelFlushOffset=-4, tickCount=5,
                                  format="%-d %b %H:%M")),
            y=alt.Y("outlet:N", sort=outlets, title=None,
                    axis=alt.Axis(labelLimit=170, labelOverlap=False, ticks=False, domain=False,
                                  grid=True, labelPadding=8)),
            color=alt.Color("role:N", title=None,  # in two columns: a phone has no room for more
                            legend=alt.Legend(orient="top", columns=2),
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


def pickup_numbers(frame: pd.DataFrame, *, roles: Mapping[str, str], tz: ZoneInfo) -> pd.DataFrame:
    """The pickup chart as a table: an article each, as they came."""
    rows = frame.sort_values("dated_at")
    return pd.DataFrame({
        "Outlet": rows["outlet"],
        "Published": rows["dated_at"].dt.tz_convert(tz).dt.strftime("%Y-%m-%d %H:%M"),
        "Headline": rows["title"],
        "Role": [roles.get(role, "") for role in rows["role"].astype(object)],
    })  # fmt: skip


def pickup_words(frame: pd.DataFrame, *, tz: ZoneInfo) -> str:
    """The pickup chart in words."""
    first = frame.sort_values("dated_at").drop_duplicates("outlet")
    said = [
        f"{outlet} {texts.moment(at, tz)}"
        for outlet, at in zip(first["outlet"], first["dated_at"], strict=True)
    ]
    return f"When each outlet published: {'; '.join(said)}."


def coverage_words(
    frame: pd.DataFrame, *, count: str, by: str = "company", step: str = "day"
) -> str:
    """The coverage chart in words."""
    if frame.empty:
        return f"No {count}."
    daily = frame.groupby("day")["count"].sum()
    top = frame.groupby(by)["count"].sum().sort_values(ascending=False).head(3)
    named = ", ".join(f"{name} {value:,}" for name, value in top.items())
    peak = daily.idxmax()
    return (
        f"Bars of {count} per {step} "
        f"from {_spoken(daily.index.min())} to {_spoken(daily.index.max())}, "
        f"{int(daily.sum()):,} in all. Most on {_spoken(peak)}: {int(daily.max()):,}. "
        f"Largest: {named}."
    )


def _spoken(day: Any) -> str:
    return f"{day.day} {day:%B %Y}"


def share_words(frame: pd.DataFrame, *, count: str, chosen: Sequence[str] = ()) -> str:
    """The share of voice chart in words."""
    top = frame[_shown(frame, most=LARGEST, chosen=chosen)]
    named = ", ".join(
        f"{name} {share:.0%}" for name, share in zip(top["company"], top["share"], strict=True)
    )
    return f"Share of all {count} by company: {named or 'none'}."


def colour_scale(series: list[str], colours: Mapping[str, str], *, by: str) -> alt.Color:
    """The colours of `series`, companies or others, without a legend."""
    return alt.Color(
        f"{by}:N",
        sort=series,
        scale=alt.Scale(domain=series, range=[colour_of(s, colours) for s in series]),
        legend=None,
    )
