"""A changed watchlist: the preview says what retagging then does; the rest is never read."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from typer.testing import CliRunner

from monitor.analysis.corrections import Verdict
from monitor.analysis.tagging import Tagger
from monitor.analysis.watchlist_change import change
from monitor.cli import app
from monitor.commands import turns
from monitor.config import Company, Config, Topic, load_config
from monitor.ingest.service import open_archive, retag_all, retag_changed
from monitor.models import Draft
from monitor.store import passes, progress
from monitor.store.candidates import touched
from monitor.store.corrections import Target, correct, held_in
from monitor.store.database import writing
from monitor.store.desk import Desk
from monitor.store.folder import DataFolder, current_generation
from monitor.store.preview import preview
from monitor.store.publish import publish
from monitor.store.reader import Reader

ROOT = Path(__file__).resolve().parents[2]
NAMES = ("Gap", "Old Navy", "Target", "Meta", "Meta Platforms", "Nvidia", "Levi's", "C++ Labs",
         "Citroën", "gap year", "performance gap", "Jensen Huang", "AT&T")  # fmt: skip
WORDS = ("shares of", "said on Monday", "the", "narrows", "sells jeans", "chips",
         "’s chief executive", "a plan", "reported sales",
         "in the city", "of the year", "retailer", "Inc.")  # fmt: skip
START = datetime(2025, 4, 1, tzinfo=UTC)

sentences = st.lists(st.sampled_from((*NAMES, *WORDS)), min_size=2, max_size=9).map(" ".join)
texts = st.lists(sentences, min_size=0, max_size=3).map(". ".join)
some = st.lists(st.sampled_from(NAMES), max_size=2, unique=True).map(tuple)
companies = st.lists(
    st.builds(
        Company, name=st.sampled_from(NAMES[:9]), aliases=some, products=some, people=some,
        exclude=some, about=st.sampled_from(("", "a retailer of jeans", "maker of chips")),
    ),
    max_size=4, unique_by=lambda c: c.name,
).map(tuple)  # fmt: skip
topics = st.lists(
    st.builds(
        Topic, name=st.sampled_from(("Jeans", "Chips")),
        query=st.sampled_from(("jeans", "chip*", '"gap year"', "jeans NOT chips", "plan OR sales",
                               "shares NEAR/3 gap", "title:chips")),
    ),
    max_size=2, unique_by=lambda t: t.name,
).map(tuple)  # fmt: skip
configs = st.builds(Config, company=companies, topic=topics)


def drafts(pieces: list[tuple[str, str, str]]) -> list[Draft]:
    return [
        Draft(url_key=f"x.example/{n}", url=f"https://x.example/{n}", outlet="X",
              domain="x.example", title=title, text=text, description=description,
              seen_at=START, published_at=START + timedelta(days=n))
        for n, (title, text, description) in enumerate(pieces)
    ]  # fmt: skip


def tags(folder: DataFolder) -> dict[int, dict[tuple[str, str], bool]]:
    reader = Reader.open(folder)
    found: dict[int, dict[tuple[str, str], bool]] = {
        i: {} for (i,) in reader.rows("SELECT article_id FROM article")
    }
    for i, name, subject in reader.rows(
        "SELECT article_id, name, subject FROM mention JOIN company USING (company_id)"
    ):
        found[i]["company", name] = subject
    for i, name in reader.rows(
        "SELECT article_id, name FROM topic_tag JOIN topic USING (topic_id)"
    ):
        found[i]["topic", name] = False
    reader.close()
    return found


def fill(folder: DataFolder, config: Config, pieces: list[tuple[str, str, str]]) -> None:
    with open_archive(folder, config) as archive:
        archive.keep(drafts(pieces), now=START)
        publish(folder, archive.connection)


@pytest.mark.slow
@settings(
    max_examples=int(os.environ.get("MONITOR_CHANGES", "15")),
    deadline=None,
    suppress_health_check=list(HealthCheck),
)
@given(
    pieces=st.lists(st.tuples(sentences, texts, texts), min_size=1, max_size=8),
    before=configs, after=configs, corrected=st.booleans(),
)  # fmt: skip
def test_the_preview_says_what_retagging_then_does(
    tmp_path_factory: pytest.TempPathFactory, pieces: list[tuple[str, str, str]], before: Config,
    after: Config, corrected: bool,
) -> None:  # fmt: skip
    folder = DataFolder(tmp_path_factory.mktemp("change"))
    if corrected:
        desk = Desk(folder)
        correct(desk, Target(0, "x.example/0"), "company", "Gap", Verdict.TAGGED, by="ana")
        correct(desk, Target(0, "x.example/0"), "company", "Target", Verdict.NOT, by="ana")
        desk.close()
    fill(folder, before, pieces)
    was = tags(folder)
    reader = Reader.open(folder)
    said = preview(reader, folder, before, after, held_in(folder))
    looked_at = set(touched(folder, reader.rows, change(before, after)))
    reader.close()
    assert said.exact
    retag_changed(folder, after)
    now = tags(folder)
    # What could not be touched did not have to be: tagging everything gives the same.
    with open_archive(folder, after) as archive:
        retag_all(archive)
    assert tags(folder) == now
    names = {tag for found in (*was.values(), *now.values()) for tag in found}
    effects = {e.tag: e for e in said.effects}
    for tag in names | effects.keys():
        gained = {i for i in now if tag in now[i] and tag not in was[i]}
        lost = {i for i in now if tag in was[i] and tag not in now[i]}
        moved = {i for i in now if tag in was[i] and tag in now[i] and was[i][tag] != now[i][tag]}
        effect = effects.get(tag)
        assert (gained, lost, moved) == (
            (set(effect.gained), set(effect.lost), set(effect.moved)) if effect else
            (set(), set(), set())
        ), tag  # fmt: skip
        if tag[1] != "Gap":
            assert gained | lost | moved <= looked_at


@pytest.mark.slow
def test_only_what_a_change_can_touch_is_read(tmp_path: Path) -> None:
    folder = DataFolder(tmp_path)
    one = Config(company=(Company(name="Nvidia", about="maker of chips"),))
    fill(folder, one, [("Nvidia rises", "Nvidia rose.", ""), ("Rain", "It rained.", ""),
                       ("Acmecorp opens", "Acmecorp opened.", ""),
                       ("Headline only", "", "Acmecorp in a summary")])  # fmt: skip
    two = Config(company=(*one.company, Company(name="Acmecorp")))
    assert retag_changed(folder, two) == 2
    assert retag_changed(folder, two) == 0
    assert [list(t) for t in tags(folder).values()] == [
        [("company", "Nvidia")], [], [("company", "Acmecorp")], [("company", "Acmecorp")]
    ]  # fmt: skip
    three = Config(company=(one.company[0].model_copy(update={"exclude": ("Nvidia rose",)}),))
    assert retag_changed(folder, three) == 3  # the phrase, and what Acmecorp had


def test_a_preview_that_runs_out_of_time_says_so_and_estimates(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("monitor.store.preview._SHORT", 50)
    folder, config = DataFolder(tmp_path), Config()
    fill(folder, config, [(f"Acmecorp {n}", f"Acmecorp opened {n}.", "") for n in range(250)])
    reader = Reader.open(folder)
    after = Config(company=(Company(name="Acmecorp"),))
    said = preview(reader, folder, config, after, {}, seconds=0.0)
    assert (said.candidates, said.decided, said.exact) == (250, 100, False)
    assert said.scaled(len(said.effects[0].gained)) == 250
    # Where even the search would take too long, it is asked of a part.
    monkeypatch.setattr("monitor.store.preview._FEW", 10)
    said = preview(reader, folder, config, after, {}, seconds=0.0)
    assert (said.candidates, said.decided, said.counted, said.exact) == (250, 50, False, False)
    assert said.scaled(len(said.effects[0].gained)) == 250
    all_of_them = preview(reader, folder, config, after, {}, seconds=600)
    assert (all_of_them.candidates, all_of_them.decided) == (250, 250)
    since = preview(
        reader, folder, config, after, {}, since=START + timedelta(days=240), seconds=600
    )
    assert since.candidates == 10
    late = preview(reader, folder, config, after, {}, since=START + timedelta(days=240))
    assert late.candidates == 10
    assert late.effects[0].gained_examples[0].sentence == "Acmecorp opened 249."
    reader.close()


@pytest.mark.slow
def test_retagging_goes_on_where_it_was_cut_short(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder, config = DataFolder(tmp_path), Config(company=(Company(name="Acmecorp"),))
    fill(folder, Config(), [(f"Acmecorp {n}", "Acmecorp opened.", "") for n in range(1200)])
    published, seen, tag = current_generation(folder), [0], Tagger.tag

    def cut(self: Tagger, **fields: str) -> object:
        seen[0] += 1
        if seen[0] == 700:
            raise KeyboardInterrupt
        return tag(self, **fields)

    monkeypatch.setattr(Tagger, "tag", cut)
    with pytest.raises(KeyboardInterrupt):
        retag_changed(folder, config)
    assert current_generation(folder) == published
    at = progress.read(folder)
    assert at is not None
    assert (at.done, at.total) == (500, 1200)
    seen[0] = 10_000
    assert retag_changed(folder, config) == 1200
    assert seen[0] == 10_700  # the first 500 were not done again
    assert all(tags(folder).values())
    assert progress.read(folder) is None


ARTICLES = 1500
LIST = '[[company]]\nname = "Acmecorp"\nabout = "Acmecorp, a maker of mills"\n'


@pytest.mark.slow
def test_kill_at_any_moment_of_retagging_keeps_corrections_and_the_last_generation(
    tmp_path: Path,
) -> None:
    seed = random.SystemRandom().randrange(10**6)
    print(f"seed {seed}")
    moments = random.Random(seed)
    folder, lists = DataFolder(tmp_path / "data"), tmp_path / "watchlist.toml"
    lists.write_text(LIST)
    words = [f"{chr(97 + n // 26)}{chr(97 + n % 26)}wheel" for n in range(600)]
    pieces = []
    for n in range(ARTICLES):
        text = " ".join(f"Acmecorp turned {w} again." for w in moments.sample(words, 30))
        pieces.append((f"Acmecorp {n}", text, ""))
    fill(folder, Config(), pieces)
    desk = Desk(folder)
    for n in range(0, ARTICLES, 100):
        correct(desk, Target(0, f"x.example/{n}"), "company", "Acmecorp", Verdict.NOT, by="ana")
    desk.close()
    generations = set()
    command = [sys.executable, "-m", "monitor", "--data", str(folder.root), "--watchlist",
               str(lists), "retag", "--all"]  # fmt: skip
    for _ in range(int(os.environ.get("MONITOR_KILLS", "4"))):
        job = subprocess.Popen(command, cwd=ROOT, stderr=subprocess.DEVNULL)
        time.sleep(moments.uniform(1.0, 7.0))
        job.kill()
        assert job.wait() in (0, -signal.SIGKILL)
        found = tags(folder)  # the newest generation opens and is whole: all or none are tagged
        count = sum(("company", "Acmecorp") in t for t in found.values())
        assert count in (0, ARTICLES - ARTICLES // 100)
        generations.add(count)
    subprocess.run(command, cwd=ROOT, check=True, timeout=300, stderr=subprocess.DEVNULL)
    assert (
        sum(("company", "Acmecorp") in t for t in tags(folder).values())
        == ARTICLES - ARTICLES // 100
    )


BESIDE = """
import sys
import time
from dataclasses import replace
from pathlib import Path
from monitor.config import load_config
from monitor.ingest.service import open_archive
from monitor.store.folder import DataFolder
from monitor.store.publish import publish
from tests.ingest.test_watchlist_change import drafts, START, tags

folder, config, stop = DataFolder(Path(sys.argv[1])), load_config(Path(sys.argv[2])), sys.argv[3]
every, visits = int(sys.argv[4]), 0
while not Path(stop).exists():
    with open_archive(folder, config, wait=30) as archive:
        new = [(f"n{visits}", "Acmecorp again"), (str(visits), "Betabrand instead")]
        [one] = drafts([("", "", "")])
        at = "x.example/"
        kept = [replace(one, url_key=at + key, url=f"https://{at}{key}", title=title)
                for key, title in new]
        archive.keep(kept, now=START)
        publish(folder, archive.connection)
    visits += 1
    count = sum(("company", "Acmecorp") in t for t in tags(folder).values())
    # Of the old ones none or all that still have their wording, and each new one.
    assert count in (visits, every), (count, visits)
    time.sleep(0.1)
print(visits)
"""


@pytest.mark.slow
def test_others_bring_articles_between_the_turns_of_retagging(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder, lists, stop = DataFolder(tmp_path / "data"), tmp_path / "w.toml", tmp_path / "stop"
    lists.write_text('[[company]]\nname = "Acmecorp"\n[[company]]\nname = "Betabrand"\n')
    fill(folder, load_config(lists), [(f"Acmecorp {n}", "", "") for n in range(ARTICLES)])
    with writing(folder) as connection:  # as tagged by a program that found nothing
        connection.execute("DELETE FROM mention")
        publish(folder, connection)
    monkeypatch.setattr(turns, "_HOLD", 0.0)
    other = subprocess.Popen(
        [sys.executable, "-c", BESIDE, folder.root, lists, stop, str(ARTICLES)], cwd=ROOT,
        stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    )  # fmt: skip
    while not any(("company", "Acmecorp") in t for t in tags(folder).values()):
        assert other.poll() is None
        time.sleep(0.1)
    options = ["--data", str(folder.root), "--watchlist", str(lists)]
    result = CliRunner().invoke(app, [*options, "retag", "--all"])
    stop.touch()
    out, error = other.communicate(timeout=60)
    assert (other.returncode, error.decode()) == (0, "")
    assert result.exit_code == 0, result.output
    reader = Reader.open(folder)
    found = tags(folder)
    titles = reader.rows("SELECT article_id, title FROM article")
    reader.close()
    assert int(out) >= 3
    assert len(titles) == ARTICLES + int(out)
    for i, title in titles:  # also where it was reworded after its old wording was tagged again
        assert list(found[i]) == [("company", title.split()[0])]


def test_what_was_taken_out_meanwhile_stays_out(tmp_path: Path) -> None:
    folder, config = DataFolder(tmp_path), Config(company=(Company(name="Acmecorp"),))
    fill(folder, config, [("Acmecorp 0", "", ""), ("Acmecorp 1", "", "")])
    with open_archive(folder, config) as archive:
        assert retag_all(archive, go_on=lambda: False) is None
        archive.connection.execute("UPDATE article SET sample = true WHERE title = 'Acmecorp 0'")
        assert passes.remove_sample(archive.connection) == 1
        assert retag_all(archive) is not None
        assert archive.connection.execute("SELECT count(*) FROM mention").fetchone() == (1,)
