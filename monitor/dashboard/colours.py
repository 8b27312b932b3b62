"""A company has one colour everywhere, in light and dark.

A company's place in the watchlist gives its colour, so that it depends neither on
filters nor on what was published; the most covered companies stand first there,
and get the colours that are furthest apart. The twelve hues were searched for the
largest smallest distance in OKLab (Ottosson 2020), between each other and to the
grey of the rest, as seen with and without a colour blindness (Machado et al. 2009)
and with enough contrast to both backgrounds: no two are closer than .12, or .07 to
the colour-blind; the eight of Okabe and Ito come to .08 and .01 under the same
contrast. After these the same hues come again, each in its lighter or darker shade.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from monitor.analysis import metrics
from monitor.config import Config

OTHER = metrics.OTHER
OTHER_COLOUR = "#8A8F96"
NEUTRAL = "#3E8FB0"

_HUES = (
    "#245FDB", "#FF8A34", "#31623D", "#BE66CB", "#11BFF0", "#B81D75",
    "#916A0B", "#7638A4", "#EF4B67", "#6F8DFE", "#98BA87", "#D09BC0",
)  # fmt: skip
_SHADES = (
    "#87ACF2", "#C16D34", "#5F916A", "#F2AEFB", "#0580A2", "#FC63AF",
    "#C39A4A", "#9172AD", "#81313C", "#42538A", "#617258", "#835F78",
)  # fmt: skip
PALETTE = _HUES + _SHADES


class Colours(dict[str, str]):
    """Colours by name: a type of its own, so that charts are known by them in little time."""


def company_colours(config: Config, known: Iterable[str] = ()) -> Colours:
    """A colour for every company of the watchlist, then for the others in `known` by name."""
    watched = [company.name for company in config.company]
    rest = sorted(set(known) - set(watched))
    return cycle([*watched, *rest])


def colour_of(name: str, colours: Mapping[str, str]) -> str:
    """The colour of a company, of the rest, or of what has none of its own."""
    return OTHER_COLOUR if name == OTHER else colours.get(name, NEUTRAL)


def cycle(names: Sequence[str]) -> Colours:
    """A colour for each of `names`, by its place."""
    return Colours((name, PALETTE[i % len(PALETTE)]) for i, name in enumerate(names))
