"""Campaigns as the desk shows them: as they are configured, under which law, and what shadow would have blocked."""

from typing import NamedTuple
from zoneinfo import ZoneInfo

from gatekeeper.config import Settings
from gatekeeper.config.sections.campaigns import CampaignSection
from gatekeeper.dossier.restricted import Principals, may_see
from gatekeeper.journal import DecisionFilter, JournalReader
from gatekeeper.journal.shadow import ShadowReport, shadow_report
from gatekeeper.law import CALLEE
from gatekeeper.words import Sentence

CALLEES_LAW = Sentence("that of the called person's country", "celle du pays de la personne appelée")
_ALL = "*"
_APPLIED = ("opposition", "wash", "query")


class CampaignRow(NamedTuple):
    """A campaign as it is configured.

    Attributes:
        name: of the campaign.
        section: its keys.
        law: the name of the law that it is judged by.
        law_title: the same for people.
        lists: the lists that apply, in order.
        sectors: the trades that it calls for, its goods' included, as they are called.
        shadow: whether the law is judged and does not block its calls yet.
    """

    name: str
    section: CampaignSection
    law: str
    law_title: Sentence
    lists: tuple[str, ...]
    sectors: tuple[Sentence, ...]
    shadow: bool

    @property
    def page(self) -> str:
        """The law that has a page of its own, or ""."""
        return "" if self.law == CALLEE else self.law


def read_campaigns(settings: Settings, principals: Principals) -> list[CampaignRow]:
    """Every campaign that may be seen, by name; the one of calls that name none first."""
    rows = [
        _row(settings, name, section)
        for name, section in settings.campaigns.items()
        if may_see(section.principal, principals)
    ]
    return sorted(rows, key=lambda row: (row.name != "default", row.name))


def read_campaign(settings: Settings, name: str, principals: Principals) -> CampaignRow | None:
    """One campaign; None where there is none, or it may not be seen."""
    section = settings.campaigns.get(name)
    if section is None or not may_see(section.principal, principals):
        return None
    return _row(settings, name, section)


def read_shadow(reader: JournalReader, wanted: DecisionFilter, principals: Principals, zone: ZoneInfo) -> ShadowReport:
    """What shadow would have blocked of the calls that are wanted and may be seen, by the days of a zone."""
    return shadow_report(reader.shadow_counts(wanted.within(principals)), zone)


def _row(settings: Settings, name: str, section: CampaignSection) -> CampaignRow:
    law = settings.law_name(name)
    title = CALLEES_LAW if law == CALLEE else Sentence(*settings.profile(law).title)
    applied = tuple(one for one, there in settings.lists.items() if there.kind in _APPLIED)
    lists = tuple(one for given in section.lists for one in (applied if given == _ALL else (given,)))
    call = section.as_campaign(name, settings.trades).call
    shadow = section.shadow or bool(settings.law.shadow)
    sectors = tuple(Sentence(*settings.trades.sectors[one]) for one in call.sectors)
    return CampaignRow(name, section, law, title, tuple(dict.fromkeys(lists)), sectors, shadow)
