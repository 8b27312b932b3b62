"""OPML, in which feed readers hand over their lists: http://opml.org/spec2.opml."""

from __future__ import annotations

from dataclasses import dataclass

from lxml import etree

from monitor.config import Config
from monitor.errors import ParseError
from monitor.urls import host_of, is_web_url


@dataclass(frozen=True, slots=True)
class ListedFeed:
    """A feed of an OPML file; `title` is what its list calls it, else its host."""

    url: str
    title: str
    site: str | None = None


def read_opml(data: bytes, *, name: str) -> tuple[list[ListedFeed], list[str]]:
    """The feeds of an OPML file called `name`, each once, and a line for each that is none.

    Folders are flattened. Raises ParseError where there is no OPML.
    """
    parser = etree.XMLParser(
        recover=True, resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False
    )
    try:
        root = etree.fromstring(data, parser)
    except (etree.XMLSyntaxError, ValueError):
        root = None
    if root is None or etree.QName(root).localname.lower() != "opml":
        raise ParseError(f"cannot read {name!r}: expected OPML")
    feeds: dict[str, ListedFeed] = {}
    refused = []
    for outline in root.iter("{*}outline"):
        given = {key.lower(): " ".join(str(value).split()) for key, value in outline.items()}
        url = given.get("xmlurl", "")
        if not url:
            continue  # a folder
        if not is_web_url(url):
            refused.append(f"{url[:200]!r} is not an http(s) address")
            continue
        site = given.get("htmlurl", "")
        title = given.get("title") or given.get("text") or ""
        if not title or is_web_url(title):
            title = host_of(site) or host_of(url)
        feeds.setdefault(url, ListedFeed(url, title, site if is_web_url(site) else None))
    return list(feeds.values()), refused


def write_opml(config: Config) -> bytes:
    """The watchlist's feeds as OPML 2.0, a folder for each outlet."""
    root = etree.Element("opml", version="2.0")
    head = etree.SubElement(root, "head")
    etree.SubElement(head, "title").text = "Media Monitor"
    body = etree.SubElement(root, "body")
    domains = {outlet.name: outlet.domain for outlet in config.outlet}
    folders: dict[str, etree._Element] = {}
    for feed in config.feed:
        folder = folders.get(feed.outlet)
        if folder is None:
            folder = etree.SubElement(body, "outline", text=feed.outlet, title=feed.outlet)
            folders[feed.outlet] = folder
        outline = etree.SubElement(
            folder, "outline", type="rss", text=feed.outlet, title=feed.outlet, xmlUrl=feed.url
        )
        if feed.outlet in domains:
            outline.set("htmlUrl", f"https://{domains[feed.outlet]}/")
    document: bytes = etree.tostring(
        root, xml_declaration=True, encoding="UTF-8", pretty_print=True
    )
    return document
