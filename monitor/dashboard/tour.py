"""First steps: what to try while the sample archive is there, ending with one's own company."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

import streamlit as st

from monitor.dashboard import texts_tour as words
from monitor.dashboard.data import ask, config, data_folder
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


def first_steps() -> None:
    """The steps, behind a button."""
    steps = list(_steps())
    left = sum(not step.done for step in steps)
    with st.popover(words.FIRST_STEPS, type="tertiary", icon=":material/flag:", key="first_steps"):
        st.caption(words.steps_left(left))
        for number, step in enumerate(steps, start=1):
            with st.container(gap=None):
                st.page_link(
                    f"monitor/dashboard/pages/{step.page}.py", label=f"{number}. {step.label}",
                    query_params=step.query,
                    icon=":material/check_circle:" if step.done else ":material/circle:",
                )  # fmt: skip
                st.caption(step.why)


def _steps() -> Iterator[Step]:
    tz = config().tz
    largest = ask(stories, Filters(), tz=tz, order="size", limit=1)
    story = {"story": str(largest["story_id"].iloc[0])} if len(largest) else {}
    yield Step(words.STORY, words.STORY_WHY, "stories", story)
    # Only what was saved here leaves a version behind: the file that came along has none.
    own = any(data_folder().watchlist_history.glob("*"))
    yield Step(words.COMPANY, words.COMPANY_WHY, "watchlist", {"new": "company"}, done=own)
    collected = ask(count_articles, Filters(sample=False), tz=tz) > 0
    yield Step(words.COLLECT, words.COLLECT_WHY, "feeds", done=collected)
    yield Step(words.COVERAGE, words.COVERAGE_WHY, "overview")
