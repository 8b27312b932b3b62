"""Which outlets are one publisher's: a text on ten sites of one house was taken up once.

The watchlist's own word (`publisher` of an outlet) comes first. Then a short list of well-known
houses, as they were in 2025. Then the registered domain: sub-sites are one publisher's.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from monitor.config import Config
from monitor.urls import site_of

_HOUSES = {
    "Advance Local": "al.com cleveland.com mlive.com masslive.com nj.com oregonlive.com "
    "pennlive.com silive.com syracuse.com",
    "Axel Springer": "bild.de businessinsider.com businessinsider.de politico.com politico.eu "
    "welt.de",
    "BBC": "bbc.com bbc.co.uk",
    "Bonnier News": "di.se dn.se expressen.se",
    "Condé Nast": "arstechnica.com gq.com newyorker.com vanityfair.com vogue.com wired.com",
    "Dow Jones": "barrons.com mansionglobal.com marketwatch.com wsj.com",
    "DPG Media": "ad.nl demorgen.be hln.be nu.nl parool.nl trouw.nl volkskrant.nl",
    "Funke": "abendblatt.de morgenpost.de thueringer-allgemeine.de waz.de",
    "Future": "livescience.com pcgamer.com space.com techradar.com theweek.com tomsguide.com "
    "tomshardware.com",
    "Gannett": "azcentral.com cincinnati.com courier-journal.com democratandchronicle.com "
    "desmoinesregister.com dispatch.com freep.com indystar.com jsonline.com "
    "knoxnews.com lohud.com northjersey.com oklahoman.com palmbeachpost.com tennessean.com "
    "usatoday.com",
    "Hearst Newspapers": "chron.com ctpost.com expressnews.com houstonchronicle.com "
    "sfchronicle.com sfgate.com timesunion.com",
    "Ippen": "fr.de hna.de merkur.de tz.de",
    "Lee Enterprises": "buffalonews.com madison.com omaha.com richmond.com stltoday.com tucson.com "
    "tulsaworld.com",
    "McClatchy": "charlotteobserver.com fresnobee.com kansascity.com miamiherald.com "
    "newsobserver.com sacbee.com star-telegram.com thestate.com",
    "Mediahuis": "independent.ie nieuwsblad.be nrc.nl standaard.be telegraaf.nl",
    "MediaNews Group": "bostonherald.com chicagotribune.com courant.com denverpost.com "
    "eastbaytimes.com mercurynews.com ocregister.com orlandosentinel.com sun-sentinel.com "
    "twincities.com",
    "News Corp Australia": "adelaidenow.com.au couriermail.com.au dailytelegraph.com.au "
    "heraldsun.com.au news.com.au theaustralian.com.au",
    "Nine": "afr.com brisbanetimes.com.au smh.com.au theage.com.au watoday.com.au",
    "Penske Media": "billboard.com deadline.com hollywoodreporter.com rollingstone.com variety.com "
    "wwd.com",
    "Postmedia": "calgaryherald.com edmontonjournal.com financialpost.com montrealgazette.com "
    "nationalpost.com ottawacitizen.com torontosun.com vancouversun.com",
    "Reach": "birminghammail.co.uk chroniclelive.co.uk dailyrecord.co.uk dailystar.co.uk "
    "express.co.uk liverpoolecho.co.uk manchestereveningnews.co.uk mirror.co.uk walesonline.co.uk",
    "Schibsted": "aftenposten.no aftonbladet.se svd.se vg.no",
    "Vocento": "abc.es diariosur.es elcorreo.com ideal.es",
    "Vox Media": "eater.com nymag.com sbnation.com theverge.com vox.com vulture.com",
    "Ziff Davis": "cnet.com ign.com mashable.com pcmag.com zdnet.com",
}
_HOUSE_OF = {site: house for house, sites in _HOUSES.items() for site in sites.split()}


def publishers(
    outlets: Iterable[tuple[str | None, str | None]], config: Config
) -> dict[tuple[str | None, str | None], str]:
    """The publisher of each of `outlets`, given as (name, domain), by its name.

    An outlet of which nothing is known is its own publisher.
    """
    said = _said(config)
    return {(name, domain): _of(name, domain, said) for name, domain in outlets}


def _said(config: Config) -> Mapping[str, str]:
    """What the watchlist says, by an outlet's name in lower case and by its domain."""
    named = [o for o in config.outlet if o.publisher]
    return {key: str(o.publisher) for o in named for key in (o.name.casefold(), o.domain)}


def _of(name: str | None, domain: str | None, said: Mapping[str, str]) -> str:
    known = said.get((name or "").casefold()) or said.get(domain or "")
    if known:
        return known
    site = site_of(f"https://{domain}/") if domain else ""
    return _HOUSE_OF.get(site) or site or name or ""
