"""What axe-core finds on every page: nothing serious or critical, in both themes."""

from __future__ import annotations

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, expect

from tests.e2e.conftest import Served

pytestmark = [pytest.mark.browser, pytest.mark.slow]
PAGES = (
    "", "overview", "stories", "articles", "feeds", "watchlist", "feeds?feed=1",
    "stories?story=1000", "stories?story=1000&left=1001&right=1002", "articles?article=1000",
    "coverage?before=true", "voice", "compare", "outlets", "outlets?who=Journalists",
    "outlets?outlet_id=1", "reports", "alerts",
    "articles?company=Nobody&dates=1999-01-01&dates=1999-01-02",
)  # fmt: skip


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_nothing_serious_on_any_page(browser: Browser, served: Served, scheme: str) -> None:
    context = browser.new_context(viewport={"width": 1400, "height": 900}, color_scheme=scheme)
    page = context.new_page()
    found = []
    for path in PAGES:
        page.goto(f"{served.url}/{path}")
        expect(page.get_by_role("heading").first).to_be_visible(timeout=60_000)
        expect(page.get_by_test_id("stStatusWidget")).to_have_count(0, timeout=60_000)
        page.wait_for_timeout(500)  # charts and components draw after the run
        for rule in Axe().run(page).response["violations"]:
            if rule["impact"] in ("serious", "critical"):
                found.append(
                    (path, rule["id"], [(n["target"], n["any"][:1]) for n in rule["nodes"][:3]])
                )
    context.close()
    assert not found, "\n".join(map(str, found))
