"""The English of the first steps."""

from __future__ import annotations

FIRST_STEPS = "First steps"
STORY = "Read one story side by side"
STORY_WHY = "Who wrote it first, who carried it, and every word that they changed."
COMPANY = "Add a company of yours"
COMPANY_WHY = "Say in one sentence which company is meant, and see first what that would bring in."
COLLECT = "Let it collect"
COLLECT_WHY = "Feeds are read every few minutes; their page says how each does, and adds others."
COVERAGE = "See your coverage"
COVERAGE_WHY = "Choose your company under Companies; the buttons beside the title give the report."


def steps_left(left: int) -> str:
    """How far somebody is."""
    if not left:
        return "All done. You can remove the sample archive now."
    return "What to try first. The sample archive is there to practise with."
