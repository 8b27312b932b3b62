"""Outlets of one house are one publisher's: by the watchlist, by what is known, by domain."""

from __future__ import annotations

from monitor.analysis.publishers import publishers
from monitor.config import parse_config

CONFIG = parse_config("""
[[outlet]]
name = "Valley Signal"
domain = "valley.example"
publisher = "Signal House"
[[outlet]]
name = "Hill Signal"
domain = "hill.example"
publisher = "Signal House"
[[outlet]]
name = "The Mirror"
domain = "mirror.co.uk"
publisher = "Itself"
[[outlet]]
name = "Northline"
domain = "northline.example"
""")


def test_who_is_one_publisher() -> None:
    outlets = {
        ("Valley Signal", "valley.example"): "Signal House",
        ("HILL SIGNAL", None): "Signal House",
        (None, "hill.example"): "Signal House",
        ("The Mirror", "mirror.co.uk"): "Itself",
        ("Daily Express", "express.co.uk"): "Reach",
        ("Manchester Evening News", "www.manchestereveningnews.co.uk"): "Reach",
        ("Northline", "northline.example"): "northline.example",
        ("Northline Sport", "sport.northline.example"): "northline.example",
        ("Nobody Knows", None): "Nobody Knows",
        (None, None): "",
    }
    assert publishers(outlets, CONFIG) == outlets


def test_no_site_has_two_houses() -> None:
    from monitor.analysis.publishers import _HOUSES

    sites = [site for listed in _HOUSES.values() for site in listed.split()]
    assert len(sites) == len(set(sites)) > 100
