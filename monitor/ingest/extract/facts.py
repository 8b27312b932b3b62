"""What a page says of itself: outlet, address, authors, date; each by the most trusted source.

Sources are JSON-LD, meta and link elements, and marked-up bylines and datelines near the
headline; never those of a list beside the article.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache
from html import unescape
from typing import Any
from urllib.parse import urlsplit

from lxml.etree import XPath
from lxml.html import HtmlElement

from monitor.ingest.extract import dates
from monitor.ingest.extract.dates import Stated
from monitor.ingest.extract.header import header_authors, header_date
from monitor.ingest.extract.lines import Line, lines_of
from monitor.ingest.extract.names import copyright_owner
from monitor.ingest.extract.page import Page
from monitor.ingest.extract.words import one_line
from monitor.urls import absolute_url, canonical_url, is_web_url, site_of

_ARTICLE_TYPES = {
    "article", "newsarticle", "reportagenewsarticle", "analysisnewsarticle", "opinionnewsarticle",
    "reviewnewsarticle", "backgroundnewsarticle", "blogposting", "techarticle", "scholarlyarticle",
    "liveblogposting", "report", "socialmediaposting", "advertisercontentarticle", "review",
    "satiricalarticle", "askpublicnewsarticle", "medicalscholarlyarticle", "posting",
}  # fmt: skip


def _marker(pattern: str) -> Callable[[HtmlElement], bool]:
    """Tells whether `pattern` stands in the classes or the id of an element, in any case."""
    search = re.compile(pattern).search

    @lru_cache(maxsize=20_000)  # a site's pages repeat a few hundred
    def is_in(classes: str | None, own_id: str | None) -> bool:
        marks = f"{classes or ''} {own_id or ''}".lower()
        # The microformats' business card of an author is no card of a list.
        return search(marks.replace("h-card", "").replace("vcard", "")) is not None

    return lambda element: is_in(element.get("class"), element.get("id"))


_is_aside_itself = _marker(
    r"related|sidebar|recommend|trending|popular|teaser|comment|footer|newsletter|promo|latest|more-"
    r"|carousel|widget|nav|menu|card|recirc|updated|modified"
)
_holds_date = _marker(r"date|time|publish|posted|byline|meta")
_holds_byline = _marker(
    r"byline|author|autor|auteur|writer|credit-name|contributor|(?<!\S)by(?!\S)"
)
# Of one class the last part: "article__dek", "post-subtitle".
_STANDFIRST_CLASSES = re.compile(
    r"(?:standfirst|dek|sub-?head(?:line)?|sub-?title|kicker|eyebrow|strapline|vorspann|rubrik"
    r"|dachzeile|chapo)(?!\S)"
)
# By the attributes, of which a page has few: by the elements takes twice as long.
_AUTHORS = XPath("//@rel[.='author']/..|//@itemprop[.='author']/..")
_PUBLISHED = XPath("//@itemprop[.='datePublished']/..")
_SHORTEST_NAME = 4  # characters


def article_node(page: Page) -> dict[str, Any]:
    """The JSON-LD object that describes this page's article; {} where none does."""
    nodes = [n for n in page.linked if _types(n) & _ARTICLE_TYPES]
    if page.url and len(nodes) > 1:
        here = page.url.split("?")[0].rstrip("/")
        for node in nodes:
            if here in (
                name_of(node.get("url")).rstrip("/"),
                name_of(node.get("mainEntityOfPage")).rstrip("/"),
            ):
                return node
    return next((n for n in nodes if n.get("headline") or n.get("datePublished")), {})


def outlet_of(page: Page, node: dict[str, Any]) -> tuple[str | None, list[str]]:
    """The outlet's name, and all names it goes by here (for taking them off titles)."""
    named = [
        *page.meta.get("og:site_name", [])[:1],
        name_of(node.get("publisher")),
        *(name_of(n) for n in page.linked if _types(n) & {"website", "newsmediaorganization"}),
        page.first("application-name", "cre", "publisher", "dc.publisher"),
    ]
    named = [one_line(n) for n in named if n and len(n) <= 80 and not n.startswith("http")]
    named += mastheads(page)
    if not named:
        footer = [words_of(e) for e in page.tree.iter("footer")]
        owner = copyright_owner(line for line in footer if len(line) < 3000)
        named = [owner] if owner else []
    host = site_of(page.url).split(".")[0] if page.url else ""
    handle = page.first("twitter:site").lstrip("@")
    return (named[0] if named else None), [n for n in (*named, host, handle) if n]


def mastheads(page: Page) -> list[str]:
    """The first headings that name the outlet and not an article: they lead to its front page."""
    found = []
    for heading in page.tree.iter("h1"):
        words = words_of(heading)
        for link in heading.iter("a"):
            leads = link.get("href")
            if leads and words and words == words_of(link) and _is_front(leads, page.url):
                found.append(words)
    return found


def _is_front(link: str, url: str | None) -> bool:
    try:
        target = urlsplit(absolute_url(link, url or ""))
    except ValueError:
        return False
    same = not target.hostname or url is None or site_of(target.geturl()) == site_of(url)
    return same and target.path in ("", "/") and not target.query


def addresses(page: Page, node: dict[str, Any]) -> tuple[str | None, str | None]:
    """The page's canonical URL, and the URL at another site that it declares a copy of."""
    links = [e.get("href") or "" for e in page.tree.iter("link")
             if "canonical" in (e.get("rel") or "").lower().split()]  # fmt: skip
    own = canonical_url(page.url) if page.url and is_web_url(page.url) else None
    for link in [*links[:1], page.first("og:url")]:
        try:
            target = canonical_url(absolute_url(link, page.url or ""))
        except ValueError:
            continue
        if own is None or site_of(target) == site_of(own):
            # A canonical link to the front page is a mistake of the template.
            if own is None or target.split("/", 3)[3] or not own.split("/", 3)[3]:
                return target, None
        # One brand under several country domains is one outlet.
        elif link in links and _brand(target) != _brand(own):
            return own, target
    return own, None


def _brand(url: str) -> str:
    return site_of(url).split(".")[0]


def author_values(
    page: Page, node: dict[str, Any], header: Sequence[Line]
) -> list[tuple[list[str], bool]]:
    """Where authors may be named, the most trusted first; True where only persons count."""
    return [
        (_texts(node.get("author")), False),
        ([v for name in ("author", "article:author", "byl", "parsely-author", "sailthru.author",
                         "dc.creator", "dcterms.creator", "cxenseparse:author")
          for v in page.meta.get(name, [])], False),
        ([words_of(e) for e in _AUTHORS(page.tree)[:8] if not is_aside(e)], True),
        (list(_bylines(page.tree)), True),
        (list(header_authors(header)), True),
    ]  # fmt: skip


def _bylines(tree: HtmlElement) -> Iterator[str]:
    found = 0
    for element in tree.iter("a", "span", "div", "p", "address", "li", "h5", "h6", "em", "strong"):
        if not _holds_byline(element) or is_aside(element):
            continue
        words = _first_line(element)
        if _SHORTEST_NAME <= len(words) <= 120:
            yield words
            found += 1
            if found == 4:
                return


def standfirsts(page: Page) -> list[str]:
    """The texts that their class names standfirsts or section names, in page order."""
    found = []
    for element in page.tree.iter("p", "div", "span", "h2", "h3", "h4", "strong"):
        marks = element.get("class")
        if marks and _STANDFIRST_CLASSES.search(marks.lower()) and not is_aside(element):
            found.append(words_of(element))
    return found


def _first_line(element: HtmlElement) -> str:
    """The words of a byline up to a line break, behind which stands the outlet or the place."""
    if element.find(".//br") is None:
        return words_of(element)
    return next((n.text for n in lines_of(element) if len(n.text) >= _SHORTEST_NAME), "")


def stated_dates(
    page: Page, node: dict[str, Any], header: Sequence[Line]
) -> Iterator[Stated | None]:
    """What the publisher states, by source: JSON-LD, meta, time elements, a dateline."""
    yield dates.read_stamp(name_of(node.get("datePublished")) or name_of(node.get("dateCreated")))
    stamp = page.first(
        "article:published_time", "og:published_time", "datepublished", "og:article:published_time",
        "article:published", "parsely-pub-date", "sailthru.date", "pubdate", "publishdate",
        "publish-date", "publication_date", "dc.date.issued", "dcterms.created", "dc.date",
        "dcterms.date", "date", "cxenseparse:recs:publishtime", "article.published", "pub_date",
    )  # fmt: skip
    yield dates.read_stamp(stamp)
    # These three show one statement, which must not agree with itself.
    yield _time_element(page.tree) or header_date(header) or _visible_date(page.tree)


def changed_date(page: Page, node: dict[str, Any]) -> Stated | None:
    """When the page was last changed, as it declares: at most a hint at when it was published."""
    declared = name_of(node.get("dateModified")) or page.first("article:modified_time")
    return dates.read_stamp(declared)


def _time_element(tree: HtmlElement) -> Stated | None:
    for element in tree.iter("time"):
        if is_aside(element):
            continue
        stated = dates.read_stamp(element.get("datetime") or "") or dates.read_dateline(
            words_of(element)
        )
        if stated:
            return stated
    for element in _PUBLISHED(tree)[:3]:
        stated = dates.read_stamp(element.get("datetime") or element.get("content") or "")
        stated = stated or dates.read_dateline(words_of(element))
        if stated:
            return stated
    return None


def _visible_date(tree: HtmlElement) -> Stated | None:
    """The first dateline in an element whose class says that it holds one."""
    for element in tree.iter("span", "div", "p", "li", "dd", "small", "em"):
        if not _holds_date(element):
            continue
        words = words_of(element)
        if 6 <= len(words) <= 150 and not is_aside(element):
            stated = dates.read_dateline(words)
            if stated:
                return stated
    return None


def is_aside(element: HtmlElement) -> bool:
    """Whether an element stands in a list, menu or footer rather than in the article."""
    for step, node in enumerate((element, *element.iterancestors())):
        if node.tag in ("aside", "nav", "footer"):
            return True
        if node.tag in ("article", "main", "body") or step > 8:
            return False
        if _is_aside_itself(node):
            return True
    return False


def words_of(element: HtmlElement) -> str:
    """All text below `element`, on one line."""
    return one_line(" ".join(element.itertext()))


def _types(node: dict[str, Any]) -> set[str]:
    kinds = node.get("@type")
    return {str(k).lower() for k in (kinds if isinstance(kinds, list) else [kinds])}


def _texts(value: Any) -> list[str]:
    """The names in a JSON-LD value: a string, an object with a name, or a list of these."""
    values = value if isinstance(value, list) else [value]
    return [text for text in (name_of(v) for v in values[:20]) if text]


def name_of(value: Any) -> str:
    """A JSON-LD value as a string: itself, or the name of the (first) object; "" for others."""
    if isinstance(value, list):
        value = value[0] if value else ""
    if isinstance(value, dict):
        value = next(
            (value[k] for k in ("name", "@id", "@value") if isinstance(value.get(k), str)), ""
        )
    return one_line(unescape(value)) if isinstance(value, str) else ""
