"""Sentences with names that are ordinary words, each with the name and one `about` given only.

What a reader tells at a glance: the company, or the word, a place, a person, a longer name. None of
the sentences is from the labelled items.
"""

from __future__ import annotations

import pytest

from monitor.analysis.tagging import Tagger
from monitor.config import Company, Config

ABOUT = {
    "Shell": "Shell plc, the British oil and gas company",
    "Snap": "Snap Inc., the maker of Snapchat",
    "Block": "Block, Inc., the payments company formerly called Square",
    "Boots": "Boots, the British pharmacy chain",
    "Orange": "Orange, the French telecoms operator",
    "Chase": "Chase, the American consumer bank of JPMorgan Chase",
    "Sage": "Sage Group, the British accounting software company",
    "Monday": "monday.com, the work management software company",
    "Zoom": "Zoom Video Communications, the video conferencing company",
    "Slack": "Slack, the workplace messaging app of Salesforce",
    "Subway": "Subway, the sandwich restaurant chain",
    "Dove": "Dove, the soap and personal care brand of Unilever",
    "Puma": "Puma, the German sportswear maker",
    "Caterpillar": "Caterpillar Inc., the maker of construction machinery",
    "Corona": "Corona, the Mexican beer brand of Constellation Brands",
    "Gap": "Gap Inc., the American clothing retailer",
    "Delta": "Delta Air Lines, the American airline",
    "Ford": "Ford Motor Company, the American carmaker",
    "Virgin": "Virgin Group, the British airline and media conglomerate",
    "Progressive": "Progressive, the American car insurance company",
    "Spirit": "Spirit Airlines, the American low-cost airline",
    "Signal": "Signal, the encrypted messaging app",
    "Stripe": "Stripe, the online payments company",
    "Arm": "Arm Holdings, the British chip designer",
    "Unity": "Unity Software, the video game engine maker",
    "Root": "Root, Inc., the American car insurer",
    "Match": "Match Group, the owner of dating apps such as Tinder",
    "Carnival": "Carnival Corporation, the cruise line operator",
    "Kellogg": "Kellogg, the maker of breakfast cereal",
    "Robinhood": "Robinhood Markets, the stock trading app",
    "Diageo": "Diageo, the British drinks company",
    "Mars": "Mars, Incorporated, the maker of chocolate bars and pet food",
    "Tide": "Tide, the laundry detergent brand of Procter & Gamble",
    "Pandora": "Pandora, the Danish jewellery maker",
    "Galaxy": "Galaxy Digital, the cryptocurrency investment firm",
    "Lush": "Lush, the British cosmetics retailer",
    "Fox": "Fox Corporation, the American broadcaster",
    "Ally": "Ally Financial, the American online bank",
    "Compass": "Compass Group, the British catering company",
    "Three": "Three, the British mobile network operator",
}

MEANT = [
    ("Shell", "Shell to cut 1,500 jobs as oil price falls", ""),
    ("Shell", "Profits at Shell double on higher gas prices", ""),
    ("Shell", "", "BP, Shell and TotalEnergies all reported lower profit this quarter."),
    ("Snap", "Snap shares plunge 25% after it warns on ad revenue", ""),
    ("Snap", "", "Snap said on Thursday that daily users of Snapchat rose to 400 million."),
    ("Snap", "Meta, Snap and Pinterest fall as advertisers cut budgets", ""),
    ("Block", "Block posts a profit as Cash App grows", "The payments company raised its outlook."),
    ("Boots", "Boots to close 300 stores", "The pharmacy chain said sales had risen."),
    ("Boots", "", "Shoppers at Boots will be able to get a flu jab from Monday."),
    ("Orange", "Orange raises its outlook after strong sales in Africa", ""),
    ("Orange", "", "Orange, the French operator, will switch off its 2G network in 2026."),
    ("Orange", "", "Vodafone and Orange agreed to share mobile towers in Spain."),
    ("Chase", "Chase adds a fee to its Sapphire credit card", ""),
    ("Chase", "", "Customers of Chase could not log in to the bank's app on Tuesday."),
    ("Sage", "Sage shares jump on software sales", ""),
    ("Sage", "", "Accounting software provider Sage said annual revenue rose 9%."),
    ("Zoom", "Zoom revenue beats estimates as more companies buy its software", ""),
    ("Zoom", "", "Zoom has laid off 1,300 people, its chief executive said."),
    ("Slack", "Salesforce-owned Slack raises prices", ""),
    ("Slack", "", "Slack said the outage that kept users from sending messages was over."),
    ("Subway", "Subway bought by Roark Capital for $9.6bn", "The sandwich chain is large."),
    ("Subway", "", "Subway is testing a new sandwich menu at its restaurants."),
    ("Dove", "", "Unilever's Dove launched an advertising campaign for its soap."),
    ("Puma", "Puma cuts forecast, shares slump", ""),
    ("Puma", "", "Adidas, Nike and Puma make most of their shoes in Asia."),
    ("Caterpillar", "Caterpillar beats profit estimates on demand for machinery", ""),
    ("Caterpillar", "", "Shares of Caterpillar fell 3% after the construction firm's warning."),
    ("Corona", "", "Sales of Corona helped the brewer Constellation Brands to a record profit."),
    ("Gap", "Gap names Mattel executive as its CEO", ""),
    ("Gap", "", "Clothing retailers such as Gap and H&M have too much stock."),
    ("Delta", "Delta cancels 300 flights after outage", ""),
    ("Delta", "", "United, Delta and American Airlines waived change fees for passengers."),
    ("Ford", "Ford recalls 870,000 F-150 pickup trucks", ""),
    ("Ford", "", "GM and Ford said they would pause production at plants in Michigan."),
    ("Virgin", "Virgin to fly to Seoul from Heathrow", "The airline sells tickets from today."),
    ("Progressive", "", "Insurers Progressive and Allstate raised car insurance rates by a tenth."),
    ("Spirit", "JetBlue and Spirit call off merger", "The low-cost airline had sought a buyer."),
    ("Signal", "Officials used Signal to share war plans", "The messaging app is encrypted."),
    ("Stripe", "Stripe valued at $65bn in share sale", "The payments company was founded in 2010."),
    ("Arm", "Arm shares soar on first day of trading", "SoftBank owns 90% of the chip designer."),
    ("Unity", "Unity scraps fee that angered game developers", ""),
    ("Match", "Match to lay off 13% of staff", "The owner of Tinder named a new chief executive."),
    ("Carnival", "Carnival raises forecast on cruise bookings", ""),
    ("Mars", "Mars to buy Pringles maker Kellanova", "The chocolate maker will pay $36bn."),
    ("Pandora", "Pandora to use only recycled silver", "The Danish jewellery maker agreed."),
    ("Fox", "Fox settles Dominion lawsuit for $787m", ""),
    ("Compass", "Compass lifts profit forecast", "The catering group serves schools and offices."),
    ("Robinhood", "Robinhood adds crypto trading in Europe", ""),
    ("Three", "Vodafone and Three agree to merge UK networks", ""),
]  # fmt: skip

NOT_MEANT = [
    ("Shell", "", "Shell companies were used to hide the money, prosecutors said."),
    ("Shell", "Shell hits apartment block in Kharkiv, killing six", ""),
    ("Shell", "Shell Beach reopens after a week", ""),
    ("Shell", "The actor Art Shell was born there", ""),
    ("Snap", "Snap election called in Japan", "The prime minister dissolved parliament."),
    ("Snap", "Cold Snap To Hit Northern States This Weekend", ""),
    ("Snap", "Snap judgments are often wrong, study finds", ""),
    ("Block", "Protesters Block Highway In Berlin", ""),
    ("Block", "", "The Bloc Party and the Eastern Block were mentioned in the lecture."),
    ("Block", "Fire at apartment on Block Island", ""),
    ("Block", "Israel To Block Aid Convoys, Minister Says", ""),
    ("Boots", "No boots on the ground, says president", ""),
    ("Boots", "Boots on the ground: troops arrive at the border", ""),
    ("Boots", "", "Boots, gloves and a warm hat are a must for the winter walk."),
    ("Boots", "Team Boots Out Holders In Cup Shock", ""),
    ("Boots", "Ugg Boots Are Back This Winter", ""),
    ("Orange", "Orange County sheriff names suspect", ""),
    ("Orange", "Orange alert for snow and ice in three regions", ""),
    ("Orange", "", "Orange and lemon trees lined the road to the village."),
    ("Orange", "Prince of Orange visits the flood victims", ""),
    ("Chase", "Police Chase Ends In Crash On Highway 5", ""),
    ("Chase", "", "Chase Utley hit a home run in the third inning."),
    ("Chase", "Man dies after high-speed chase in Ohio", ""),
    ("Chase", "Chevy Chase says he never liked the film", ""),
    ("Sage", "", "Sage and thyme give the stuffing its taste; add onions and butter."),
    ("Sage", "Sage advice from a gardener of 90", ""),
    ("Sage", "Sage Steele leaves ESPN", "The host sued the network over free speech."),
    ("Monday", "Schools To Reopen On Monday After Snow", ""),
    ("Monday", "", "Monday is the hottest day on record, scientists said."),
    ("Monday", "Cyber Monday deals: the best laptops", ""),
    ("Monday", "", "The company said on Monday that its chief executive would leave."),
    ("Zoom", "Zoom in on the galaxy with this picture", ""),
    ("Zoom", "The best zoom lenses for wildlife", ""),
    ("Slack", "Slack tide makes for good fishing", ""),
    ("Slack", "", "Slack labour demand weighed on wages in the spring."),
    ("Subway", "New York Subway Fares To Rise To $3", ""),
    ("Subway", "", "A man was pushed on to the Subway tracks at Times Square, police said."),
    ("Dove", "Dove Cameron sings at awards", ""),
    ("Dove", "", "Dove hunting season opens on the first of September."),
    ("Puma", "Puma spotted near school in California", "Residents were told to keep pets indoors."),
    ("Caterpillar", "The Very Hungry Caterpillar turns 50", "The children's book was a success."),
    ("Caterpillar", "Caterpillar plague strips trees bare", ""),
    ("Corona", "Corona cases rise in Germany", "Hospitals report more patients with the virus."),
    ("Corona", "", "The Corona pandemic closed schools for months."),
    ("Corona", "Fire breaks out in Corona, California", ""),
    ("Gap", "More Students Take A Gap Year", ""),
    ("Gap", "Gender Pay Gap Widens In Britain", ""),
    ("Gap", "", "Cumberland Gap is a pass through the mountains."),
    ("Gap", "Mind the Gap: what the Tube's voice means", ""),
    ("Delta", "Delta variant spreads in India", ""),
    ("Delta", "", "Farmers in the Mekong Delta fear salt water."),
    ("Delta", "Delta State governor sacks commissioners", ""),
    ("Delta", "", "Vaccines work against Delta, a study of patients with Covid found."),
    ("Ford", "Ford Foundation gives $1bn to charities", ""),
    ("Ford", "Harrison Ford injured on set", ""),
    ("Ford", "Premier Doug Ford wins second term in Ontario", ""),
    ("Ford", "", "Ford's government will table its budget, the Ontario premier said."),
    ("Virgin", "Virgin Islands hit by storm", ""),
    ("Virgin", "", "The statue of the Virgin Mary was carried through the town."),
    ("Progressive", "Progressive Democrats push for tax on the rich", ""),
    ("Progressive", "Progressive rock is back", ""),
    ("Spirit", "Team Spirit Wins Dota Final", ""),
    ("Spirit", "Spirit of the Games lives on", ""),
    ("Signal", "Signal failure delays trains at Euston", ""),
    ("Signal", "Fed Officials Signal More Rate Hikes", ""),
    ("Stripe", "", "A Stripe of blue ran down the wall of the church."),
    ("Arm", "Man loses Arm in shark attack", ""),
    ("Arm", "US To Arm Ukraine With Longer-Range Rockets", ""),
    ("Unity", "Unity Government Talks Fail In Israel", ""),
    ("Root", "Joe Root hits century against India", "The batsman was not out at the close."),
    ("Root", "Root and Stokes rescue England in second Test", "Joe Root hit 120 before lunch."),
    ("Match", "England Lose Match Against France", ""),
    ("Match", "Match report: Arsenal 2-1 Chelsea", ""),
    ("Carnival", "Rio Carnival returns after two years", ""),
    ("Carnival", "Notting Hill Carnival: 200 arrested", ""),
    ("Mars", "NASA rover finds water on Mars", ""),
    ("Mars", "Bruno Mars to play Las Vegas", ""),
    ("Tide", "High Tide Floods Venice", ""),
    ("Tide", "Crimson Tide win again in Alabama", ""),
    ("Pandora", "Pandora Papers reveal leaders' secret wealth", ""),
    ("Galaxy", "Samsung Galaxy S23 review: a better camera", ""),
    ("Galaxy", "LA Galaxy sign striker from Barcelona", ""),
    ("Lush", "Lush gardens of Kyoto open to visitors", ""),
    ("Fox", "Megan Fox stuns on red carpet", ""),
    ("Ally", "Putin Ally Threatens To Cut Gas", ""),
    ("Ally", "", "Ally McBeal was a series about a lawyer in Boston."),
    ("Compass", "Moral Compass Lost In Politics, Bishop Says", ""),
    ("Three", "Three dead in Texas shooting, police say", ""),
    ("Three", "", "Three of the four men were arrested on Friday."),
    ("Three", "Three Billboards wins best film", ""),
]  # fmt: skip

# What is known to be decided wrongly: grammar and capitals alone mislead.
MISSED = [
    ("Shell", "", "The regulator fined Shell £4m for a spill at its refinery."),
    ("Shell", "Court orders Shell to cut emissions", "The oil company will appeal."),
    ("Block", "", "Jack Dorsey's Block is cutting about 1,000 employees, according to a memo."),
    ("Boots", "Walgreens revives sale of Boots", ""),
]
WRONGLY_FOUND = [
    ("Orange", "", "Agent Orange was sprayed over the forest during the Vietnam War."),
    ("Subway", "Subway shooting suspect arrested in Brooklyn", ""),
    ("Corona", "Solar Corona Seen During Total Eclipse", ""),
    ("Unity", "Unity is needed, says pope", ""),
    ("Tide", "Tide turns for the home side in second half", ""),
    ("Pandora", "Opening Pandora's box of gene editing", ""),
    ("Fox", "Fox kills ten chickens on farm", ""),
]


def _tagged(name: str, title: str, text: str) -> bool:
    tagger = Tagger(Config(company=(Company(name=name, about=ABOUT[name]),)))
    return bool(tagger.tag(title=title, text=text).mentions)


@pytest.mark.parametrize(("name", "title", "text"), MEANT)
def test_the_company_is_found(name, title, text):
    assert _tagged(name, title, text)


@pytest.mark.parametrize(("name", "title", "text"), NOT_MEANT)
def test_the_word_is_left_alone(name, title, text):
    assert not _tagged(name, title, text)


@pytest.mark.xfail(strict=True, reason="known to be decided wrongly")
@pytest.mark.parametrize(
    ("name", "title", "text", "meant"),
    [(*case, True) for case in MISSED] + [(*case, False) for case in WRONGLY_FOUND],
)
def test_what_is_known_to_go_wrong(name, title, text, meant):
    assert _tagged(name, title, text) == meant
