"""A digest as a message: what `digest` prints, the schedule sends and the dashboard previews."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING

from monitor.filters import Filters
from monitor.models import Message
from monitor.reports.digest_facts import make_digest
from monitor.reports.digest_html import as_html
from monitor.reports.digest_pdf import as_pdf
from monitor.reports.digest_sheet import Sheet
from monitor.reports.digest_span import Span
from monitor.reports.digest_text import as_text
from monitor.reports.digest_words import in_words

if TYPE_CHECKING:
    from monitor.config import Config
    from monitor.store.reader import Reader


def digest_sheet(
    reader: Reader,
    config: Config,
    *,
    name: str,
    filters: Filters,
    span: Span,
    base: str,
    asked: str,
    found: Sequence[int] | None = None,
) -> Sheet:
    """What a digest of `filters` says, called `name` and made for `asked`.

    It tells of the days of `span`; days in `filters` count for nothing. `base` is the dashboard's
    address; without one there are no links. `found` are the revisions that `filters.query`
    matches: ValueError where it has one and they are not given.
    """
    digest = make_digest(
        reader, config, name=name, filters=filters, span=span, asked=asked, found=found
    )
    return in_words(digest, base=base)


def digest_message(sheet: Sheet, day: date, *, pdf: bool = False) -> Message:
    """`sheet` as mail: text and HTML of equal content, and with `pdf` as a file of `day`."""
    files = ((file_name(sheet, day, "pdf"), as_pdf(sheet)),) if pdf else ()
    return Message(sheet.subject, as_text(sheet), as_html(sheet), sheet.link, files)


def file_name(sheet: Sheet, day: date, suffix: str) -> str:
    """``digest_Morning_2025-04-24.pdf``: letters and digits of its title, never a path."""
    said = "".join(c if c.isalnum() else "-" for c in sheet.title[:40]).strip("-")
    return f"digest_{said or 'digest'}_{day}.{suffix}"
