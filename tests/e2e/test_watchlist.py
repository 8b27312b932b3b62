"""See why, correct, preview and save in a browser, with the ingest job running beside it."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from monitor.analysis.tagging import Tagger
from monitor.config import parse_config
from monitor.store.articles import copy_down, set_tags, wordings
from monitor.store.database import asking, writing
from monitor.store.folder import DataFolder
from monitor.store.publish import publish
from tests.archive import build_archive
from tests.dashboard.conftest import PIECES, WATCHLIST
from tests.serving import ROOT, Served, serving

pytestmark = [pytest.mark.browser, pytest.mark.slow]
QUIET = re.sub(r"\[\[feed\]\](\n.+){2}", "", WATCHLIST)  # nothing is polled


@pytest.fixture
def own(tmp_path: Path) -> Iterator[Served]:
    """A dashboard and an ingest job on an archive of their own."""
    folder = build_archive(tmp_path / "data", PIECES, watchlist=QUIET)
    tagger = Tagger(parse_config(QUIET))
    with writing(folder) as connection:  # as tagging has it, so that only what is changed moves
        for batch in wordings(asking(connection)):
            tags = {w.article_id: tagger.tag(title=w.title, text=w.text) for w in batch}
            set_tags(connection, tags)
            copy_down(connection, list(tags))
        publish(folder, connection)
    with serving(folder, QUIET) as dashboard:
        ingest = subprocess.Popen(
            [sys.executable, "-m", "monitor", "ingest"], cwd=ROOT, env=dashboard.environment,
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        try:
            yield dashboard
        finally:
            ingest.terminate()
            ingest.wait(timeout=30)


def published(folder: DataFolder) -> str:
    return folder.current.read_text()


def test_a_correction_shows_at_once_and_is_published_and_undone(page: Page, own: Served) -> None:
    page.goto(f"{own.url}/overview?company=Tessaly")
    expect(page.get_by_role("heading", name="Share of voice")).to_be_visible()
    page.goto(f"{own.url}/articles?article=1002")
    why = page.get_by_role("table", name="Tags and their evidence")
    expect(why.get_by_text("Norvane", exact=True).first).to_be_visible()
    before = published(own.folder)
    page.get_by_role("button", name="Correct").click()
    norvane = page.locator(".st-key-verdict_company_1002_Norvane")
    norvane.get_by_text("Not this company").click()
    expect(page.get_by_text("Not Norvane: decided by dashboard")).to_be_visible()
    expect(why.get_by_text("Norvane", exact=True)).to_have_count(0)
    page.goto(f"{own.url}/articles?company=Norvane&dates=2025-01-01&dates=2025-03-31")
    expect(page.get_by_text("4 articles", exact=True)).to_be_visible()
    # The running job notices and publishes; nothing looks different then.
    expect.set_options(timeout=90_000)
    for _ in range(300):
        if published(own.folder) != before:
            break
        page.wait_for_timeout(200)
    assert published(own.folder) != before
    page.reload()
    expect(page.get_by_text("4 articles", exact=True)).to_be_visible()
    page.goto(f"{own.url}/articles?article=1002")
    page.get_by_role("button", name="Undo").click()
    expect(why.get_by_text("Norvane", exact=True).first).to_be_visible()


def test_a_company_is_added_after_its_preview_and_the_chart_follows(
    page: Page, own: Served
) -> None:
    page.goto(f"{own.url}/watchlist")
    page.get_by_role("link", name="Add a company").click()
    name = page.get_by_label("Name", exact=True)
    name.fill("Aldmoor")
    name.press("Enter")
    expect(page.get_by_text("3 articles could be touched.")).to_be_visible()
    expect(page.get_by_text("Would come in")).to_be_visible()
    expect(page.get_by_text("close its plant in Aldmoor in June").first).to_be_visible()
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("table").get_by_role("link", name="Aldmoor")).to_be_visible()
    row = page.get_by_role("row").filter(has_text="Aldmoor")
    expect(row).to_contain_text("3", timeout=90_000)  # by itself, once history has followed
    page.get_by_role("link", name="See its coverage").click()
    expect(page).to_have_url(f"{own.url}/overview?company=Aldmoor")
    expect(page.locator(".st-key-legend").get_by_text("Aldmoor")).to_be_visible()


def test_all_like_this_becomes_an_exclusion(page: Page, own: Served) -> None:
    page.goto(f"{own.url}/articles?article=1003")
    page.get_by_role("button", name="Correct").click()
    page.locator(".st-key-verdict_company_1003_Tessaly").get_by_text("Not this company").click()
    expect(page.get_by_text("Not Tessaly: decided by")).to_be_visible()
    page.keyboard.press("Escape")
    page.get_by_role("link", name="All like this").click()
    expect(page.get_by_role("textbox", name="Phrases that are not it")).to_have_value(
        "Tessaly opens"
    )
    expect(page.get_by_text("could be touched").first).to_be_visible()
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("not in: Tessaly opens")).to_be_visible()


def test_the_forms_fit_a_phone(page: Page, own: Served) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    for path in ("watchlist", "watchlist?new=company", "watchlist?edit=Norvane&kind=company"):
        page.goto(f"{own.url}/{path}")
        expect(page.get_by_role("heading", level=1)).to_be_visible()
        wider = "() => document.querySelector('[data-testid=stMain]').scrollWidth > innerWidth"
        assert not page.evaluate(wider), path
