"""Correcting tags on an article's page: at once in the article, lists, counts; undone as easily."""

from __future__ import annotations

from pathlib import Path

import pytest

from monitor.analysis.corrections import Verdict
from monitor.dashboard import texts
from monitor.store.corrections import KIND
from monitor.store.desk import Desk
from monitor.store.folder import DataFolder
from tests.archive import build_archive
from tests.dashboard.conftest import PIECES, WATCHLIST, Open
from tests.dashboard.test_pages import drawn, figures, said


@pytest.fixture
def own(tmp_path: Path) -> DataFolder:
    return build_archive(tmp_path / "own", PIECES, watchlist=WATCHLIST)


def companies(own: DataFolder, open_page: Open, article: str) -> list[str]:
    app = open_page(own, "articles", article=article)
    return [chip["text"] for chip in drawn(app, "article_head")["chips"]]


@pytest.mark.slow
def test_not_this_company_shows_at_once_everywhere_and_can_be_undone(
    own: DataFolder, open_page: Open
) -> None:
    before = figures(open_page(own, company="Norvane"))["Articles"]
    app = open_page(own, "articles", article="1000")
    control = app.segmented_control(key="verdict_company_1000_Norvane")
    assert control.value == Verdict.SUBJECT
    control.set_value(Verdict.NOT).run()
    assert not app.exception
    assert "Norvane" not in [chip["text"] for chip in drawn(app, "article_head")["chips"]]
    assert "Not Norvane: decided by dashboard, " in "\n".join(t.value for t in app.text)
    assert int(figures(open_page(own, company="Norvane"))["Articles"]) == int(before) - 1
    rows = drawn(open_page(own, "articles"), "articles")["rows"]
    [row] = [row for row in rows if row[2]["text"] == PIECES[0].title]
    assert [chip["text"] for chip in row[3]["chips"]] == []
    [decision] = Desk(own).decisions(KIND)
    app.button(key=f"undo_{decision.id}").click().run()
    assert not app.exception
    assert companies(own, open_page, "1000") == ["Norvane"]
    assert figures(open_page(own, company="Norvane"))["Articles"] == before


@pytest.mark.slow
def test_this_company_too_and_passing_and_topics(own: DataFolder, open_page: Open) -> None:
    app = open_page(own, "articles", article="1000")
    app.selectbox(key="missing_company_1000").select("Tessaly").run()
    assert not app.exception
    assert companies(own, open_page, "1000") == ["Norvane", "Tessaly"]
    app = open_page(own, "articles", article="1000")
    app.segmented_control(key="verdict_company_1000_Norvane").set_value(Verdict.PASSING).run()
    app = open_page(own, "articles", article="1000")
    app.segmented_control(key="verdict_topic_1000_Labour").set_value(Verdict.NOT).run()
    app = open_page(own, "articles", article="1000")
    hows = {row[0]["chips"][0]["text"]: row[1]["text"] for row in drawn(app, "tags")["rows"]}
    assert hows["Norvane"].startswith("In passing")
    assert set(hows) == {"Norvane", "Tessaly"}
    assert texts.CORRECT_HELP in said(app)


def test_who_decided_is_kept(own: DataFolder, open_page: Open) -> None:
    app = open_page(own, "articles", article="1000")
    app.text_input(key="name_given").set_value("Ana").run()
    app.segmented_control(key="verdict_company_1000_Norvane").set_value(Verdict.NOT).run()
    assert [d.by for d in Desk(own).decisions(KIND)] == ["Ana"]
