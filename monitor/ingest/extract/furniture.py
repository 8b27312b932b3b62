"""What stands around and between an article's paragraphs and is not the article.

General forms of a page's furniture, in the words sites share: advertisement and player
labels, share and follow lines, calls to register, list headings, photo credits,
copyright lines, author biographies.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from monitor.ingest.extract.words import ends_sentence, has_any, is_prose, key

_LONGEST_LABEL = 200  # characters
# A whole line that is a label of the page and never a part of the text.
_LABEL = re.compile(
    r"(?:[\W\d]*)(?:advertise?ment|ad|anzeige|publicité|publicidad|promoted|sponsored(?: content)?"
    r"|story continues(?: below)?(?: advertisement)?|continue reading(?: below)?"
    r"|article continues (?:below|after).*|scroll (?:down )?to continue.*"
    r"|recommended (?:video|stories|for you|reading|articles?)|(?:play|watch) (?:video|now|live)"
    r"|loading.*|share|save|print|copy link|link copied.*|email|comments?|listen|subscribe|sign up"
    r"|log ?in|sign in|menu|search|close|follow|gift(?: this)? article|share (?:this|on"
    r"|via)\b.{0,40}"
    r"|(?:show|hide|view|see|load|read) (?:more|less|all|comments|full bio|gallery|image.*"
    r"|caption)\b.{0,30}"
    r"|image (?:source|caption|credit)\b.{0,80}|(?:down|right|up|left) arrow.*|\w+ icon"
    r"|getty images|file photo|photos?|video|gallery|top stories|skip (?:to|advertisement).{0,30}"
    r"|placeholder.*|\d+ ?(?:min(?:ute)?s?)(?: read)?|reading time.{0,20}|\d+ comments?"
    r"|add .{1,60} on google|(?:view|watch) (?:this )?(?:post|video|tweet)? ?on \w+.*"
    r"|a post shared by .*|enlarge(?: this image)?|toggle caption|hide caption|click to enlarge.*"
    r"|(?:facebook|twitter|linkedin|reddit|whatsapp|pinterest|flipboard|tweet|x)"
    r"|source link|no comments? yet.*|be the first to comment.*|related|related:.*|read"
    r" also:?.*)[\W]*",
    re.I,
)
# A short line that leads away: "Read more: …", "RELATED: …", "Sign up for our newsletter".
_POINTER = re.compile(
    r"^[\W]*(?:read(?: (?:more|next|also|the full|full))?\s?(?::|\||>|»|–|—|about|on |at |from "
    r"|here|in )"
    r"|(?:see|read|watch|listen|learn) more\b|more\s?(?::|on this|from|stories|about|coverage)"
    r"|(?:also|see|must|don.t)[ -](?:read|see|watch|miss)\b|recommended\s?:"
    r"|related(?: \w+){0,2}\s?:|watch(?: \w+)?\s?:|listen(?: \w+)?\s?:|video\s?:|trending\s?:"
    r"|gallery\s?:"
    r"|(?:more|most) (?:popular|read|from|like this|stories)\b"
    r"|(?:sign|signing) up (?:for|to|here|now|today)\b|(?:subscribe|register) (?:to|for|here"
    r"|now|today)\b"
    r"|(?:click|tap) (?:here|below|through|on)\b|follow (?:us|me|him|her|\w+ on|@)|like us on"
    r"|(?:download|get) (?:the|our) (?:free )?(?:app|newsletter|\w+ app)\b"
    r"|(?:join|get|receive|delivered)\b.{0,80}\b(?:newsletter|inbox|mailing list|whatsapp"
    r"|telegram)\b"
    r"|our newsletter|want more\b|have a (?:tip|story)|got a (?:tip|story)|do you have a (?:tip"
    r"|story)"
    r"|photo(?:graph)?s?(?: by| credit| courtesy)?\s?:|photo by\b|image\s?:|credit\s?:|picture\s?:"
    r"|(?:e-?mail|contact|write to|reach|tweet) .{0,60}(?:@|\bat\b)|tags?\s?:|topics?\s?:|filed"
    r" under"
    r"|categor(?:y|ies)\s?:|keywords\s?:|share this|support (?:our|us)\b|buy (?:it )?now\b|shop"
    r" now)",
    re.I,
)
# Promotion written as a paragraph: it ends by asking the reader to do something.
_CALL = re.compile(
    r"(?:\b(?:register|sign up|subscribe|apply|join us|get tickets|buy tickets|book|learn more"
    r"|find out more"
    r"|click|read more|donate|order|download)\s+(?:here|now|today|for free|free)|\b(?:learn"
    r"|find out) more)"
    r"[.!»>\s]*$",
    re.I,
)
_NEWSLETTER = re.compile(
    r"\b(?:sign up|subscribe|signing up)\b.{0,120}\b(?:newsletters?|inbox|alerts?|updates?|podcast"
    r"|email|briefing)\b|\bin your inbox\b|\b(?:delivered|sent|straight|direct(?:ly)?) to your"
    r" inbox\b"
    r"|\bfollow (?:us|\w+ \w+) on (?:twitter|facebook|instagram|x|linkedin|tiktok|google news)\b"
    r"|\bwe may (?:earn|receive|get) (?:a |an )?(?:affiliate )?(?:commission|compensation)"
    r"|\bearn (?:a |us )?(?:small )?(?:affiliate )?commission"
    r"|\b(?:privacy policy|terms of (?:use|service))\b.{0,80}\b(?:apply|agree|accept|consent)\b"
    r"|\bby (?:signing up|submitting|subscribing|providing|clicking)\b.{0,120}\b(?:agree"
    r"|consent|privacy)\b"
    r"|\ball rights reserved\b|\bmay not be (?:published|reproduced|reprinted)\b"
    r"|\bprotected by recaptcha\b|\benable javascript\b|\bthis site uses cookies\b",
    re.I,
)
_NEWSLETTER_HAS = (  # one in each alternative
    "sign up", "subscrib", "signing up", "inbox", "follow ", "may earn", "may receive", "may get",
    "earn ", "privacy policy", "terms of ", "by submitting", "by providing", "by clicking",
    "rights reserved", "may not be ", "recaptcha", "javascript", "cookies",
)  # fmt: skip
_COPYRIGHT = re.compile(
    r"^\W*(?:©|\(c\)|copyright\b\s*(?:©|\(c\)|\d{4}|by\b))|©\s*(?:19|20)\d\d", re.I
)
_PHOTO = re.compile(
    r"(?:getty images?|shutterstock|istock(?:photo)?|ap photo|via ap\b|afp via|reuters/|/reuters"
    r"|/ap\b|/afp\b|unsplash|pexels|alamy|photograph\s?(?:by|:)|photo (?:by|credit|courtesy"
    r"|illustration)"
    r"|courtesy of|\bfile photo|zuma|epa-efe|imago|picture alliance|\(ap\b[^)]*\)$)",
    re.I,
)
# A heading behind which nothing belongs to the article any more.
_LIST_HEADING = re.compile(
    r"^(?:(?:latest|more|most|top|other|recent|popular|trending|recommended|similar|featured)"
    r"(?: (?:\w+ ){0,2}(?:in|from|on|news|stories|articles|posts|headlines|videos?|read|popular"
    r"|viewed"
    r"|shared|commented|coverage|reads?|stor(?:y|ies)|topics|content|watched|reading|now|for"
    r" you)\b.{0,30})?"
    r"|related(?: (?:articles?|stories|news|posts?|content|topics|reading|coverage|links|items))?"
    r"|you (?:may|might) (?:also )?(?:like|enjoy|be interested).{0,20}|what to (?:read|watch) next"
    r"|(?:read|up|watch) next|keep reading|editor.?s.? (?:picks?|choice)|don.t miss|must reads?"
    r"|also (?:on|in|read)\b.{0,30}|around the web|from (?:our|the) (?:partners|web|sponsors?)"
    r"|(?:paid|sponsored|promoted)(?: \w+)?|our picks|comments?(?: \(\d+\))?|leave a (?:reply"
    r"|comment)"
    r"|join the (?:conversation|discussion)|post a comment|share this.{0,20}|tags|topics"
    r"|(?:our )?newsletters?|source link|continue reading|sections|about us|contact us|customer"
    r" support"
    r"|follow us.{0,20}|see also|discover more|trending|read more)\W*$",
    re.I,
)
_BIO_HEADING = re.compile(
    r"^(?:about (?:the |our )?(?:authors?|writers?|contributors?)|(?:the )?authors?"
    r"|contributors?)\W*$",
    re.I,
)
_BIO_ROLE = (
    r"(?:reporter|writer|editor|correspondent|columnist|journalist|contributor|producer|author"
    r"|critic|fellow|freelancer?|professor|blogger|analyst|editor-in-chief|founder)"
)
_BIO = re.compile(
    rf"\b(?:is|was) (?:an? |the |our )?(?:[\w’'&-]+[ ,/]+){{0,10}}{_BIO_ROLE}\b"
    r"|\b(?:has been|has written|joined|covers|writes about|previously (?:worked|wrote)"
    r"|contributed to this"
    r"|is based in|can be reached)\b",
    re.I,
)
_CONTRIBUTED = re.compile(
    r"^\W*(?:additional )?(?:reporting|writing|editing|written|compiled|edited) by\b.{0,200}$"
    r"|\bcontributed to this (?:report|story|article|piece)\b",
    re.I,
)


# "The Bay Ledger: …", "Bay Ledger is an independent …"
_SELF = re.compile(r"^(?:the\s+)?(.{3,60}?)(?:\s*[:|·]|\s+[–—-]\s|\s+is\s)", re.I)


def is_furniture(line: str) -> bool:
    """Whether `line`, wherever it stands, is a label, pointer, promotion or legal line."""
    # Bounded: the expression takes the square of the length of a line of digits.
    if (len(line) <= _LONGEST_LABEL and _LABEL.fullmatch(line)) or _COPYRIGHT.search(line[:60]):
        return True
    if len(line) <= 300 and _POINTER.match(line) and not (len(line) > 140 and ends_sentence(line)):
        return True
    if len(line) > 600:
        return False
    return bool(
        _CALL.search(line[-60:]) or (has_any(line, _NEWSLETTER_HAS) and _NEWSLETTER.search(line))
    )


def is_photo_credit(line: str) -> bool:
    """Whether `line` is a caption or credit of a picture, as its last words tell."""
    return len(line) <= 250 and bool(_PHOTO.search(line[-90:])) and not line.endswith((".”", "?"))


def ends_article(line: str) -> bool:
    """Whether `line` is a heading of what follows an article: a list, comments, sharing."""
    return len(line) <= 60 and bool(_LIST_HEADING.match(line) or _BIO_HEADING.match(line))


def is_copyright(line: str) -> bool:
    """Whether `line` is a copyright notice."""
    return bool(_COPYRIGHT.search(line[:60]))


def is_biography(line: str, *, authors: Sequence[str]) -> bool:
    """Whether `line` is about one of the page's own `authors` and not about its subject."""
    if len(line) > 700:
        return False
    start = key(line[:80])
    named = any(key(name) and start.startswith(key(name)) for name in authors)
    return (named and bool(_BIO.search(line[:300]))) or bool(_CONTRIBUTED.search(line[:250]))


def strip_furniture(
    paragraphs: Sequence[str], *, title: str = "", authors: Sequence[str] = ()
) -> list[str]:
    """`paragraphs` up to the article's end, without furniture, repeated headline and byline."""
    names = {key(name) for name in authors}
    heading = key(title)
    kept: list[str] = []
    for index, line in enumerate(paragraphs):
        known = key(line)
        if not known or is_furniture(line):
            continue
        if ends_article(line) and not _text_resumes(paragraphs[index + 1 :]):
            break
        if known in names or known.removeprefix("by ") in names:
            continue
        if heading and known == heading and len(kept) < 4:
            continue
        if kept and line == kept[-1]:
            continue
        kept.append(line)
    return kept


def trim_tail(
    paragraphs: Sequence[str], *, authors: Sequence[str] = (), outlets: Sequence[str] = ()
) -> list[str]:
    """`paragraphs` without what is left hanging at the end.

    That is a biography of one of `authors`, a picture credit, a heading, or a line in which
    one of `outlets` presents itself ("The Bay Ledger: all the news of the bay").
    """
    kept = list(paragraphs)
    while kept and (_trails(kept[-1], authors=authors) or _presents(kept[-1], outlets)):
        kept.pop()
    return kept


def _text_resumes(following: Sequence[str]) -> bool:
    return sum(is_prose(line) for line in following[:8]) >= 3


def _presents(line: str, outlets: Sequence[str]) -> bool:
    name = _SELF.match(line) if len(line) <= 300 else None
    said = key(name[1]).replace(" ", "") if name else ""
    return len(said) > 2 and any(said == key(outlet).replace(" ", "") for outlet in outlets)


def _trails(line: str, *, authors: Sequence[str]) -> bool:
    return (
        is_biography(line, authors=authors)
        or is_photo_credit(line)
        or (len(line) < 60 and not ends_sentence(line) and not line.startswith(("-", "•")))
    )
