"""Words of industries: an `about` says "carmaker", an article "SUV", and both speak of cars.

A small closed list, by hand: it stands in for what a language model would know of two words being
of one field. A word may belong to several. Sport, health, weather and arts are here too, as what
tells that a name is no company at all ("Delta", the variant; "Sprint", the race).
"""

from __future__ import annotations

from collections.abc import Set

_WORDS = {
    "cars": """
        auto automaker automobile automotive battery car carmaker crash dealership diesel driver
        driving electric engine ev garage hatchback horsepower hybrid mileage motor pickup
        recall road sedan suv torque truck van vehicle
    """,
    "aviation": """
        air aircraft airline airplane airport airway aviation boarding cabin flight fly jet
        passenger pilot plane route runway traveler traveller
    """,
    "computing": """
        algorithm analytics api app browser chip cloud code computer computing cpu cybersecurity
        data database desktop developer device display gadget gpu hardware headset ios ipad
        iphone ipod java laptop linux mac macbook pc processor programming saas server software
        tablet tech technology windows
    """,
    "phones": """
        5g broadband carrier handset iphone mobile network phone prepaid roaming smartphone
        spectrum telecom telecommunication wireless
    """,
    "artificial intelligence": """
        ai algorithm chatbot gpt intelligence language learning llm machine model neural prompt
        robot training
    """,
    "internet": """
        account advertiser app blog browser creator facebook feed follower instagram internet
        messaging metaverse moderation online platform post search social streaming tiktok tweet
        twitter user video viral website whatsapp youtube
    """,
    "shops": """
        bargain checkout deal discount ecommerce grocery mall merchandise price prime purchase
        retail retailer sale sell shelf shop shopper shopping store supermarket warehouse
    """,
    "fashion": """
        apparel clothes clothing collection designer dress fashion footwear jeans luxury shoe
        sneaker sportswear wear
    """,
    "finance": """
        account bank banking bond borrower card cash cashback credit crypto currency debit
        deposit fintech fund insurance insurer interest investor lender lending loan merchant
        mortgage pay payment refinance savings transaction wallet
    """,
    "energy": """
        crude diesel drilling electricity energy fuel gas gasoline oil petrol pipeline power
        refinery renewable solar wind
    """,
    "medicine": """
        biotech clinical dose drug fda pharma pharmaceutical therapy treatment trial vaccine
    """,
    "food": """
        beverage burger chain cheese chicken coffee cook dairy drink eat food grocery ingredient
        meal menu organic pizza recipe restaurant snack
    """,
    "household": """
        baby beauty care cosmetic cream deodorant detergent hair household shampoo skin skincare
        soap wash
    """,
    "press": """
        broadcaster editor journalist magazine media news newspaper press publication publisher
        reporter tabloid
    """,
    "entertainment": """
        actor album animation box cinema comedy concert drama episode film franchise movie music
        sequel series show singer song soundtrack studio television theater theatre trailer tv
    """,
    "dating": """
        bumble dating relationship romance romantic swipe tinder
    """,
    "homes": """
        agent apartment bedroom broker brokerage building buyer estate home house housing
        landlord listing property realtor rent rental tenant
    """,
    "consulting": """
        advisory analyst audit consultancy consulting forecast research survey
    """,
    "space": """
        astronaut launch lunar mars moon nasa orbit orbital planet rocket satellite solar space
        spacecraft telescope
    """,
    "industry": """
        cement chemical conglomerate construction factory machinery manufacturer manufacturing
        mining plant steel
    """,
    "sport": """
        athlete ball baseball basketball batting bowl bowler boxing celtics championship coach
        cricket cup fan fight final finals football footballer formula game goal golf grand
        hockey injury inning innings ipl knockout laker lap league medal midfielder nba nfl nhl
        olympic opponent penalty pitch player playoff premier prix quarterback race racing
        referee rugby score season soccer squad stadium striker team tennis test title
        tournament ufc victory wicket win winger world
    """,
    "health": """
        cancer case coronavirus covid disease doctor hospital infection omicron outbreak
        pandemic patient reinfection strain subvariant surge symptom variant virus
    """,
    "weather": """
        climate cloud cold degree flood forecast heat heatwave hurricane rain snow storm summer
        temperature warm weather wind winter
    """,
    "games": """
        console esports game gameplay gamer gaming multiplayer nintendo player playstation
        puzzle quest steam wordle xbox
    """,
    "stars": """
        astrology horoscope sign zodiac
    """,
    "politics": """
        biden congress court democrat election government governor house law lawmaker minister
        parliament party police president protest putin republican senate senator troop trump
        ukraine vote voter war
    """,
}
INDUSTRIES = {name: frozenset(words.split()) for name, words in _WORDS.items()}


def industries_of(about: Set[str]) -> frozenset[str]:
    """The industries that the words of an `about` (singular, folded) belong to."""
    return frozenset(name for name, words in INDUSTRIES.items() if about & words)


# Fields in which a capital is seldom a company's.
NO_BUSINESS = frozenset({"sport", "health", "weather", "stars"})


def words_of(industries: Set[str]) -> frozenset[str]:
    """All words of `industries`."""
    return frozenset().union(*(INDUSTRIES[name] for name in industries))
