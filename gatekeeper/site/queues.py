"""Members of queues that are trunks' numbers: `Queue()` dials them itself, past the gate of the dialplan."""

from collections.abc import Iterator
from pathlib import Path

from gatekeeper.site.conf import ConfLine, read_conf
from gatekeeper.site.outside import Leads, target_of
from gatekeeper.site.tree import SiteTree
from gatekeeper.site.trunks import Peer


def outside_members(tree: SiteTree, etc: Path, peers: tuple[Peer, ...]) -> Iterator[tuple[str, ConfLine]]:
    """Each with its queue, as queues.conf has them."""
    known = {(peer.technology.lower(), peer.name): peer.is_trunk for peer in peers}
    for queue in read_conf(tree, etc, "queues.conf").sections:
        for line in queue.lines:
            if line.key.lower() != "member":
                continue
            if target_of(line.value.split(",")[0].strip(), known, {}).leads is Leads.OUTSIDE:
                yield queue.name, line
