"""One form for each address, so that a page met twice is one article.

courlan does the cleaning; what is added here is what an archive needs beyond a
crawler: idempotence, no fragments, no campaign parameters that courlan keeps.
"""

from __future__ import annotations

import re
from functools import lru_cache
from urllib.parse import parse_qsl, urlencode, urljoin, urlsplit, urlunsplit

from courlan import clean_url, extract_domain

# Parameters that say how a reader came, not what the page is.
_CAMPAIGN = re.compile(
    r"^(utm_\w+|at_\w+|ns_\w+|cmp|cmpid|ocid|ito|smid|partner|ref|ref_src|rss|source|src|taid"
    r"|mod|ftag|xtor|guccounter|soc_src|soc_trk|feedtype|feedname|traffic_source)$",
    re.IGNORECASE,
)
_AMP = re.compile(r"(?:amp(?:=(?:1|true)?)?|outputType=amp)$", re.IGNORECASE)
_MAX_URL = 2048  # longer ones are session state or an attack; Media Cloud's cap


def is_web_url(url: str | None) -> bool:
    """Whether `url` is an absolute http(s) URL with a host and of a sane length."""
    if not url or len(url) > _MAX_URL:
        return False
    try:
        parts = urlsplit(url)
        # `port` is read for its check: an impossible one raises only here.
        return (
            parts.scheme.lower() in ("http", "https") and bool(parts.hostname) and parts.port != 0
        )
    except ValueError:
        return False


def canonical_url(url: str) -> str:
    """The one form of `url` that is stored: idempotent, without fragment and campaign parameters.

    Raises ValueError for what is not an absolute http(s) URL.
    """
    if not is_web_url(url):
        raise ValueError(f"not an absolute http(s) URL: {url[:200]!r}")
    parts = urlsplit(clean_url(url) or url)
    query = urlencode(
        sorted(
            (k, v)
            for k, v in parse_qsl(parts.query, keep_blank_values=True)
            if not _CAMPAIGN.match(k)
        )
    )
    host = (parts.hostname or "").rstrip(".").lower()
    if ":" in host:
        host = f"[{host}]"
    default = {"http": 80, "https": 443}[parts.scheme.lower()]
    if parts.port and parts.port != default:
        host = f"{host}:{parts.port}"
    return urlunsplit((parts.scheme.lower(), host, parts.path or "/", query, ""))


def url_key(url: str) -> str:
    """What two addresses of one page share.

    `canonical_url` without scheme, www and last slash, and without what makes it the AMP or the
    mobile variant (``/amp``, ``?amp=1``, ``m.`` and ``amp.`` hosts).
    """
    parts = urlsplit(canonical_url(url))
    host = re.sub(r"^(?:www\.)?(?:(?:amp|m|mobile)\.(?=[^.]+\.\D))?", "", parts.netloc)
    path = re.sub(r"(?:/amp|\.amp(?=\.html$)|\.amp)/?$", "", parts.path.rstrip("/"))
    path = re.sub(r"\.amp(?=\.html?$)", "", path)
    query = "&".join(p for p in parts.query.split("&") if p and not _AMP.match(p))
    return host + path + (f"?{query}" if query else "")


@lru_cache(maxsize=10_000)
def host_of(url: str) -> str:
    """The host of `url`, lowercase and without ``www.``; "" where there is none."""
    try:
        host = (urlsplit(url).hostname or "").lower().rstrip(".")
    except ValueError:
        return ""
    return host.removeprefix("www.")


def site_of(url: str) -> str:
    """The registered domain of `url` (``bbc.co.uk`` of ``news.bbc.co.uk``), or its host."""
    host = host_of(url)
    return (extract_domain(f"https://{host}/", fast=True) or host) if host else ""


def absolute_url(url: str, base: str) -> str:
    """`url` as seen from the page `base`."""
    return urljoin(base, url.strip())
