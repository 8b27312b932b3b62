"""What only a browser shows of a digest: its frame is shut and fits, and it reads in the dark."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Page, expect

from monitor.config import Config
from monitor.filters import Filters
from monitor.reports.digest import digest_message, digest_sheet
from monitor.reports.digest_span import last_days
from monitor.store.reader import Reader
from tests.archive import Piece, build_archive
from tests.e2e.conftest import Served

pytestmark = [pytest.mark.browser, pytest.mark.slow]
DAY = "digest_day=2025-03-21"  # tells of the day with hostile texts


def test_the_mail_is_shut_in_and_fits(page: Page, served: Served) -> None:
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(f"{served.url}/reports?{DAY}")
    frame = page.locator("iframe[title='Preview of the digest']")
    expect(frame).to_be_visible()
    allowed = (frame.get_attribute("sandbox") or "").split()
    assert "allow-scripts" not in allowed
    mail = page.frame_locator("iframe[title='Preview of the digest']")
    expect(mail.get_by_role("heading", level=1)).to_have_text("Coverage")
    expect(mail.get_by_text("<script>document.title='x'</script>").first).to_be_visible()
    assert page.title() == "Reports · Media Monitor"  # nothing of it ran
    last = mail.get_by_text("Program: Media Monitor")
    expect(last).to_be_visible()
    inside = mail.locator("body").evaluate("body => body.scrollHeight")
    box = frame.bounding_box()
    assert box
    assert abs(box["height"] - inside) < 8
    assert {urlsplit(url).hostname for url in asked} <= {"127.0.0.1", None}
    link = mail.get_by_role("link", name="Norvane to close Aldmoor plant")
    assert link.get_attribute("href") == "http://127.0.0.1:8501/stories?story=1000"
    with page.context.expect_page() as opened:  # beside this page; nobody serves that address here
        link.click()
    opened.value.close()
    expect(mail.get_by_role("heading", level=1)).to_have_text("Coverage")


def test_files_are_what_is_shown(page: Page, served: Served, tmp_path: Path) -> None:
    page.goto(f"{served.url}/reports?{DAY}")
    for label, start in (("HTML", b"<!DOCTYPE html>"), ("Text", b"COVERAGE"), ("PDF", b"%PDF")):
        with page.expect_download() as found:
            page.get_by_role("button", name=label, exact=True).click()
        path = tmp_path / found.value.suggested_filename
        found.value.save_as(path)
        assert path.name.startswith("digest_Coverage_2025-03-21.")
        assert path.read_bytes().startswith(start)


@pytest.mark.parametrize(("scheme", "ground"), [("light", "245, 244, 240"), ("dark", "21, 24, 28")])
def test_the_file_reads_on_a_phone_in_light_and_dark(
    browser: Browser, served: Served, tmp_path: Path, scheme: str, ground: str
) -> None:
    page = browser.new_page()
    page.goto(f"{served.url}/reports?{DAY}")
    with page.expect_download() as found:
        page.get_by_role("button", name="HTML", exact=True).click()
    path = tmp_path / "mail.html"
    found.value.save_as(path)
    page.close()
    context = browser.new_context(viewport={"width": 390, "height": 844}, color_scheme=scheme)  # type: ignore[arg-type]
    mail = context.new_page()
    mail.goto(path.as_uri())
    shown = mail.evaluate("getComputedStyle(document.body).backgroundColor")
    assert shown == f"rgb({ground})"
    assert mail.evaluate("document.documentElement.scrollWidth") <= 390
    context.close()


def test_a_word_as_long_as_a_page_widens_nothing(browser: Browser, tmp_path: Path) -> None:
    noon = datetime(2025, 3, 20, 12, tzinfo=UTC)
    pieces = [Piece("x" * 400, "y" * 90, noon, "Acme. " + "z" * 400, {"Acme": True})]
    reader = Reader.open(build_archive(tmp_path, pieces))
    sheet = digest_sheet(
        reader, Config(), name="w" * 60, filters=Filters(), base="http://127.0.0.1:8501",
        span=last_days(1, noon + timedelta(days=1), Config().tz), asked="ana",
    )  # fmt: skip
    reader.close()
    path = tmp_path / "mail.html"
    path.write_text(digest_message(sheet, noon.date()).html, encoding="utf-8")
    mail = browser.new_page(viewport={"width": 390, "height": 844})
    mail.goto(path.as_uri())
    assert mail.get_by_text("xxx").first.is_visible()
    assert mail.evaluate("document.documentElement.scrollWidth") <= 390
    mail.close()
