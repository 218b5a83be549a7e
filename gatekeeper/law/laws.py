"""The laws of a site: the one that holds, and those that campaigns name."""

from collections.abc import Mapping
from types import MappingProxyType

from gatekeeper.policy import Fact, Law


class Laws:
    """Which law a campaign is judged by.

    Args:
        default: the law of every campaign that names none.
        campaigns: the laws of those that do, by campaign.
    """

    def __init__(self, default: Law, campaigns: Mapping[str, Law] = MappingProxyType({})) -> None:
        self.default = default
        self._campaigns = campaigns

    def of(self, campaign: str) -> Law:
        """The law of a campaign."""
        return self._campaigns.get(campaign, self.default)

    @property
    def needs(self) -> frozenset[type[Fact]]:
        """The facts that a rule of any of them needs, beside those of the lists."""
        return self.default.needs.union(*(law.needs for law in self._campaigns.values()))
