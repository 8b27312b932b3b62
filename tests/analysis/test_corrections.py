"""What people decided is laid over what the machine found, whatever that is."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from monitor.analysis.corrections import Correction, Verdict, apply, in_effect, mark
from monitor.models import Evidence, Mention, Place, Tags, TopicTag

NOON = datetime(2025, 4, 1, 12, tzinfo=UTC)
TITLE, TEXT = "Gap year plans", "A gap year costs money. Gap Inc. sells jeans; Levi's does too."
NAMES = {"Gap": ("Gap", "Gap Inc."), "Levi's": ("Levi's",), "Jeans": (), "Jobs": ()}
GAP = Mention("Gap", 0.7, True, Place.HEADLINE, 0.8, (Evidence("title", 0, 3, "Gap", "name"),))
TAGS = Tags((GAP,), (TopicTag("Jeans"),))


def decision(number: int, name: str, verdict: Verdict, kind: str = "company") -> Correction:
    return Correction(number, "a", kind, name, verdict, "ana", NOON + timedelta(hours=number))  # type: ignore[arg-type]


def applied(*items: Correction, tags: Tags = TAGS) -> Tags:
    return apply(tags, items, title=TITLE, text=TEXT, names=NAMES)


def test_not_this_company_and_not_this_topic() -> None:
    found = applied(
        decision(1, "Gap", Verdict.NOT), decision(2, "Jeans", Verdict.NOT, kind="topic")
    )
    assert found == Tags()


def test_this_company_too_shows_where_its_name_stands_and_who_said_so() -> None:
    found = applied(decision(1, "Levi's", Verdict.TAGGED))
    levis = next(m for m in found.mentions if m.company == "Levi's")
    assert [e.text for e in levis.evidence] == ["", "Levi's"]
    assert levis.evidence[0].rule == "decided by ana, 2025-04-01"
    assert (levis.subject, levis.score) == (False, 1.0)


def test_subject_and_passing_move_the_weight_across_the_line() -> None:
    [gap] = applied(decision(1, "Gap", Verdict.PASSING)).mentions
    assert not gap.subject
    assert gap.salience < 0.5
    assert gap.evidence[1:] == GAP.evidence
    low = Tags((Mention("Gap", 0.1, False, Place.BODY, 0.6),))
    [gap] = applied(decision(1, "Gap", Verdict.SUBJECT), tags=low).mentions
    assert gap.subject
    assert gap.salience >= 0.5
    assert gap.evidence[0].rule == "subject decided by ana, 2025-04-01"


def test_a_topic_too() -> None:
    found = applied(decision(1, "Jobs", Verdict.TAGGED, kind="topic"))
    assert [t.topic for t in found.topics] == ["Jeans", "Jobs"]


def test_what_is_not_watched_any_more_waits() -> None:
    assert applied(decision(1, "Gone Ltd", Verdict.TAGGED)) == TAGS


def test_the_last_decision_that_was_not_taken_back_holds() -> None:
    first, second = decision(1, "Gap", Verdict.NOT), decision(2, "Gap", Verdict.PASSING)
    assert in_effect([second, first]) == {"a": (second,)}
    assert in_effect([first, second], undone=[2]) == {"a": (first,)}
    assert in_effect([first, second], undone=[2, 1]) == {}


verdicts = st.lists(
    st.tuples(st.sampled_from([*NAMES][:2]), st.sampled_from(list(Verdict))), max_size=6
)


@given(verdicts)
def test_applying_twice_names_each_company_once_and_holds_every_decision(
    made: list[tuple[str, Verdict]],
) -> None:
    items = [decision(i, name, verdict) for i, (name, verdict) in enumerate(made)]
    held = in_effect(items).get("a", ())
    found = applied(*held)
    names = [m.company for m in found.mentions]
    assert len(names) == len(set(names))
    for item in held:
        assert (item.name in names) == (item.verdict is not Verdict.NOT)
    assert mark(held) == mark(tuple(reversed(held)))
