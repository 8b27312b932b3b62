"""Closed lists of English words that tell a company from an ordinary word."""

from __future__ import annotations


def _set(text: str) -> frozenset[str]:
    return frozenset(text.split())


def _phrases(text: str) -> frozenset[str]:
    return frozenset(" ".join(phrase.split()) for phrase in text.split("|"))


# What stands beside companies.
LEGAL_FORMS = _set(
    "inc incorporated corp corporation co company ltd limited plc llc ag sa se nv gmbh holdings "
    "group motors motor"
)
BUSINESS_NOUNS = _set(
    """
    account accounts ad ads advertising airline airlines analyst analysts app apps bank banking
    boss brand brands business buyout campus card cards ceo cfo chairman chairwoman chief cloud coo
    customer customers data deal dealer dealers deals device devices director division earnings
    employee employees engineer engineers exec executive executives factories factory financial
    founder founders headquarters insurance investor investors lawsuit logo management manager
    marketplace merger owner owners parent plant plants platform platforms president price prices
    product products profit profits purchase results retail revenue sales server servers service
    services share shareholder shareholders shares shop shopper shoppers shops software spokesman
    spokesperson spokeswoman staff stake stock stocks store stores subscriber subscribers
    subsidiary supplier suppliers takeover team unit user users valuation warehouse warehouses
    website worker workers
    """
)
BUSINESS_VERBS = _set(
    """
    acquired acquires added adds agreed agrees aims announced announces apologised apologises
    apologizes appointed appoints argued argues asked asks bought buys called calls can closes
    closed confirmed confirms could cut cuts debuts declined declines denied denies did does
    earned earns expanded expands expects faces fell fined fires fired gained gains had has hikes
    hired hires introduced introduces is joins jumped jumps launched launches lays loses lost made
    makes may might missed misses named names offered offers opened opens owns paid partnered
    partners pays planned plans posted posts promised promises provides pulls raised raises
    recalls recalled rejected rejects released releases removed removes reported reports reveals
    revealed rises rolled rolls rose said says sees sells settled settles shut shuts slashed slashes
    slips sold spent started starts stops stopped sued sues surges suspended suspends takes teams
    told took tops tumbled tumbles unveiled unveils updated updates used uses wants warned warns was
    will wins won works would
    """
)
OWNED = _set(
    "affiliated backed based branded built exclusive funded led like made owned run themed powered"
)
# What an illness or its spread is called after its name: "Delta cases".
ILLNESS = _set(
    "case cases epidemic infection infections lockdown outbreak pandemic strain strains subvariant "
    "symptoms variant variants virus wave"
)
# What names of places, events and institutions end in: "… Foundation", "… Park", "… variant".
OTHER_HEADS = _set(
    """
    academy airport arena ave avenue award awards band bay beach boulevard bowl bridge castle center
    centre championship championships church city club college council county court cup day district
    expo festival field forest foundation games garden gardens gate hall heights hospital house
    institute island islands kingdom lake league library museum nations offer palace park plaza
    prize race river road school season series show square stadium station street states theater
    theatre tour tower town trail tribe trophy university valley variant variants village war way
    year zone
    """
)
# What stands after a town's name and a comma.
STATES = _phrases(
    """
    Alabama | Alaska | Arizona | Arkansas | California | Colorado | Connecticut | Delaware |
    Florida | Georgia | Hawaii | Idaho | Illinois | Indiana | Iowa | Kansas | Kentucky | Louisiana |
    Maine | Maryland | Massachusetts | Michigan | Minnesota | Mississippi | Missouri | Montana |
    Nebraska | Nevada | New Hampshire | New Jersey | New Mexico | New York | North Carolina |
    North Dakota | Ohio | Oklahoma | Oregon | Pennsylvania | Rhode Island | South Carolina |
    South Dakota | Tennessee | Texas | Utah | Vermont | Virginia | Washington | West Virginia |
    Wisconsin | Wyoming | Alberta | British Columbia | Manitoba | Nova Scotia | Ontario | Quebec |
    Saskatchewan | New South Wales | Queensland | Tasmania | Victoria | England | Scotland | Wales
    """
)
# What an apposition calls something that is no company: "Nike, goddess of victory".
OTHER_BEINGS = _set(
    "actor actress asteroid bishop city composer constellation county deity footballer god goddess "
    "hurricane inventor island king lake moon mountain novelist nymph philosopher physicist planet "
    "player poet princess queen river saint singer star titan town tribe village volcano"
)
DETERMINERS = _set(
    "a an the this that these those any some each every no another his her its my our your their "
    "first second third next last new old own same other best big small main key"
)
# After a noun that stands alone.
FUNCTION_WORDS = _set(
    """
    about across after along also although among and are as at be because been before behind being
    below beneath between beyond but by can could did do does down during except for from had has
    have if in inside into is may might must near not of off on onto or out over past should since
    so than that then there though through till to toward towards under until up upon was were
    when where which while who whom whose will with within without would
    """
)
VERB_LEADS = _set(
    "to will would can could may might should must shall cannot not don't doesn't didn't won't "
    "can't couldn't wouldn't who they we you i he she it never always also"
)
PLACE_PREPOSITIONS = _set(
    "at by from with via on like including than through against versus vs unlike"
)
PEOPLE_WORDS = _set("mr mrs ms dr sir lady lord sen rep gov judge actor actress coach")
COMPLEMENTS = _set("of on for between against upon")

BUSINESS_WORDS = _set(
    """
    acquisition analyst billion brand business ceo chief company consumers corporate customers deal
    earnings employees executive firm industry investors launch launched market million partnership
    plans price products profit quarter quarterly rate retailer retailers revenue sales sector
    service services share shares startup stock stocks store stores technology users workers
    """
)
# Words of an `about` that say nothing about which company is meant.
EMPTY = _set(
    """
    a about also an and any are as at be but by called company companies corp count counts
    corporation etc ever firm for former formerly from giant group has here in inc including into is
    it its known ltd maker makes named news not now of on one only operator or other out over owner
    owns parent part plc product products provider public sense service services since so source
    subsidiary such that the their then they this to under us uk via was were what which who whose
    with within world american british german french chinese indian based brand brands business
    """
)
PLATFORM = _set("app forum messaging messenger network networking platform social")
PUBLICATION = _set("agency broadcaster magazine media newspaper outlet publication publisher wire")
