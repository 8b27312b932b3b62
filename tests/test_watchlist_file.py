"""Writing the watchlist: comments, order and everything else stay; mistakes name their field."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.config import parse_config
from monitor.errors import ConfigError
from monitor.watchlist import WatchlistChangedError, digest, put, remove, save

ROOT = Path(__file__).resolve().parent.parent
DEFAULT = (ROOT / "data" / "watchlist.toml").read_text(encoding="utf-8")
NOON = datetime(2025, 4, 1, 12, tzinfo=UTC)


def test_one_line_changes_and_the_rest_stays_to_the_letter() -> None:
    company = parse_config(DEFAULT).company[0]
    values = company.model_dump() | {"exclude": [*company.exclude, "Tesla coil"]}
    changed = put(DEFAULT, "company", values, was=company.name)
    before, after = DEFAULT.splitlines(), changed.splitlines()
    assert len(before) == len(after)
    assert [b for a, b in zip(before, after, strict=True) if a != b] == [
        'exclude = ["Nikola Tesla", "Tesla coil"]'
    ]


@pytest.mark.slow
def test_nothing_changed_is_the_same_text() -> None:
    config = parse_config(DEFAULT)
    for section in ("company", "topic", "outlet", "feed"):
        for entry in getattr(config, section)[::4]:
            was = entry.url if section == "feed" else entry.name
            assert put(DEFAULT, section, entry.model_dump(), was=was) == DEFAULT  # type: ignore[arg-type]


@pytest.mark.parametrize("founded", ["1996", '"1996"', "1996-10-07", '"1996-10-07"'])
def test_a_founding_stays_as_it_was_written(founded: str) -> None:
    text = f'[[outlet]]\nname = "Anvil News"\ndomain = "anvil.example"\nfounded = {founded}\n'
    values = parse_config(text).outlet[0].model_dump()
    assert put(text, "outlet", values, was="Anvil News") == text
    changed = put(text, "outlet", values | {"founded": "1997"}, was="Anvil News")
    assert parse_config(changed).outlet[0].founded == "1997"


@pytest.mark.slow
@pytest.mark.parametrize("text", ["", "# mine\n", DEFAULT])
def test_new_entries_are_added_and_removed_again(text: str) -> None:
    for section, values in (
        ("company", {"name": "Anvil", "about": "Anvil, tools", "aliases": []}),
        ("topic", {"name": "Anvils", "query": 'anvil* OR "cast iron"'}),
        ("outlet", {"name": "Anvil News", "domain": "anvil.example", "tier": 2}),
        ("feed", {"url": "https://anvil.example/rss", "outlet": "Anvil News"}),
    ):
        changed = put(text, section, values)  # type: ignore[arg-type]
        added = getattr(parse_config(changed), section)[-1]
        assert added.model_dump(exclude_defaults=True) == {k: v for k, v in values.items() if v}
        assert changed.startswith(text.rstrip("\n")[:200])
        key = "url" if section == "feed" else "name"
        again = remove(changed, section, values[key])  # type: ignore[arg-type, index]
        assert parse_config(again).model_copy(update={"version": ""}) == parse_config(
            text
        ).model_copy(update={"version": ""})


def test_a_mistake_names_its_field() -> None:
    with pytest.raises(ConfigError, match=r"company\[\d+\]\.name must not be empty"):
        put(DEFAULT, "company", {"name": " "})
    with pytest.raises(ConfigError, match=r"topic\[\d+\]\.query .*parenthesis"):
        put(DEFAULT, "topic", {"name": "New", "query": "(a OR b"})
    with pytest.raises(ConfigError, match="already used"):
        put(DEFAULT, "company", {"name": "tesla"})


words = st.text(
    st.characters(codec="utf-8", exclude_categories=("Cs", "Cc")), min_size=1, max_size=12
).filter(str.strip)


@pytest.mark.slow
@settings(max_examples=30, deadline=None)
@given(name=words, about=words, aliases=st.lists(words, max_size=6))
def test_whatever_is_typed_is_read_back_or_refused(
    name: str, about: str, aliases: list[str]
) -> None:
    try:
        changed = put(DEFAULT, "company", {"name": name, "about": about, "aliases": aliases})
    except ConfigError:
        return
    added = parse_config(changed).company[-1]
    assert added.name == " ".join(name.split())
    assert added.aliases == tuple(" ".join(a.split()) for a in aliases)
    assert changed.startswith(DEFAULT[: DEFAULT.index("[[company]]")])


def test_saving_keeps_the_version_before_and_refuses_a_file_that_changed(tmp_path: Path) -> None:
    path, history = tmp_path / "watchlist.toml", tmp_path / "data" / "watchlist-history"
    path.write_text(DEFAULT, encoding="utf-8")
    changed = put(DEFAULT, "company", {"name": "Anvil"})
    kept = save(path, changed, seen=digest(DEFAULT), history=history, now=NOON)
    assert path.read_text(encoding="utf-8") == changed
    assert kept.read_text(encoding="utf-8") == DEFAULT
    with pytest.raises(WatchlistChangedError, match=r"watchlist\.toml was changed"):
        save(path, DEFAULT, seen=digest(DEFAULT), history=history, now=NOON)
    assert path.read_text(encoding="utf-8") == changed
    assert len(list(history.iterdir())) == 1
