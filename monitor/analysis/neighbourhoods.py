"""Which stories have to be looked at together: those that links of likeness connect."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence

from monitor.analysis.clusters import GROUP_BAR

Id = int | str

# What bounds the cost of one article, however large its theme: parts of stories looked at together.
_TOGETHER = 300
_TIGHTER = 1.15  # links weaker than before by this factor are cut where there are more


def components(links: Sequence[tuple[float, Id, Id]], sizes: Mapping[Id, int]) -> list[list[Id]]:
    """The stories that `links` (likeness, story, story) connect, at most _TOGETHER parts at once.

    `sizes` are numbers of parts. Where more are connected, the weakest links are cut.
    """
    found = []
    pending = [(GROUP_BAR, list(links))]
    while pending:
        least, some = pending.pop()
        for stories, within in _connected(some):
            if sum(sizes[story] for story in stories) <= _TOGETHER:
                found.append(stories)
            else:
                higher = least * _TIGHTER
                pending.append((higher, [link for link in within if link[0] >= higher]))
    return found


def _connected(
    links: Sequence[tuple[float, Id, Id]],
) -> list[tuple[list[Id], list[tuple[float, Id, Id]]]]:
    """The connected components of `links`: their stories, their links."""
    near: defaultdict[Id, list[tuple[float, Id, Id]]] = defaultdict(list)
    for link in links:
        near[link[1]].append(link)
        near[link[2]].append(link)
    found, seen = [], set[Id]()
    for start in near:
        if start in seen:
            continue
        seen.add(start)
        stories = [start]
        for story in stories:
            for _, one, two in near[story]:
                other = two if one == story else one
                if other not in seen:
                    seen.add(other)
                    stories.append(other)
        found.append((stories, [link for s in stories for link in near[s] if link[1] == s]))
    return found
