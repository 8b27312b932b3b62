"""First steps: what to try while the sample archive is there, ending with one's own company."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

import streamlit as st

from monitor.dashboard import texts_tour as words
from monitor.dashboard.data import ask, config, data_folder, desk
from monitor.dashboard.roles import is_known, who
from monitor.filters import Filters
from monitor.store.queries import count_articles, stories


@dataclass(frozen=True, slots=True)
class Step:
    """One thing to do: what it is called, what it shows, and the page where it is done."""

    label: str
    why: str
    page: str
    query: dict[str, str] = field(default_factory=dict)
    done: bool = False


_SEEN = "first_step"  # kind of decision
_OPENED = ("story", "article", "new", "edit")  # what of the address makes a page another one


def first_steps(page: str) -> None:
    """The steps, behind a button; what is looked at on `page` is ticked off."""
    steps = list(_steps(_looked_at(page)))
    left = sum(not step.done for step in steps)
    # A key for each page: the list closes where a step leads, and does not lie over it.
    here = "_".join((page, *(name for name in _OPENED if name in st.query_params)))
    with st.popover(
        words.FIRST_STEPS, type="tertiary", icon=":material/flag:", key=f"first_steps_{here}"
    ):
        st.caption(words.steps_left(left))
        for number, step in enumerate(steps, start=1):
            with st.container(gap=None):
                st.page_link(
                    f"monitor/dashboard/pages/{step.page}.py", label=f"{number}. {step.label}",
                    query_params=step.query,
                    icon=":material/check_circle:" if step.done else ":material/circle:",
                )  # fmt: skip
                st.caption(step.why)


def _looked_at(page: str) -> set[str]:
    """The steps that somebody took by looking, this page among them; none of who is not known."""
    if not is_known():
        return set()
    seen = {str(d.payload.get("step")) for d in desk().decisions(_SEEN) if d.by == who()}
    now = {
        "story": page == "stories" and "story" in st.query_params,
        "coverage": page == "overview" and "company" in st.query_params,
    }
    for step, taken in now.items():
        if taken and step not in seen:
            desk().decide(_SEEN, {"step": step}, by=who())
            seen.add(step)
    return seen


def _steps(seen: set[str]) -> Iterator[Step]:
    tz = config().tz
    largest = ask(stories, Filters(), tz=tz, order="size", limit=1)
    story = {"story": str(largest["story_id"].iloc[0])} if len(largest) else {}
    yield Step(words.STORY, words.STORY_WHY, "stories", story, done="story" in seen)
    # Only what was saved here leaves a version behind: the file that came along has none.
    own = any(data_folder().watchlist_history.glob("*"))
    yield Step(words.COMPANY, words.COMPANY_WHY, "watchlist", {"new": "company"}, done=own)
    collected = ask(count_articles, Filters(sample=False), tz=tz) > 0
    yield Step(words.COLLECT, words.COLLECT_WHY, "feeds", done=collected)
    yield Step(words.COVERAGE, words.COVERAGE_WHY, "overview", done="coverage" in seen)
