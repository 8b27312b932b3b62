"""Which companies an article names: by the place a name stands, and what else the article says."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.analysis.tagging import Tagger
from monitor.config import Company, Config
from monitor.models import Mention, Place

TAGGER = Tagger(
    Config(
        company=(
            Company(
                name="Anvil",
                aliases=("Anvil Inc",),
                brands=("Kettlewell",),
                products=("Tongsmith",),
                people=("Ada Holloway",),
                tickers=("ANV",),
                about="Anvil Inc., the maker of kitchen tools and cookware",
                context=("cookware",),
                exclude=("anvil cloud", "Anvil Choir"),
            ),
            Company(
                name="Zorbex",
                people=("Ravi Stone",),
                about="Zorbex, the maker of battery chips",
            ),
            Company(name="Zorbex Mobile", about="Zorbex Mobile, the phone operator"),
            Company(name="Harbor", about="Harbor, the social network for sailors"),
            Company(
                name="Lantern Media",
                aliases=("Lantern",),
                about="The publisher of Lantern magazine",
            ),
        )
    )
)


def tag(title: str = "", text: str = "", **more: str) -> dict[str, Mention]:
    tags = TAGGER.tag(title=title, text=text, **more)
    return {mention.company: mention for mention in tags.mentions}


# --- names that are no ordinary words ---


def test_a_name_that_is_no_word_is_taken_at_its_word():
    assert tag("Zorbex opens a plant")["Zorbex"].score > 0.9


@pytest.mark.parametrize("text", ["Zorbexes", "preZorbex", "zorbex2"])
def test_a_name_stands_between_word_boundaries(text):
    assert tag(text=f"The {text} came.") == {}


def test_the_longest_name_wins_across_the_list():
    assert set(tag("Zorbex Mobile cuts prices")) == {"Zorbex Mobile"}


def test_a_family_name_after_a_given_name_is_a_person():
    assert tag(text="The actor Michael Zorbex took a bow on Sunday.") == {}


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("They went down the Zorbex in a canoe.", False),
        ("A canoe on the Zorbex.", False),
        ("A statue of Zorbex, goddess of rain, was found.", False),
        ("A cold zorbex had blown for days.", False),
        ("The Zorbex plant is for sale.", True),
        ("The Zorbex-owned plant is for sale.", True),
        ("The Zorbex and Kettlewell plants are for sale.", True),
        ("The Zorbex–Kettlewell plant is for sale.", True),
        ("An Air India Zorbex landed in Mumbai.", True),
        ("One of the planes was a PIA Zorbex 777.", True),
        ("One of the guests was Pia Zorbex.", False),
        ("The crowd came to Zorbex, Ohio, on foot.", False),
        ("The Zorbex pandemic closed the schools.", False),
        ("See zorbex.com for the list.", True),
        ("zorbex fell again", True),
    ],
)
def test_a_name_that_its_place_makes_something_else(text, meant):
    assert ("Zorbex" in tag(text=text)) == meant


def test_an_ambiguous_name_needs_evidence_like_a_word():
    company = Company(
        name="Kettlewell",
        products=("Ottoline",),
        about="Kettlewell, the maker of pans",
        ambiguous=("Ottoline",),
    )
    tagger = Tagger(Config(company=(company,)))
    assert tagger.tag(title="", text="A bust of Ottoline stood there.").mentions == ()
    assert tagger.tag(title="", text="Kettlewell said Ottoline, its new pan, sells.").mentions


# --- names that are words ---


@pytest.mark.parametrize(
    "text",
    [
        "Shares of Anvil Inc fell 4% after the maker of cookware cut its forecast.",
        "Anvil said on Monday its kitchen tools sold well and revenue rose.",
        "Retailers sued Zorbex, Anvil and Samsung over the price of cookware.",
        "Cookware sales: Anvil's CEO Ada Holloway told investors to be patient.",
    ],
)
def test_an_ordinary_word_with_evidence_is_the_company(text):
    assert "Anvil" in tag(text=text)


@pytest.mark.parametrize(
    "text",
    [
        "The smith struck the anvil twice.",
        "He went on to Anvil Park and sat by the water.",
        "An anvil cloud rose over the bay.",
        "The Anvil Choir sang. Revenue from tickets rose.",
        "To Anvil or not was all they asked about the goat.",
    ],
)
def test_an_ordinary_word_without_evidence_is_not(text):
    assert tag(text=text) == {}


def test_a_brand_and_a_product_count_as_the_company():
    found = tag("Kettlewell recalls pans", "The Tongsmith is not affected.")
    assert {e.rule for e in found["Anvil"].evidence} >= {"brand: Kettlewell", "product: Tongsmith"}


def test_people_support_a_company_and_never_stand_for_it():
    assert tag("Ada Holloway sails round the world", "Ravi Stone came along.") == {}
    found = tag(text="Zorbex chief Ravi Stone spoke.")["Zorbex"]
    assert "person: Ravi Stone" in {e.rule for e in found.evidence}


def test_a_ticker_counts_only_where_it_is_written_as_one():
    assert "Anvil" in tag(text="The stock (NYSE: ANV) rose.")
    assert "Anvil" in tag(text="Traders like $ANV today.")
    assert tag(text="The ANV committee met.") == {}


# --- outlets, posts and sources ---


def test_an_outlets_own_name_is_no_mention():
    assert tag("Rain is near - Zorbex", "Nothing else.", outlet="Zorbex") == {}
    text = "Insiders that Lantern spoke to agreed. The magazine asked more people."
    assert tag(text=text) == {}
    assert tag(text="Zorbex fell.\n\nThis story originally appeared on Lantern.").keys() == {
        "Zorbex"
    }


def test_the_outlet_at_the_end_of_a_headline_is_no_mention():
    assert tag("Pans are in demand - Zorbex News", outlet="Zorbex News") == {}
    assert "Zorbex" in tag("Pans are in demand - Zorbex", outlet="The Daily Pan")


def test_the_place_of_a_post_is_named_in_passing():
    mention = tag("Storm hits coast", "The mayor thanked crews, he posted late on Harbor.")[
        "Harbor"
    ]
    assert not mention.subject
    assert mention.salience < 0.2
    assert "place of a post" in mention.evidence[0].rule


def test_a_source_is_named_in_passing():
    found = tag("Cookware prices climb", "Ravi Stone, an analyst at Zorbex, expects more.")
    assert not found["Zorbex"].subject


# --- salience ---


def test_the_subject_is_in_the_headline_and_throughout():
    text = "Zorbex will hire.\n\n" + "Zorbex said more. " * 3 + "Its rival Kettlewell did not."
    found = tag("Zorbex hires 900", text)
    assert found["Zorbex"].subject
    assert not found["Anvil"].subject
    assert found["Zorbex"].salience > found["Anvil"].salience
    assert found["Zorbex"].place is Place.HEADLINE


def test_companies_in_a_row_share_the_headline():
    found = tag("Zorbex, Kettlewell and Harbor's rivals wait")
    assert found["Zorbex"].salience == found["Anvil"].salience


def test_place_is_the_most_prominent():
    filler = "Rain fell on the town and nobody minded it much. " * 12
    assert tag(text=f"Zorbex grew. {filler}")["Zorbex"].place is Place.LEAD
    assert tag(text=f"{filler} Zorbex grew.")["Zorbex"].place is Place.BODY


# --- what always holds ---

piece = st.sampled_from(
    ["Anvil", "anvil", "Zorbex", "Zorbex Mobile", "Kettlewell", "Ada Holloway", "Citroën’s", "said",
     "the", "shares of", "(NYSE: ANV)", "posted on", "Harbor", "originally published by Lantern",
     ".\n\n", " - ", "İ", "ß", "“", "'s", "\u0301", "🙂", "cookware", "AND", "42"]
)  # fmt: skip
prose = st.lists(piece, max_size=25).map(" ".join) | st.text(max_size=60)


@given(title=prose, text=prose, outlet=st.none() | prose)
def test_evidence_is_exact_and_scores_are_shares(title, text, outlet):
    tags = TAGGER.tag(title=title, text=text, outlet=outlet)
    assert len({m.company for m in tags.mentions}) == len(tags.mentions)
    for mention in tags.mentions:
        assert 0 <= mention.salience <= 1
        assert 0.5 <= mention.score <= 1
        assert 2 <= len(mention.evidence) <= 12
        *places, parts = mention.evidence
        assert (parts.field, parts.rule) == ("salience", "salience")
        assert parts.text
        for evidence in places:
            source = {"title": title, "text": text}[evidence.field]
            assert source[evidence.start : evidence.end] == evidence.text != ""
            assert evidence.rule
