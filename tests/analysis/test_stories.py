"""One event is one story, whoever wrote of it and in whatever order it came."""

from __future__ import annotations

import json
import random
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.analysis.group_keys import SHARED_TERMS, candidate_keys
from monitor.analysis.stories import Grouper, group
from monitor.ingest.extract import extract_page
from monitor.models import DateConfidence, GroupItem, Placement, Role

START = datetime(2025, 5, 6, 8, tzinfo=UTC)

FERRY = """Northern Strait Lines will stop its night ferries between Aldhaven and Brevik on 1 June,
the company said on Tuesday. Chief executive Marta Lindqvist blamed fuel costs and told staff that
240 jobs would go. The harbour board of Aldhaven called the decision a heavy blow to the islands,
where growers send their fish and vegetables to the mainland overnight. Unions want the regional
government to step in and keep at least one crossing a night until the end of the season."""
FERRY_OTHER = """Islanders reacted with anger after Northern Strait Lines announced the end of night
ferries linking Brevik with Aldhaven. Some 240 crew will lose their jobs in June, Marta Lindqvist,
who leads the company, wrote in a letter to employees seen by this newspaper. Fish growers say
their overnight deliveries to the mainland depend on the crossing. The union of seafarers asked
the regional government for a rescue, and the harbour board in Aldhaven wants talks this week."""
FERRY_THIRD = """Night ferries from Aldhaven to Brevik end in June and 240 jobs go with them.
Northern Strait Lines, led by Marta Lindqvist, says fuel has become too dear. Growers who ship fish
overnight and the seafarers' union are asking the regional government for help, and the Aldhaven
harbour board speaks of a blow to all islands that live by the crossing."""
MILL = """The Corvath paper mill on the river Este has been fined 3.4 million crowns for spilling
bleach into the water last autumn. A district court in Tamsk found that managers knew of a broken
valve for eleven days. Environmental campaigner Jonas Hradek, who found dead trout near the weir,
said the sum was too small to change anything. The mill's owner, Papier Sella, will appeal."""
ROUND_UP = """Shares in Northern Strait Lines fell 3 % and Papier Sella lost 1 % as markets closed
lower across the region. Banks led the decline after weak figures from Germany, while chip makers
and airlines held up. The crown was little changed against the euro. Oil traded at 71 dollars a
barrel. Investors await the central bank's decision on Thursday and inflation figures next week."""


def item(id_: int | str, text: str, *, days: float = 0.0, **more: str) -> GroupItem:
    title = more.pop("title", "")
    return GroupItem(
        id_, title, text, START + timedelta(days=days), DateConfidence.HIGH,
        more.get("outlet"), more.get("url"), more.get("credit"),
    )  # fmt: skip


REPRINT = FERRY.replace("a heavy blow", "a severe blow").replace("overnight", "over night")
ITEMS = [
    item(1, FERRY, outlet="Strait Courier"),
    item(2, MILL, days=0.1, outlet="Este Chronicle"),
    item(3, REPRINT, days=0.3, outlet="Island Digest"),
    item(4, FERRY_OTHER, days=0.5, outlet="Brevik Tidings"),
    item(5, ROUND_UP, days=0.6, outlet="Bourse Daily"),
]


def partition(placements: list[Placement]) -> set[frozenset[int | str]]:
    stories: dict[int | str, set[int | str]] = {}
    for p in placements:
        stories.setdefault(p.story, set()).add(p.id)
    return {frozenset(members) for members in stories.values()}


def test_copies_and_reports_of_one_event_are_a_story_and_nothing_else() -> None:
    placed = group(ITEMS)
    assert [p.id for p in placed] == [1, 2, 3, 4, 5]
    assert [p.story for p in placed] == [1, 2, 1, 1, 5]
    assert [p.copy_group for p in placed] == [1, 2, 1, 4, 5]
    assert [p.role for p in placed] == [
        Role.ORIGINAL, Role.INDEPENDENT, Role.REPRINT, Role.INDEPENDENT, Role.INDEPENDENT,
    ]  # fmt: skip
    assert placed[2].source == 1


@settings(max_examples=25, deadline=None)
@given(st.permutations(ITEMS))
def test_the_order_of_arrival_does_not_matter_here(items: list[GroupItem]) -> None:
    assert partition(group(items)) == partition(group(ITEMS))


@settings(max_examples=25, deadline=None)
@given(st.permutations(ITEMS))
def test_ids_are_those_of_the_member_that_came_first(items: list[GroupItem]) -> None:
    placed = group(items)
    order = [i.id for i in items]
    for story in partition(placed):
        first = min(story, key=order.index)
        assert {p.story for p in placed if p.id in story} == {first}


def test_an_event_like_an_earlier_one_is_another_story() -> None:
    later = item(9, FERRY_OTHER, days=30)
    assert [p.story for p in group([ITEMS[0], later])] == [1, 9]


def test_a_copy_joins_however_late_it_comes() -> None:
    assert [p.story for p in group([ITEMS[0], item(9, REPRINT, days=30)])] == [1, 1]


def test_a_known_id_keeps_its_place() -> None:
    grouper = Grouper()
    first = grouper.add(ITEMS[0])
    assert grouper.add(replace(ITEMS[0], text=MILL)) == first
    assert len(grouper.placements()) == 1


def test_bare_headlines_that_say_little_stay_apart() -> None:
    titles = [item(n, "", title="Morning briefing") for n in range(3)]
    assert [p.story for p in group(titles)] == [0, 1, 2]


def test_the_outlets_name_after_a_headline_binds_nothing() -> None:
    heads = ["Vineyards hope for rain", "Tram drivers call off strike", "Museum buys lost portrait"]
    items = [
        item(n, "", title=f"{h} - Lower Este Valley Evening Chronicle",
             outlet="Lower Este Valley Evening Chronicle")
        for n, h in enumerate(heads)
    ]  # fmt: skip
    assert len(partition(group(items))) == 3


def test_texts_in_other_scripts_are_compared_by_whole_words() -> None:
    one = "बारिश के बाद नदी का पानी शहर में घुस गया और सैकड़ों परिवार स्कूलों में रात बिताने को मजबूर हुए"
    two = "क्रिकेट टीम के नए कप्तान ने पहले मैच में शतक लगाया और दर्शकों ने देर तक तालियाँ बजाईं"
    assert len(partition(group([item(1, one), item(2, two)]))) == 2


def test_seeded_with_candidates_it_goes_on_where_it_stopped() -> None:
    before = Grouper()
    for known in ITEMS[:2]:
        before.add(known)
    placements = before.placements()
    grouper = Grouper([(i, placements[i.id]) for i in ITEMS[:2]])
    for new in ITEMS[2:]:
        grouper.add(new)
    assert list(grouper.placements().values()) == group(ITEMS)


def test_a_story_known_in_part_keeps_its_id() -> None:
    grouper = Grouper([(ITEMS[3], Placement(4, story=1, copy_group=4))])
    assert grouper.add(item(8, FERRY)).story == 1


def test_two_stories_that_turn_out_to_be_one_keep_the_earlier_id() -> None:
    grouper = Grouper(
        [
            (ITEMS[0], Placement(1, story=1, copy_group=1)),
            (ITEMS[3], Placement(4, story=4, copy_group=4)),
        ]
    )
    grouper.add(item(7, FERRY_THIRD))
    placed = grouper.placements()
    assert grouper.merged == {4: 1}
    assert {p.story for p in placed.values()} == {1}
    assert {p.copy_group for p in placed.values()} == {1, 4, 7}


def test_a_story_that_turns_out_to_be_two_divides_and_its_founder_keeps_the_id() -> None:
    grouper = Grouper([(i, Placement(i.id, story=1, copy_group=i.id)) for i in ITEMS[:2]])
    grouper.add(item(7, FERRY_THIRD))
    assert {p.id: p.story for p in grouper.placements().values()} == {1: 1, 2: 2, 7: 1}
    assert grouper.merged == {}


@pytest.mark.slow
def test_a_large_story_goes_on_taking_reports_in() -> None:
    """Its early parts are settled, so that one more article costs no more."""
    reports = []
    for n in range(130):
        words = FERRY.split()
        random.Random(n).shuffle(words)
        reports.append(item(n, " ".join(words)))
    grouper = Grouper()
    for report in reports:
        grouper.add(report)
    assert {p.story for p in grouper.placements().values()} == {0}


@pytest.mark.parametrize(
    ("title", "text", "days", "one"),
    [
        ("Night ferries end", "The last boat leaves the harbour at nine on Sunday", 0.5, True),
        ("Night ferries end", "The last boat leaves the harbour at nine on Sunday", 30, False),
        ("Morning briefing", "Read it all in our app", 0.5, False),
    ],
)
def test_a_brief_word_for_word_the_same_is_a_copy(
    title: str, text: str, days: float, one: bool
) -> None:
    first, second = item(1, text, title=title), item(2, text.upper(), title=title, days=days)
    placed = group([first, second])
    assert (placed[1].story, placed[1].copy_group) == ((1, 1) if one else (2, 2))


HEAD = "Northern Strait Lines to end night ferries between Aldhaven and Brevik"
BRIEF = (
    "Northern Strait Lines will stop its night ferries between Aldhaven and Brevik on 1 June, "
    "the company said, with 240 jobs to go."
)


def copied(first: GroupItem, second: GroupItem) -> bool:
    placed = group([first, second])
    return placed[0].copy_group == placed[1].copy_group


@pytest.mark.parametrize(
    ("title", "text", "copy"),
    [
        (HEAD, "", True),  # nothing but the headline
        ("Night ferries to Brevik end, says Northern Strait Lines", BRIEF, True),
        (HEAD, BRIEF.replace("jobs to go", "posts to go"), True),
        (HEAD, FERRY, True),  # the whole story that the brief begins
        ("Mill fined for bleach in the Este", BRIEF, False),  # as a line under everything is
        (HEAD, "", False),
        (HEAD, BRIEF.replace("Aldhaven", "Sund").replace("240", "90").replace("1 June", "3 May"),
         False),  # a notice of the same form
        ("Night ferries end", "", False),
    ],
)  # fmt: skip
def test_briefs_are_copies_by_words_headline_and_outlet(title: str, text: str, copy: bool) -> None:
    own = item(1, BRIEF, title=HEAD, outlet="Strait Courier")
    outlet = "Strait Courier" if not text and not copy else "Island Digest"
    other = item(2, text, title=title, outlet=outlet, days=0.2)
    assert copied(own, other) is copy
    assert copied(other, own) is copy


def test_a_headline_binds_no_two_texts_of_their_own() -> None:
    texts = [item(1, FERRY, title=HEAD, outlet="A"), item(2, FERRY_OTHER, title=HEAD, outlet="B")]
    bare = [item(3, "", title=HEAD, outlet="C", days=0.1),
            item(4, "", title=HEAD, outlet="D", days=0.2)]  # fmt: skip
    for items in ([*bare, *texts], [*texts, *bare], [texts[0], *bare, texts[1]]):
        placed = {p.id: p for p in group(items)}
        assert placed[1].copy_group != placed[2].copy_group
        assert placed[3].copy_group == placed[4].copy_group
        why = placed[4].evidence
        assert not why or why[0].rule.startswith("the same headline, word for word")


def test_candidates_share_keys_and_strangers_do_not() -> None:
    keys = {i.id: candidate_keys(i) for i in ITEMS}
    assert set(keys[1].bands) & set(keys[3].bands)
    assert len(set(keys[1].terms) & set(keys[4].terms)) >= SHARED_TERMS
    assert len(set(keys[1].terms) & set(keys[2].terms)) < SHARED_TERMS
    assert all(-(2**63) <= k < 2**63 for key in keys.values() for k in key.bands + key.terms)


@pytest.mark.slow
@pytest.mark.corpora
def test_the_seeds_are_four_stories_one_with_two_copies(corpora: Path) -> None:
    found = [
        GroupItem(f"{path.name[:3]}/{n}", e.title, e.text, e.published_at, e.date_confidence,
                  e.outlet, e.url, e.credit)
        for path in sorted((corpora / "seeds").glob("*.txt"))
        for n, e in enumerate(extract_page(path.read_bytes()))
    ]  # fmt: skip
    for items in (found, found[::-1]):
        placed = {p.id: p for p in group(items)}
        assert len({p.story for p in placed.values()}) == 4
        reprint, original = placed["000/0"], placed["001/0"]
        assert reprint.copy_group == original.copy_group
        assert (original.role, reprint.role) == (Role.ORIGINAL, Role.REPRINT)
        assert reprint.source == "001/0"
        assert "originally featured on" in reprint.evidence[0].text


@pytest.mark.corpora
@pytest.mark.slow
def test_accuracy_does_not_fall(corpora: Path) -> None:
    from benchmarks.stories import adjusted_rand, b_cubed, same_story

    lines = (corpora / "stories" / "ecbplus.jsonl").read_text(encoding="utf-8").splitlines()
    documents = [json.loads(line) for line in lines]
    random.Random(1).shuffle(documents)
    placed = group(GroupItem(d["id"], "", d["text"]) for d in documents)
    truth, found = [d["story"] for d in documents], [p.story for p in placed]
    ari, b3 = adjusted_rand(truth, found), b_cubed(truth, found).f1
    pairs = same_story(corpora / "stories").f1
    print(f"ECB+: ARI {ari:.3f}, B-cubed {b3:.3f}; SemEval: F1 {pairs:.3f}")
    assert ari >= 0.895
    assert b3 >= 0.925
    assert pairs >= 0.84
