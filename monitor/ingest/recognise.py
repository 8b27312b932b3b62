"""Pages that are no article although the server says 200: walls, challenges, errors, lists.

Pure: the bytes of a page and what was extracted from it in, a reason in plain words out.
Precision first: an article that is about cookies or captchas is long and stays one, so
every mark counts only where there is hardly any text, or where the text itself is the wall.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from enum import StrEnum
from urllib.parse import urlsplit

from monitor.errors import ParseError
from monitor.ingest.failures import CHALLENGE
from monitor.models import Extracted
from monitor.urls import site_of

_SHORT = 800  # characters of text below which marks of a wall are believed
_TEASER = 1200  # a paywall's free opening is longer than an error message
_LOOKED_AT = 400_000  # bytes of the page in which marks are looked for

_CHALLENGE_MARKS = (
    b"/cdn-cgi/challenge-platform/", b"_cf_chl_opt", b"captcha-delivery.com", b"px-captcha",
    b"_incapsula_resource", b"g-recaptcha", b"h-captcha", b"awswafcookiedomainlist",
    b"ddos-guard", b"cf-turnstile",
)  # fmt: skip
_CHALLENGE_TITLE = re.compile(
    r"just a moment|attention required|are you (?:a )?(?:human|robot)|verify(?:ing)? (?:that )?you"
    r"(?: a|’|')re (?:a )?human|human verification|security check|pardon our interruption"
    r"|access (?:to this page has been )?denied|checking your browser|robot check|please wait\b"
    r"|bot verification|request blocked|einen moment|un instant",
    re.I,
)
_CONSENT_TITLE = re.compile(
    r"before you continue|(?:we value|about|respecting) your privacy|privacy (?:choices|settings)"
    r"|\bcookies?\b.{0,20}\b(?:consent|settings|policy)|\bconsent\b|datenschutz-?einstellungen"
    r"|avant de continuer|antes de continuar|prima di continuare|bevor sie fortfahren",
    re.I,
)
_CONSENT_HOST = re.compile(r"(?:^|\.)(?:consent|guce|cmp|privacy-mgmt)\.|^consent\.")
_CONSENT_PATH = re.compile(r"collectconsent|/consent\b|cookie-?wall", re.I)
_CONSENT_WORDS = re.compile(
    r"\bcookies?\b|\bconsent\b|\bprivacy\b|\bpartners\b|\blegitimate interests?\b|\bvendors\b"
    r"|\bpersonali[sz]ed ads?\b|\bgeolocation data\b|\bdatenschutz\w*|\beinwillig\w+|\bopt.out\b"
    r"|\bconsentement\b|\bconfidentialit\w+|\bprivacidad\b|\bconsentimiento\b|\baccept all\b",
    re.I,
)
_CONSENT_SENTENCES = 0.6  # the share of sentences that speak of nothing else
_MISSING_TITLE = re.compile(
    r"^\W*(?:error\W+)?(?:404|410)\b|^\W*not found\W*$|\bpage (?:doesn[’']t|does not) exist"
    r"|\b(?:page|story|article|content)\b.{0,20}\b(?:not (?:be )?found|no longer available)\b"
    r"|\bseite (?:wurde )?nicht gefunden|page introuvable|p[áa]gina no encontrada"
    r"|pagina non trovata|p[áa]gina n[ãa]o encontrada|pagina niet gevonden",
    re.I,
)
_NOT_FREE = re.compile(rb'"isaccessibleforfree"\s*:\s*"?(?:false|no|0)\b', re.I)
_PAYWALL_WORDS = re.compile(
    r"(?:to|and) (?:continue|keep) reading|already (?:a )?subscrib|this (?:article|story|content)"
    r" is (?:only |reserved )?for (?:our )?(?:paying )?(?:subscribers|members)|sign in to read"
    r"|jetzt weiterlesen mit|r[ée]serv[ée] aux abonn[ée]s|exclusivo para suscriptores",
    re.I,
)
_PAYWALL_NOTICE = re.compile(  # what a page says below its opening, and no newsletter box does
    r"subscribe (?:now )?to (?:continue|keep|finish) reading|to (?:continue|keep) reading,? "
    r"(?:please )?(?:subscribe|sign in|log in)",
    re.I,
)
_NEEDS_SCRIPT = re.compile(
    r"(?:enable|activate|requires?|turn on|activer|aktivieren)\b.{0,40}\bjavascript"
    r"|javascript.{0,40}(?:enable|activat|require|disabled|need)",
    re.I,
)
_TITLE = re.compile(rb"<title[^>]*>(.{0,500}?)</title", re.I | re.S)
_TYPES = re.compile(rb'"@type"\s*:\s*(?:\[\s*)?"([a-z]+)"')  # in a page in small letters
_TAGS = re.compile(r"<(script|style|template|svg)\b.*?</\1\s*>|<[^>]*>", re.I | re.S)


class PageType(StrEnum):
    """What kind of page was read."""

    ARTICLE = "article"
    LIVE = "live blog"
    LIST = "list"
    SEVERAL = "several articles"


class NotAnArticleError(ParseError):
    """A page that holds no article; the message says what it is instead."""


def recognise(
    body: bytes,
    found: Sequence[Extracted],
    *,
    url: str | None = None,
    asked: str | None = None,
) -> str | None:
    """What the page is instead of an article, in plain words; None where it may be one.

    `found` is what was extracted (empty where nothing was), `url` where the page was found
    in the end and `asked` where it was looked for. (A challenge that its headers name never
    comes here: the fetcher takes it for no answer.)
    """
    length = sum(len(item.text) for item in found)
    seen = body[:_LOOKED_AT].lower() if length < _TEASER else b""  # nothing is looked for in others
    title = _title(body) or next((item.title for item in found), "")
    if (
        length < _SHORT
        and (any(m in seen for m in _CHALLENGE_MARKS) or _mere(_CHALLENGE_TITLE, title))
        and _CHALLENGE_TITLE.search(title)
    ):
        return CHALLENGE
    if _is_consent(url, title, found):
        return "a consent wall stands before it"
    if length < _SHORT and _MISSING_TITLE.search(title):
        return "the page does not exist, though the server says it does (soft 404)"
    if asked and url and _deep(asked) and not _deep(url) and site_of(asked) == site_of(url):
        return "its address leads to the front page (soft 404)"
    if length < _TEASER and (
        _NOT_FREE.search(seen)
        or any(_PAYWALL_WORDS.search(item.text) for item in found)
        or _PAYWALL_NOTICE.search(_visible(seen))
    ):
        return "only subscribers can read it (paywall)"
    if length < _SHORT and page_type(body, found, url=url) is PageType.LIST:
        return "its page is a list of articles"
    if not length and _NEEDS_SCRIPT.search(_visible(seen)):
        return "its page is empty without JavaScript"
    return None


def page_type(body: bytes, found: Sequence[Extracted], *, url: str | None = None) -> PageType:
    """What kind of page `body` is, by what it declares and what was found on it."""
    # A pattern for any case is looked for letter by letter, ten times as long.
    types = {t.decode("ascii") for t in _TYPES.findall(body[:_LOOKED_AT].lower())}
    if "liveblogposting" in types:
        return PageType.LIVE
    if len(found) > 1:
        return PageType.SEVERAL
    declared = any(t.endswith(("article", "posting")) for t in types)
    if not declared and (types & {"collectionpage", "searchresultspage"} or not _deep(url or "/x")):
        return PageType.LIST
    return PageType.ARTICLE


def _is_consent(url: str | None, title: str, found: Sequence[Extracted]) -> bool:
    parts = urlsplit(url or "")
    if _CONSENT_HOST.search(parts.hostname or "") or _CONSENT_PATH.search(parts.path):
        return True
    text = "\n".join(item.text for item in found)
    if len(text) < _SHORT and _CONSENT_TITLE.search(title) and _CONSENT_WORDS.search(text or title):
        return True
    if len(text) >= 4 * _SHORT or len(_CONSENT_WORDS.findall(text)) < 3:
        return False
    sentences = [s for s in re.split(r"(?<=[.!?])\s+|\n+", text) if s.strip()]
    about = sum(bool(_CONSENT_WORDS.search(s)) for s in sentences)
    return about >= _CONSENT_SENTENCES * len(sentences)


def _mere(pattern: re.Pattern[str], title: str) -> bool:
    """Whether the title says hardly more than `pattern`."""
    match = pattern.search(title)
    return match is not None and len(match[0]) * 2 >= len(title.strip())


def _title(body: bytes) -> str:
    match = _TITLE.search(body[:_LOOKED_AT])
    return " ".join(match[1].decode("utf-8", "replace").split()) if match else ""


def _visible(page: bytes) -> str:
    return _TAGS.sub(" ", page.decode("utf-8", "replace"))


def _deep(url: str) -> bool:
    """Whether `url` leads past a site's front page."""
    parts = urlsplit(url)
    return bool(parts.path.strip("/")) or bool(parts.query)
