"""A digest in words: the English of mail, text, PDF and preview, in one place."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from zoneinfo import ZoneInfo

from monitor import __version__
from monitor.columns import Report
from monitor.filters import Filters
from monitor.links import digest_link, opened_link, page_link
from monitor.reports import digest_sheet as sheet
from monitor.reports.asked import filters_in_words
from monitor.reports.digest_parts import (
    CompanyLine,
    Digest,
    Figure,
    GapLine,
    HeadlineChange,
    NotableOutlet,
    StoryLine,
)
from monitor.reports.digest_sheet import Entry, Note, Section, Sheet, Table
from monitor.reports.digest_stories import days_in
from monitor.reports.plain import plain
from monitor.reports.words import are_usual, plural
from monitor.store.queries import Unusual
from monitor.urls import is_web_url

_KINDS = {1: "Daily digest", 7: "Weekly digest"}  # by the days that they are of
_BEFORE = {1: "the day before", 7: "the week before"}
_NAMES, _ALSO = 4, 3  # companies of a story, and stories of the same matter, that are named
_GONE = 8  # companies that are not mentioned any more
_LONGEST = 300  # characters of a headline
_REASONS = {
    "failing": "no feed of theirs answered",
    "empty": "their feeds answered without a single entry",
}
_CLOSING = (
    "Counted are articles dated in this period; those without a date are in no period, and what is "
    "found later is told apart, in the next digest. Copies of a text are folded into their story, "
    "and stories that their words show to be of one matter into one entry (“Also”). Usual is the "
    "middle of the same days in the eight weeks before."
)


def in_words(digest: Digest, *, base: str) -> Sheet:
    """`digest` as a Sheet; links lead to the dashboard at `base`, and are left out without one."""
    words = _Words(digest, base)
    link = words.page("stories", digest.filters)
    when = _named_days(digest.span.since, digest.span.until)
    name = _short(digest.name)
    lead = _lead(digest)
    kind = _KINDS.get(digest.span.days, f"Digest of {digest.span.days} days")
    first = digest.unusual[0].unusual[0].company if digest.unusual else ""
    said = f"{plain(first)} far more than usual" if first else _counted(digest)
    return Sheet(
        subject=f"{name}, {when}: {said}", preheader=lead,
        kicker=f"{kind} · {when}", title=name, lead=lead,
        figures=tuple(_figure(digest, kind) for kind in ("mentions", "stories", "outlets")),
        sections=tuple(s for s in words.sections() if s.entries or s.table or s.lines or s.more),
        footer=tuple(_footer(digest, base, link)), closing=_CLOSING, link=link,
    )  # fmt: skip


class _Words:
    """The parts of one digest."""

    def __init__(self, digest: Digest, base: str) -> None:
        self._digest, self._base = digest, base
        self._tz = ZoneInfo(digest.timezone)
        told = enumerate(digest.told, start=1)
        self._numbers = {story_id: n for n, line in told for story_id in line.story_ids}

    def page(self, report: Report, filters: Filters) -> str:
        """The dashboard's page of what a report is of; blank where there is none to link to."""
        link = page_link(self._base, report, filters) if self._base else ""
        return link if is_web_url(link) else ""

    def sections(self) -> Iterator[Section]:
        """All parts in order, empty ones too."""
        d = self._digest
        yield Section("Unusual", tuple(map(self._story, d.unusual)))
        top = tuple(map(self._story, d.top))
        yield Section(
            "Top stories", top, more=self._more_stories() if top or d.unusual else None,
            lines=() if top or d.unusual else ("Nothing was found in this period.",),
        )  # fmt: skip
        yield Section(
            "Since midnight", tuple(map(self._story, d.fresh)),
            note=f"Until {d.now:%H:%M}; the figures above are without it.",
        )  # fmt: skip
        yield self._late()
        yield self._companies()
        yield Section(
            "Headlines changed", tuple(map(self._change, d.changes)),
            more=Note(f"and {d.more_changes:,} more") if d.more_changes else None,
        )  # fmt: skip
        yield Section("Notable outlets", tuple(map(self._outlet, d.notable)))
        yield Section("Gaps in collection", lines=tuple(map(_gap, d.gaps)))

    def _story(self, line: StoryLine) -> Entry:
        first = plain(line.first_outlet)
        at = self._moment(line.first_at)
        when = f"{first}, {at.partition(', ')[0] if line.first_day_only else at}"
        others = [plain(name) for name in line.carried_by]
        meta = [f"First {when}; then {_listed(others)}" if others else when]
        counts = []
        if line.articles > 1 or line.outlets > 1:
            counts = [plural(line.articles, "article"), plural(line.outlets, "outlet")]
        counts += [f"{line.copies} carry the same text"] if line.copies > 1 else []
        counts += [f"{line.fresh} more since midnight"] if line.fresh else []
        meta += [" · ".join(counts)] if counts else []
        also = [
            Note("Also: ", f"{_short(other.title)} ({plural(other.outlets, 'outlet')})",
                 self._story_page(other.story_id))
            for other in line.also[:_ALSO]
        ]  # fmt: skip
        if (rest := len(line.also) - _ALSO) > 0:
            also.append(Note(f"Also: {plural(rest, 'more story', 'more stories')}"))
        return Entry(
            _short(line.title), self._story_page(line.story_id),
            number=self._numbers[line.story_id], why=tuple(map(_spike, line.unusual)),
            meta=tuple(meta), names=_some(map(plain, line.companies)), notes=tuple(also),
        )  # fmt: skip

    def _more_stories(self) -> Note | None:
        more = self._digest.more
        link = self.page("stories", self._digest.filters)
        return Note("", f"and {plural(more, 'more story', 'more stories')}", link) if more else None

    def _late(self) -> Section:
        late = self._digest.late
        counted = [plural(late.more, "more story", "more stories")] if late.more else []
        if late.joined:
            counted.append(f"{plural(late.joined, 'article')} of stories that were known before")
        rest = f"{'and ' if late.lines else ''}{', '.join(counted)}"
        link = self.page("articles", late.filters)
        days = _named_days(*days_in(late.filters))
        return Section(
            "Found since, from earlier days", tuple(map(self._story, late.lines)),
            note=f"Of {days}, and found only after the digest of then: in none of the figures.",
            more=Note("", rest, link) if counted else None,
        )  # fmt: skip

    def _companies(self) -> Section:
        d = self._digest
        most = max((c.mentions for c in d.companies), default=0) or 1
        rows = tuple(_company(c) for c in d.companies)
        table = Table(
            ("Company", "Mentions", _before(d), "Change", "Stories", "Share of voice"), rows,
            tuple(c.mentions / most for c in d.companies),
        )  # fmt: skip
        more = f"and {plural(d.more_companies, 'more company', 'more companies')}"
        gone = _listed([f"{plain(c.company)} ({c.before:,})" for c in d.gone], most=_GONE)
        return Section(
            "Companies", table=table if rows else None,
            more=Note(more) if d.more_companies else None,
            lines=(f"Mentioned {_when_before(d)} and not now: {gone}.",) if d.gone else (),
        )  # fmt: skip

    def _change(self, line: HeadlineChange) -> Entry:
        meta = f"{plain(line.outlet)}, {self._moment(line.seen_at)}"
        number = self._numbers.get(line.story_id or 0)
        meta += f" · of story {number} above" if number else ""
        more = f"{plural(line.others, 'more change', 'more changes')} in this story"
        return Entry(
            _short(line.after), self._article_page(line.article_id),
            meta=(meta, *([more] if line.others else [])),
            notes=(Note(f"Before: {_short(line.before)}"),),
        )  # fmt: skip

    def _outlet(self, line: NotableOutlet) -> Entry:
        said = [f"Tier {line.tier}"] if line.tier else []
        said += [plural(line.articles, "article")] if line.articles else []
        if line.first_about:
            said.append(f"for the first time about {_listed([*map(plain, line.first_about)])}")
        notes = []
        if line.title:
            notes.append(Note("", _short(line.title), self._article_page(line.article_id)))
        if line.told:
            numbers = _listed([str(n) for n in line.told])
            stories = "story" if len(line.told) == 1 else "stories"
            notes.append(Note(f"In {stories} {numbers} above"))
        return Entry(plain(line.outlet), meta=(" · ".join(said),), notes=tuple(notes))

    def _story_page(self, story_id: int) -> str:
        return self.page("stories", Filters(story=story_id))

    def _article_page(self, article_id: int | None) -> str:
        link = "" if article_id is None else opened_link(self._base, "article", article_id)
        return link if is_web_url(link) else ""

    def _moment(self, at: datetime | None) -> str:
        """``Wed 1 Apr, 15:54`` in the team's zone."""
        if at is None:
            return "no date"
        local = at.astimezone(self._tz)
        year = "" if local.year == self._digest.span.until.year else f" {local.year}"
        return f"{local:%a} {local.day} {local:%b}{year}, {local:%H:%M}"


def _named_days(since: date, until: date) -> str:
    """``Wednesday 23 April 2025``, ``Friday 18 to Sunday 20 April 2025``, ``14–20 April 2025``."""
    end = f"{until.day} {until:%B} {until.year}"
    if since == until:
        return f"{until:%A} {end}"
    begin = f"{since.day}"
    if (since.year, since.month) != (until.year, until.month):
        begin += f" {since:%B}{'' if since.year == until.year else f' {since.year}'}"
    if (
        until - since
    ).days + 1 not in _BEFORE:  # of a few days, which they are tells more than how many
        return f"{since:%A} {begin} to {until:%A} {end}"
    return f"{begin}–{end}" if begin.isdigit() else f"{begin} – {end}"


def _before(digest: Digest) -> str:
    """``Day before``, ``3 days before``."""
    known = _BEFORE.get(digest.span.days, f"the {digest.span.days} days before")
    return known.removeprefix("the ").capitalize()


def _when_before(digest: Digest) -> str:
    """``the day before``, ``in the 3 days before``."""
    return _BEFORE.get(digest.span.days, f"in the {digest.span.days} days before")


def _counted(digest: Digest) -> str:
    stories = plural(digest.stories.now, "story", "stories")
    if _of_topics(digest.filters):
        return stories
    return f"{plural(digest.mentions.now, 'mention')} in {stories}"


def _of_topics(filters: Filters) -> bool:
    """Whether what is looked at is not companies, so that their mentions do not tell how much."""
    return bool(filters.topics or filters.query) and not filters.companies


def _lead(digest: Digest) -> str:
    """What happened, in a sentence or two."""
    said = []
    companies = list(dict.fromkeys(
        plain(spike.company) for line in digest.unusual for spike in line.unusual
    ))  # fmt: skip
    if companies:
        verb = "was" if len(companies) == 1 else "were"
        said.append(f"{_listed(companies)} {verb} in the news far more than usual.")
    if _of_topics(digest.filters):
        figure, one, many = digest.stories, "story", "stories"
    else:
        figure, one, many = digest.mentions, "mention", "mentions"
    change = figure.now - figure.before
    than = f"{abs(change):,} {'more' if change > 0 else 'fewer'} than {_when_before(digest)}"
    if not change:
        on = "on " if digest.span.days in _BEFORE else ""
        than = f"as {'many as ' if figure.now else on}{_when_before(digest)}"
    counted = plural(figure.now, one, many) if figure.now else f"No {one}"
    said.append(f"{counted}, {than}{_usual_for(digest, figure)}.")
    return " ".join(said)


def _usual_for(digest: Digest, figure: Figure) -> str:
    if figure.usual is None:
        return ""
    usual = _count(figure.usual)
    of = f"{digest.span.since:%A} to {digest.span.until:%A}"
    of = {1: f"a {digest.span.until:%A}", 7: "a week"}.get(digest.span.days, of)
    return f"; {usual} {'is' if usual == '1' else 'are'} usual for {of}"


def _figure(digest: Digest, kind: str) -> sheet.Figure:
    figure: Figure = getattr(digest, kind)
    colon = "" if digest.span.days in _BEFORE else ":"
    notes = [f"{_before(digest)}{colon} {figure.before:,}"]
    notes += [f"Usual {_count(figure.usual)}"] if figure.usual is not None else []
    return sheet.Figure(kind.capitalize(), f"{figure.now:,}", tuple(notes))


def _count(value: float) -> str:
    """A middle in whole numbers, halves rounded up."""
    return f"{int(value + 0.5):,}"


def _spike(spike: Unusual) -> str:
    day = f"{spike.day:%a} {spike.day.day} {spike.day:%b}"
    told = are_usual(spike.expected)
    return f"{plain(spike.company)}: {plural(spike.count, 'report')} on {day}, {told} usual"


def _company(line: CompanyLine) -> tuple[str, ...]:
    change = line.mentions - line.before
    sign = "+" if change > 0 else "−" if change < 0 else "±"
    share = f"{line.share:.0%}" if line.share == line.share else ""
    return (plain(line.company), f"{line.mentions:,}", f"{line.before:,}", f"{sign}{abs(change):,}",
            f"{line.stories:,}", share)  # fmt: skip


def _gap(line: GapLine) -> str:
    days = _listed([f"{day:%a} {day.day} {day:%b}" for day in line.days])
    if line.reason == "not running":
        return f"{days}: nothing was collected; the ingest job did not run."
    outlets = _listed([plain(name) for name in line.outlets], most=6)
    return f"{days}: {outlets} could not be heard; {_REASONS[line.reason]}."


def _footer(digest: Digest, base: str, link: str) -> Iterator[Note]:
    made = f"{digest.now:%Y-%m-%d %H:%M} ({digest.timezone})"
    yield Note(f"Asked by: {plain(digest.asked)}")
    yield Note(f"Made: {made}")
    yield Note(f"Period: {_days(digest.span.since, digest.span.until)}")
    usual = dict(filters_in_words(Filters(undated=False)))
    for label, value in filters_in_words(digest.filters):
        if label not in ("From", "To") and usual.get(label) != value:
            yield Note(f"{label}: {plain(value)}")
    yield Note(f"Watchlist: version {digest.watchlist}")
    yield Note(f"Archive: generation {digest.generation}")
    yield Note(f"Program: Media Monitor {__version__}")
    again = digest_link(base, digest.filters, days=digest.span.days, day=digest.now.date())
    if is_web_url(again):
        yield Note("", "This digest in the dashboard", again)
    if link:
        yield Note("", "Its stories in the dashboard", link)


def _days(since: date, until: date) -> str:
    return f"{since}" if since == until else f"{since} to {until}"


def _listed(names: Sequence[str], *, most: int = 5) -> str:
    """``A, B and C``; ``A, B, C, D, E and 3 more``."""
    shown = list(names[:most])
    if len(names) > most:
        return f"{', '.join(shown)} and {len(names) - most} more"
    return f"{', '.join(shown[:-1])} and {shown[-1]}" if len(shown) > 1 else "".join(shown)


def _some(names: Iterable[str]) -> tuple[str, ...]:
    every = list(names)
    rest = len(every) - _NAMES
    return (*every[:_NAMES], *([f"+{rest}"] if rest > 0 else []))


def _short(title: str) -> str:
    """A headline on one line, and no longer than one can be."""
    said = plain(title) or "Without a headline"
    return said if len(said) <= _LONGEST else f"{said[: _LONGEST - 1]}…"
