"""All like this: from one article that somebody corrected to what the watchlist says.

Where a company was taken out, the phrase around its name is offered as an exclusion; where one
was brought in, the words beside its name as what speaks for it. Nothing is saved by that: the
form shows first what it would do.
"""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from monitor.analysis.corrections import phrases_around, words_beside
from monitor.config import Company
from monitor.dashboard import texts, texts_watchlist
from monitor.dashboard.data import ask, config, tagger
from monitor.models import Mention
from monitor.store.corrections import names_of
from monitor.store.queries import ArticleDetail, article


def suggested(company: Company | None) -> dict[str, list[str]]:
    """Field of the form → lines to add, after the article in the address and what was chosen."""
    like = st.query_params.get("like", "")
    if company is None or not (like.isascii() and like.isdigit()):
        return {}
    detail = ask(article, int(like), tz=config().tz)
    if detail is None:
        return {}
    text = detail.text or detail.description
    tags = tagger().tag(
        title=detail.title, text=text, outlet=detail.outlet, url=detail.url,
        language=detail.language,
    )  # fmt: skip
    found = [m for m in tags.mentions if m.company == company.name]
    return (
        _keep_out(detail.title, text, found, company) if found else _bring_in(detail, text, company)
    )


def _keep_out(
    title: str, text: str, found: Sequence[Mention], company: Company
) -> dict[str, list[str]]:
    fields = {"title": title, "text": text}
    phrases = [phrase for m in found for e in m.evidence if e.field in fields and e.end > e.start
               for phrase in phrases_around(fields[e.field], e.start, e.end)]  # fmt: skip
    options = list(dict.fromkeys(phrases))[:12]
    if not options:
        st.caption(texts_watchlist.LIKE_NOTHING)
        return {}
    st.caption(texts_watchlist.LIKE_THIS)
    chosen = st.pills(texts_watchlist.LIKE_PHRASES, options, default=options[0], key="like_phrase",
                      selection_mode="single", format_func=texts.verbatim)  # fmt: skip
    return _taken(company, "exclude", [chosen] if chosen else [])


def _bring_in(detail: ArticleDetail, text: str, company: Company) -> dict[str, list[str]]:
    names = names_of(config())[company.name]
    known = {word.casefold() for word in company.context}
    beside = words_beside(detail.title, text, names)
    options = [word for word in beside if word not in known]
    if not options:
        said = texts_watchlist.LIKE_NO_WORDS if beside else texts_watchlist.LIKE_NO_NAME
        st.caption(said)
        return {}
    st.caption(texts_watchlist.LIKE_MEANT)
    chosen = st.pills(texts_watchlist.LIKE_WORDS, options, key="like_words",
                      selection_mode="multi", format_func=texts.verbatim)  # fmt: skip
    return _taken(company, "context", chosen)


def _taken(company: Company, field: str, chosen: list[str]) -> dict[str, list[str]]:
    """The choice, for a field that takes it anew where it changed."""
    key = f"field_company_{company.name}_{field}"
    if st.session_state.get("like_was") != chosen and key in st.session_state:
        del st.session_state[key]
    st.session_state["like_was"] = chosen
    return {field: chosen}
