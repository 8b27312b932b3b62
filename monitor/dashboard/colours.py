"""A company has one colour everywhere, in light and dark.

Eight hues that stay apart for every kind of colour blindness (after Okabe and
Ito, "Color Universal Design", 2008; the yellow is darkened to be seen on white),
then the same in a darker and a lighter shade. A company's place in the watchlist
gives its colour, so it depends neither on filters nor on what was published.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from monitor.config import Config

OTHER = "Other"
OTHER_COLOUR = "#8A8F96"
NEUTRAL = "#3E8FB0"

_HUES = ("#0F7FBF", "#E08E0B", "#0C9A72", "#C86BA0", "#D0570F", "#55B1E3", "#B5A21A", "#7B6BC4")
_DARKER = ("#0A6699", "#A66A08", "#087A5A", "#9B4C79", "#A3440D", "#2F80AC", "#857714", "#6254AE")
_LIGHTER = ("#5FB0E0", "#F0B85C", "#55C2A2", "#E0A0C6", "#EA915C", "#93CFF0", "#D6C65A", "#A99DE0")
PALETTE = _HUES + _DARKER + _LIGHTER


def company_colours(config: Config, known: Iterable[str] = ()) -> dict[str, str]:
    """A colour for every company of the watchlist, then for the others in `known` by name."""
    watched = [company.name for company in config.company]
    rest = sorted(set(known) - set(watched))
    return _cycle([*watched, *rest])


def colour_of(name: str, colours: Mapping[str, str]) -> str:
    """The colour of a company, of the rest, or of what has none of its own."""
    return OTHER_COLOUR if name == OTHER else colours.get(name, NEUTRAL)


def _cycle(names: Sequence[str]) -> dict[str, str]:
    return {name: PALETTE[i % len(PALETTE)] for i, name in enumerate(names)}
