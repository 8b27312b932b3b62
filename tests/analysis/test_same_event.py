"""Stories of one matter are found, and those of another company or matter are not."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from monitor.analysis.same_event import Told, names_of, same_events
from monitor.config import parse_config

DAY = datetime(2025, 4, 1, 9, tzinfo=UTC)
CONFIG = parse_config(
    """
[[company]]
name = "Norvane"
products = ["Norvane Kettle"]
[[company]]
name = "Tessaly"
"""
)
NAMES = names_of(CONFIG)


def told(
    title: str, opening: str = "", *, company: str = "Norvane", language: str = "en",
    at: datetime | None = DAY,
) -> Told:  # fmt: skip
    return Told(frozenset((company,)), frozenset((language,)), [(title, opening, at)])


PLANT = told(
    "Norvane to close Aldmoor plant",
    "Norvane will close its plant in Aldmoor in June; the union asked for talks about 400 jobs.",
)
UNION = told(
    "Union fights closing of Aldmoor plant by Norvane",
    "The union in Aldmoor called the closure of the plant a betrayal of 400 workers.",
    at=DAY + timedelta(days=3),
)
KETTLE = told(
    "Norvane Kettle goes on sale in Lisbon",
    "The Norvane Kettle boils within a minute and costs less than its predecessor.",
)


def test_reports_of_one_matter_are_one_also_days_apart() -> None:
    assert same_events([PLANT, KETTLE, UNION], NAMES) == [[0, 2], [1]]


def test_of_hardly_more_than_headlines_the_headlines_have_to_agree() -> None:
    price = told(
        "Norvane Kettle 2 gets a price cut", "The latest offer on Norvane kettles in India."
    )
    leak = told(
        "Norvane Kettle 3 leaked: a bigger lid", "The latest leak on Norvane kettles in India."
    )
    again = told("Bigger lid for Norvane Kettle 3, leak says", "The lid of the kettle is bigger.")
    assert same_events([price, leak, again], NAMES) == [[0], [1, 2]]


def test_two_rare_words_in_a_row_let_headlines_agree_less() -> None:
    begun = told(
        "Norvane may start a subscription service for kettle buyers: six questions answered",
        "It is clear that Norvane wants to sell more kettles than ever, and that many drinkers "
        "wait for years.",
    )
    again = told(
        "Norvane might begin a hardware subscription service",
        "A way to rent kettles and other things of Norvane month by month is being made ready, "
        "says a newsletter.",
    )
    towns = [
        told(f"{town} has a subscription service for umbrellas", company="Tessaly")
        for town in ("Lisbon", "Porto")
    ]
    assert same_events([begun, again], NAMES) == [[0, 1]]
    assert same_events([begun, again, *towns], NAMES)[:2] == [[0], [1]]


def test_who_leads_a_company_is_one_of_its_names() -> None:
    config = parse_config('[[company]]\nname = "Norvane"\npeople = ["Ada Quillfeather"]')
    jobs = told("Ada Quillfeather to cut jobs", "Ada Quillfeather said on a stage that jobs go.")
    coin = told("Ada Quillfeather likes a coin", "Ada Quillfeather said she bought one coin.")
    third = told("Norvane opens a shop")
    assert same_events([jobs, coin, third], names_of(config)) == [[0], [1], [2]]


def test_a_name_in_common_does_not_make_a_matter() -> None:
    other = told("Norvane Kettle recipe of the week", "Norvane Kettle, Norvane Kettle and tea.")
    assert same_events([PLANT, other], NAMES) == [[0], [1]]


def test_another_company_is_another_matter() -> None:
    title, opening, at = PLANT.texts[0]
    other = told(title, opening, company="Tessaly", at=at)
    assert same_events([PLANT, other], NAMES) == [[0], [1]]
    nobody = Told(frozenset(), frozenset(("en",)), PLANT.texts)
    assert same_events([nobody, nobody], NAMES) == [[0], [1]]


def test_two_languages_need_a_figure_and_a_day() -> None:
    english = told("Norvane profit falls 71 percent", "Sales shrank in the first quarter of 2025.")
    german = "Norvane-Gewinn bricht um 71 Prozent ein"
    assert same_events([english, told(german, language="de")], NAMES) == [[0, 1]]
    late = told(german, language="de", at=DAY + timedelta(days=2))
    assert same_events([english, late], NAMES) == [[0], [1]]
    year = told("Norvane im Jahr 2025: ein Rückblick", language="de")  # a year is in everything
    assert same_events([english, year], NAMES) == [[0], [1]]
    assert same_events([english, told("Norvane-Gewinn bricht ein", language="de")], NAMES) == [
        [0], [1],
    ]  # fmt: skip


text = st.text(max_size=40)
stories = st.lists(
    st.builds(
        Told,
        companies=st.frozensets(st.sampled_from(["Norvane", "Tessaly", "X"]), max_size=2),
        languages=st.frozensets(st.sampled_from(["en", "de"]), max_size=1),
        texts=st.lists(
            st.tuples(text, text, st.none() | st.just(DAY)), min_size=1, max_size=2
        ),
    ),
    max_size=6,
)  # fmt: skip


@given(stories)
def test_every_story_is_in_one_group(some: list[Told]) -> None:
    groups = same_events(some, NAMES)
    assert sorted(n for group in groups for n in group) == list(range(len(some)))
    assert groups == sorted(sorted(group) for group in groups)
