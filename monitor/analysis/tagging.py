"""Companies and topics of an article: the watchlist compiled once, articles tagged one by one."""

from __future__ import annotations

from monitor.analysis.companies import CompanyTagger
from monitor.analysis.document import Document
from monitor.analysis.topics import TopicTagger
from monitor.config import Config
from monitor.models import Tags


class Tagger:
    """Tags articles by the watchlist `config`.

    Costs milliseconds to make, so worker processes make their own; pickles as its config.
    """

    def __init__(self, config: Config) -> None:
        self.config = config
        self._companies = CompanyTagger(config.company)
        self._topics = TopicTagger(config.topic)

    def __reduce__(self) -> tuple[type[Tagger], tuple[Config]]:
        return Tagger, (self.config,)

    def tag(
        self,
        *,
        title: str,
        text: str,
        outlet: str | None = None,
        url: str | None = None,
        language: str | None = None,
    ) -> Tags:
        """What the article names and is about.

        `outlet` is the publication's name and `url` the article's: they tell the outlet's own name
        from a mention. Topics may ask for the outlet, the language (ISO 639-1) and the companies.
        """
        facts: dict[str, tuple[str, ...]] = {
            "outlet": (outlet,) if outlet else (),
            "lang": (language,) if language else (),
        }
        document = Document(title=title, text=text, facts=facts)
        mentions = self._companies.tag(document, outlet=outlet, url=url)
        facts["company"] = tuple(mention.company for mention in mentions)
        return Tags(mentions=mentions, topics=self._topics.tag(document))
