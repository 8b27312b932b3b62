"""What only a browser shows of the analysis pages: selecting in a chart, pictures, phones."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from lxml import etree
from playwright.sync_api import Browser, Page, expect

from tests.e2e.conftest import Served

pytestmark = [pytest.mark.browser, pytest.mark.slow]
PERIOD = "dates=2025-03-15&dates=2025-03-24"
CHART = "[data-testid=stVegaLiteChart]"
BARS = f"{CHART} svg.marks [aria-roledescription=bar]"


def test_a_drag_over_the_chart_chooses_days_and_a_click_a_series(
    browser: Browser, served: Served
) -> None:
    """In a browser of another zone: what was dragged over is the team's days."""
    context = browser.new_context(
        viewport={"width": 1400, "height": 900}, timezone_id="America/Los_Angeles"
    )
    page = context.new_page()
    page.goto(f"{served.url}/coverage?{PERIOD}")
    expect(page.locator(BARS).first).to_be_visible()
    page.wait_for_timeout(1_500)  # the chart takes its place
    # From within the bar of the 20th to within that of the 21st.
    boxes = [bar.bounding_box() for bar in page.locator(BARS).all()]
    columns = sorted({(box["x"], box["width"]) for box in boxes if box})
    assert len(columns) == 2
    y = page.locator(CHART).bounding_box()["y"] + 60  # type: ignore[index]
    page.mouse.move(columns[0][0] + 4, y)
    page.mouse.down()
    page.mouse.move(columns[0][0] + 40, y, steps=4)
    page.wait_for_timeout(1_000)  # a rest does not end it
    assert "2025-03-15" in page.url
    page.mouse.move(sum(columns[1]) - 4, y, steps=6)
    page.mouse.up()
    expect(page).to_have_url(f"{served.url}/coverage?dates=2025-03-20&dates=2025-03-21")
    expect(page.locator(".st-key-dates")).to_contain_text("2025")
    tessaly = page.locator(f"{BARS}[aria-label*=Tessaly]")
    expect(tessaly).to_have_count(1)
    page.wait_for_timeout(1_500)
    tessaly.click()
    expect(page.locator(".st-key-company").get_by_text("Tessaly")).to_be_visible()
    expect(page).to_have_url(
        f"{served.url}/coverage?dates=2025-03-20&dates=2025-03-21&company=Tessaly"
    )
    page.go_back()
    expect(page.locator(".st-key-company").get_by_text("Tessaly")).to_have_count(0)
    context.close()


def test_a_finger_on_the_chart_scrolls_the_page(browser: Browser, served: Served) -> None:
    context = browser.new_context(viewport={"width": 390, "height": 844}, has_touch=True)
    page = context.new_page()
    page.goto(f"{served.url}/coverage?{PERIOD}")
    expect(page.locator(BARS).first).to_be_visible()
    page.locator(CHART).scroll_into_view_if_needed()
    box = page.locator(CHART).bounding_box()
    assert box
    session = context.new_cdp_session(page)
    for kind, x in (("touchStart", 0.3), ("touchMove", 0.5), ("touchMove", 0.7), ("touchEnd", 0)):
        points = [{"x": box["x"] + box["width"] * x, "y": box["y"] + 80}] if x else []
        session.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})
        page.wait_for_timeout(60)
    page.wait_for_timeout(1_500)
    assert page.url.endswith(PERIOD)
    context.close()


def test_a_chart_is_saved_with_its_title_and_legend(
    page: Page, served: Served, tmp_path: Path
) -> None:
    page.goto(f"{served.url}/coverage?{PERIOD}")
    expect(page.locator(BARS).first).to_be_visible()
    saved = {}
    for kind in ("PNG", "SVG"):
        with page.expect_download() as download:
            page.get_by_role("button", name=kind, exact=True).click()
        assert download.value.suggested_filename == f"coverage_company_day.{kind.lower()}"
        saved[kind] = tmp_path / kind
        download.value.save_as(saved[kind])
    assert saved["PNG"].read_bytes().startswith(b"\x89PNG\r\n\x1a\n")
    drawing = etree.fromstring(saved["SVG"].read_bytes())
    words = ["".join(text.itertext()) for text in drawing.iter("{http://www.w3.org/2000/svg}text")]
    assert words[:2] == ["Mentions per day", "15 Mar – 24 Mar 2025 · times in Europe/Berlin"]
    assert words[-2:] == ["Norvane", "Tessaly"]


def test_a_chart_offers_no_file_of_its_own_past_the_guard(page: Page, served: Served) -> None:
    page.goto(f"{served.url}/coverage?{PERIOD}")
    expect(page.locator(BARS).first).to_be_visible()
    page.locator(CHART).hover()
    expect(page.get_by_role("button", name=re.compile("^Fullscreen"))).to_be_visible()
    table = page.locator("[data-testid=stElementToolbar] button[aria-label^='Show data']")
    expect(table).to_have_count(1)
    expect(table).to_be_hidden()


def test_filters_go_from_page_to_page_and_into_an_outlet(page: Page, served: Served) -> None:
    page.goto(f"{served.url}/coverage?company=Norvane&subject=true&firsts=true&undated=false")
    expect(page.get_by_role("heading", name="Mentions per day")).to_be_visible()
    page.get_by_role("link", name="Outlets", exact=True).click()
    page.get_by_role("link", name="Harbour Ledger").click()
    expect(page.get_by_role("heading", level=1, name="Harbour Ledger")).to_be_visible()
    for part in ("company=Norvane", "subject=true", "firsts=true", "undated=false", "outlet_id="):
        assert part in page.url
    page.get_by_role("link", name="All outlets").click()
    expect(page.get_by_text("2 outlets", exact=True)).to_be_visible()
    assert "subject=true" in page.url


def test_the_numbers_open_and_close_again(page: Page, served: Served) -> None:
    page.goto(f"{served.url}/voice?{PERIOD}")
    page.get_by_role("button", name="Numbers").first.click()
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_role("table", name="Numbers")).to_contain_text("Norvane")
    with page.expect_download() as download:
        dialog.get_by_role("button", name="CSV").click()
    assert download.value.suggested_filename == "share_of_voice.csv"
    dialog.get_by_role("button", name="Close").click()
    expect(dialog).to_have_count(0)


def test_all_tabs_are_reached_on_a_phone(page: Page, served: Served) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto(f"{served.url}/coverage")
    page.get_by_test_id("stExpandSidebarButton").click()
    links = page.get_by_test_id("stSidebarNav").get_by_role("link")
    expect(links.first).to_be_visible()
    names = [name.strip() for name in links.all_inner_texts()]
    assert names == [
        "Today", "Overview", "Coverage", "Share of voice", "Compare", "Stories", "Articles",
        "Outlets", "Feeds", "Watchlist", "Reports", "Alerts",
    ]  # fmt: skip
    links.filter(has_text="Outlets").click()
    expect(page.get_by_role("heading", level=1, name="Outlets")).to_be_visible()
