"""What only a browser shows: links, side by side, downloads, and that hostile text stays text."""

from __future__ import annotations

import csv
import io
import re
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import Page, expect

from monitor.store.reader import Reader
from tests.dashboard.conftest import HOSTILE, PIECES
from tests.reporting import csv_of
from tests.serving import Served

pytestmark = [pytest.mark.browser, pytest.mark.slow]
TITLE, REPRINT, UNDATED = PIECES[0].title, PIECES[1].title, PIECES[5].title


def choose_company(page: Page, name: str) -> None:
    box = page.locator(".st-key-company input")
    box.click()
    box.fill(name)
    page.keyboard.press("Enter")
    page.keyboard.press("Escape")


def test_a_filtered_view_is_a_link(page: Page, served: Served) -> None:
    page.goto(f"{served.url}/articles")
    expect(page.get_by_text("5 articles", exact=True)).to_be_visible()
    choose_company(page, "Tessaly")
    expect(page.get_by_text("1 article", exact=True)).to_be_visible()
    expect(page).to_have_url(f"{served.url}/articles?company=Tessaly")
    page.reload()
    expect(page.get_by_text("1 article", exact=True)).to_be_visible()
    page.get_by_role("link", name="Stories", exact=True).click()
    expect(page.get_by_text("1 story", exact=True)).to_be_visible()
    expect(page).to_have_url(f"{served.url}/stories?company=Tessaly")
    page.get_by_role("link", name="Feeds").click()
    expect(page.get_by_role("heading", name="Feeds")).to_be_visible()
    expect(page.locator(".st-key-company")).to_be_hidden()
    page.get_by_role("link", name="Overview").click()
    expect(page.get_by_role("heading", name="Share of voice")).to_be_visible()
    expect(page).to_have_url(f"{served.url}/overview?company=Tessaly")
    page.get_by_role("button", name="Clear filters").click()
    expect(page).to_have_url(f"{served.url}/overview")


def test_a_phones_menu_closes_over_the_page_that_was_chosen(page: Page, served: Served) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto(f"{served.url}/articles")
    for name in ("Stories", "Feeds"):
        page.get_by_test_id("stExpandSidebarButton").click()
        page.get_by_role("link", name=name, exact=True).click()
        expect(page.get_by_role("heading", level=1, name=name)).to_be_visible()
        expect(page.get_by_test_id("stExpandSidebarButton")).to_be_in_viewport()


def test_enter_takes_the_first_name_that_has_what_was_typed(page: Page, served: Served) -> None:
    page.goto(f"{served.url}/articles")
    expect(page.get_by_text("5 articles", exact=True)).to_be_visible()
    choose_company(page, "a")  # in both names
    expect(page).to_have_url(f"{served.url}/articles?company=Norvane")


def test_a_saved_view_is_a_link_and_takes_the_place_of_the_filters(
    page: Page, served: Served
) -> None:
    page.goto(f"{served.url}/stories?company=Norvane")
    page.get_by_role("button", name="Views").click()
    page.get_by_label("Save this view as").fill("Norvane's stories")
    page.get_by_role("button", name="Save", exact=True).click()
    view = page.get_by_role("link", name="Norvane's stories")
    expect(view).to_be_visible()
    page.goto(f"{served.url}/overview?company=Tessaly")  # a filter that must not stay
    expect(page.get_by_role("heading", name="Share of voice")).to_be_visible()
    page.get_by_role("button", name="Views").click()
    view.click()
    expect(page.get_by_role("heading", level=1, name="Stories")).to_be_visible()
    expect(page).to_have_url(f"{served.url}/stories?company=Norvane")
    expect(view).to_have_count(0)  # the list is out of the way
    page.go_back()
    expect(page.get_by_role("heading", name="Share of voice")).to_be_visible()
    expect(page.locator(".st-key-company")).to_contain_text("Tessaly")
    page.go_forward()
    expect(page.locator(".st-key-company")).to_contain_text("Norvane")


def test_a_story_opens_side_by_side(page: Page, served: Served) -> None:
    page.goto(f"{served.url}/stories?company=Norvane")
    page.get_by_role("link", name=TITLE).click()
    expect(page.get_by_role("heading", level=1, name=TITLE)).to_be_visible()
    expect(page).to_have_url(f"{served.url}/stories?story=1000&company=Norvane")
    wide = page.locator(".wide")
    expect(wide.locator("del", has_text="close").first).to_be_visible()
    expect(wide.locator("ins", has_text="shut").first).to_be_visible()
    assert "“We" in wide.locator("del").all_inner_texts()
    expect(page.get_by_text("Not in Valley Signal")).to_be_hidden()
    page.get_by_text("Wording only").click()
    expect(wide.locator("del", has_text="“We")).to_have_count(0)
    expect(wide.locator("ins", has_text="shut").first).to_be_visible()
    page.set_viewport_size({"width": 390, "height": 844})
    expect(wide).to_be_hidden()
    expect(page.locator(".narrow ins", has_text="shut").first).to_be_visible()
    page.get_by_role("link", name="All stories").click()
    expect(page.get_by_text("3 stories", exact=True)).to_be_visible()
    expect(page).to_have_url(f"{served.url}/stories?company=Norvane")


def test_back_and_forward_follow_what_was_opened(page: Page, served: Served) -> None:
    page.goto(f"{served.url}/stories?stories_order=Largest")
    page.get_by_role("link", name=TITLE).click()
    names = page.locator(".wide .names strong")
    expect(names.last).to_have_text("Valley Signal")
    # The chart is drawn last, and moves what stands below it.
    expect(page.locator("[data-testid=stVegaLiteChart] svg.marks")).to_be_visible()
    option = page.get_by_role("option", name="Northline")
    for _ in range(10):  # a page that still moves closes the list again
        page.get_by_role("combobox", name="Right").click()
        page.wait_for_timeout(1_000)
        if option.is_visible():
            break
    option.click()
    expect(names.last).to_have_text("Northline")
    expect(page).to_have_url(re.compile("right=1002"))
    page.go_back()
    expect(names.last).to_have_text("Valley Signal")
    page.go_back()
    expect(page.get_by_role("heading", level=1)).to_have_text("Stories")
    expect(page).to_have_url(f"{served.url}/stories?stories_order=Largest")
    page.go_forward()
    expect(page.get_by_role("heading", level=1)).to_have_text(TITLE)


def test_a_link_to_two_copies_opens_exactly_these(page: Page, served: Served) -> None:
    page.goto(f"{served.url}/stories?story=1000&left=1001&right=1002&wording=true")
    names = page.locator(".wide .names strong")
    expect(names.first).to_have_text("Valley Signal")
    expect(names.last).to_have_text("Northline")


def test_differences_are_walked_through_by_key_and_button(page: Page, served: Served) -> None:
    page.goto(f"{served.url}/stories?story=1000")
    counter, here = page.locator(".counter"), page.locator(".wide .here")
    expect(counter).to_have_text(re.compile(r"^\d+ differences$"))
    count = int(counter.inner_text().split()[0])
    page.keyboard.press("n")
    expect(counter).to_have_text(f"1 of {count}")
    expect(here.first).to_be_in_viewport()
    page.get_by_role("button", name="Next").click()
    expect(counter).to_have_text(f"2 of {count}")
    head, bar = page.locator("header").bounding_box(), counter.bounding_box()
    assert head
    assert bar
    assert bar["y"] >= head["height"]
    page.keyboard.press("p")
    page.keyboard.press("p")
    expect(counter).to_have_text(f"{count} of {count}")
    expect(here.first).to_be_in_viewport()
    # What is typed into a field is no command.
    page.locator(".st-key-pick_left input").first.press("n")
    expect(counter).to_have_text(f"{count} of {count}")
    page.keyboard.press("Escape")
    page.set_viewport_size({"width": 390, "height": 844})
    page.get_by_role("button", name="Next").click()
    expect(page.locator(".narrow .here").first).to_be_in_viewport()


def test_the_link_names_both_copies_and_the_switch(page: Page, served: Served) -> None:
    page.goto(f"{served.url}/stories?story=1000&wording=true")
    page.get_by_role("button", name="Copy link").click()
    expect(page).to_have_url(f"{served.url}/stories?story=1000&wording=true&left=1000&right=1001")
    page.reload()
    expect(page.locator(".wide .names strong").last).to_have_text("Valley Signal")
    expect(page.locator(".wide del", has_text="“We")).to_have_count(0)


def test_the_csv_is_what_the_filters_show(page: Page, served: Served, tmp_path: Path) -> None:
    page.goto(f"{served.url}/articles?company=Norvane&undated=false&q=plant")
    expect(page.get_by_text("2 articles", exact=True)).to_be_visible()
    with page.expect_download() as download:
        page.get_by_role("button", name="Articles CSV").click()
    saved = tmp_path / "articles.csv"
    download.value.save_as(saved)
    assert download.value.suggested_filename == "articles_2025-02-20_2025-03-21.csv"
    rows = list(csv.DictReader(io.StringIO(saved.read_bytes().decode("utf-8-sig"))))
    assert {row["Title"] for row in rows} == {TITLE, REPRINT}
    titles = page.locator("tbody a.title")
    expect(titles).to_have_count(2)
    shown = titles.all_inner_texts()
    assert sorted(row["Title"] for row in rows) == sorted(shown)
    assert {row["Company"] for row in rows} == {"Norvane"}


@pytest.mark.parametrize(
    ("path", "button", "column", "values"),
    [
        ("stories?story=1000", "Articles CSV", "Document ID", {"1000", "1001", "1002"}),
        ("feeds", "Feeds CSV", "Outlet", {"Harbour Ledger", "Northline"}),
        ("stories?company=Tessaly", "Stories CSV", "Story ID", {"1000"}),
        ("outlets?company=Tessaly", "Outlets CSV", "Outlet", {"Northline"}),
    ],
)
def test_every_list_downloads_what_it_shows(
    path: str, button: str, column: str, values: set[str], page: Page, served: Served,
    tmp_path: Path,
) -> None:  # fmt: skip
    page.goto(f"{served.url}/{path}")
    with page.expect_download() as download:
        page.get_by_role("button", name=button).click()
    saved = tmp_path / "list.csv"
    download.value.save_as(saved)
    rows = list(csv.DictReader(io.StringIO(saved.read_bytes().decode("utf-8-sig"))))
    assert {row[column] for row in rows} == values


def test_the_whole_csv_equals_the_reports(page: Page, served: Served, tmp_path: Path) -> None:
    page.goto(f"{served.url}/overview?dates=2025-01-01&dates=2025-03-21")
    expect(page.get_by_role("heading", name="Share of voice")).to_be_visible()
    with page.expect_download() as download:
        page.get_by_role("button", name="Articles CSV").first.click()
    saved = tmp_path / "articles.csv"
    download.value.save_as(saved)
    reader = Reader.open(served.folder)
    expected = csv_of(served.folder, reader, tz=ZoneInfo("Europe/Berlin"))
    reader.close()
    assert saved.read_bytes() == expected


def test_hostile_text_stays_text(page: Page, served: Served) -> None:
    dialogs: list[str] = []
    page.on("dialog", lambda dialog: (dialogs.append(dialog.message), dialog.dismiss()))
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    one = ("/articles?article=1004", "/stories?story=1004")
    for path in ("/overview", "/coverage", "/stories", "/articles", "/outlets?outlet_id=4", *one):
        page.goto(f"{served.url}{path}")
        expect(page.get_by_text(HOSTILE).first).to_be_visible()
        expect(page).to_have_title(re.compile("^[A-Z][a-z]+ · Media Monitor$"))
        roots = page.locator(".root")
        for tag in ("script", "img", "iframe", ".katex", "a[href^=javascript]"):
            assert roots.locator(tag).count() == 0
    page.goto(f"{served.url}/articles?article=1004")
    expect(page.get_by_text("<img src=x onerror=alert(1)>")).to_be_visible()
    assert not dialogs
    # Nothing is fetched from anywhere but the dashboard itself.
    assert [url for url in asked if not url.startswith((served.url, "data:", "blob:"))] == []


def test_a_hostile_outlet_name_stays_text_in_the_filter(page: Page, served: Served) -> None:
    page.goto(f"{served.url}/articles?outlet=Evil+%3Cb%3EOutlet%3C%2Fb%3E")
    expect(page.get_by_text("1 article", exact=True)).to_be_visible()
    page.get_by_role("button", name="More filters (1)").click()
    expect(page.get_by_text("Evil <b>Outlet</b>").first).to_be_visible()


def test_a_phone_never_scrolls_sideways(page: Page, served: Served) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    one = ("/feeds?feed=1", "/stories?story=1000", "/outlets?outlet_id=1")
    analysis = ("/coverage", "/voice", "/compare", "/outlets", "/outlets?who=Journalists")
    for path in ("/", "/overview", "/stories", "/articles", "/feeds", *analysis, *one):
        page.goto(f"{served.url}{path}")
        expect(page.get_by_role("heading", level=1)).to_be_visible()
        wider = "() => document.querySelector('[data-testid=stMain]').scrollWidth > innerWidth"
        assert not page.evaluate(wider), path
