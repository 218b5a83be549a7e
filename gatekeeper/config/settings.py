"""All settings, checked; what takes several sections is made here, the rest by each section itself (`as_...`)."""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from pydantic import Field, PrivateAttr, StringConstraints, field_validator
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict

from gatekeeper.ami.protocol.client_policy import ClientPolicy, Policies
from gatekeeper.ami.protocol.routes import Routes
from gatekeeper.clock import DAY_US
from gatekeeper.config.sections.alerts import AlertsSection
from gatekeeper.config.sections.ami_proxy import AmiProxySection
from gatekeeper.config.sections.ami_users import AmiUserSection
from gatekeeper.config.sections.asterisk import MAIN, AsteriskSection
from gatekeeper.config.sections.campaigns import CampaignSection
from gatekeeper.config.sections.daemon import DaemonSection
from gatekeeper.config.sections.desk import DeskSection
from gatekeeper.config.sections.exemptions import ExemptionsSection
from gatekeeper.config.sections.fastagi import FastAgiSection
from gatekeeper.config.sections.formats import FormatSection
from gatekeeper.config.sections.hooks import HookSection
from gatekeeper.config.sections.inbox import InboxSection
from gatekeeper.config.sections.journal import JournalSection
from gatekeeper.config.sections.law import LISTS_ONLY, REGISTRIES, LawSection
from gatekeeper.config.sections.lists import RED, ListSection, default_red
from gatekeeper.config.sections.metrics import MetricsSection
from gatekeeper.config.sections.phone import PhoneSection
from gatekeeper.config.sections.queries import QuerySection
from gatekeeper.config.sections.refusal import RefusalSection
from gatekeeper.config.sections.routes import RoutesSection
from gatekeeper.config.sections.rules import RulesSection
from gatekeeper.config.sections.scrubs import ScrubSection
from gatekeeper.config.sections.sip_gate import SipGateSection
from gatekeeper.config.sections.socket import SocketSection
from gatekeeper.config.sections.watchdog import WatchdogSection, as_ways_out
from gatekeeper.law import CALLEE, CalleeLaw, Profile, Trades, find_profile, profile_names, read_profile, text_of
from gatekeeper.law.changes import NO_CHANGES, Changes
from gatekeeper.law.overrides import read_overrides
from gatekeeper.policy import Campaign, Law
from gatekeeper.policy.attempt import DEFAULT_CAMPAIGN
from gatekeeper.policy.rules.exempt_purpose import ExemptPurpose
from gatekeeper.policy.rules.registry import Registry
from gatekeeper.translation import phrase

if TYPE_CHECKING:
    from gatekeeper.ami.proxy import ProxySettings
    from gatekeeper.registries.formats import Format
    from gatekeeper.registries.query.terms import QueryTerms
    from gatekeeper.watchdog import WatchdogSettings


LIST_NAME = r"^[a-z0-9][a-z0-9_-]{0,31}$"
"""A list's name is also a folder's name and the value of a channel variable."""

CAMPAIGN_NAME = r"^[^\x00-\x1f\x7f]{1,80}$"
"""A campaign's name is whatever the dialler calls it."""

ListName = Annotated[str, StringConstraints(pattern=LIST_NAME)]
AMI_USER_NAME = r"^[^\x00-\x1f\x7f]{1,80}$"

DEFAULT_USER = "default"
"""The manager users that are not named."""

AmiUserName = Annotated[str, StringConstraints(pattern=AMI_USER_NAME)]
CampaignName = Annotated[str, StringConstraints(pattern=CAMPAIGN_NAME)]


class Settings(BaseSettings):
    """The whole configuration. `gatekeeper.config.load` reads it; `Settings()` is the defaults alone."""

    model_config = SettingsConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    daemon: DaemonSection = DaemonSection()
    fastagi: FastAgiSection = FastAgiSection()
    socket: SocketSection = SocketSection()
    phone: PhoneSection = PhoneSection()
    journal: JournalSection = JournalSection()
    lists: dict[ListName, ListSection] = Field(default={RED: default_red()})
    formats: dict[ListName, FormatSection] = Field(default={})
    inbox: InboxSection = InboxSection()
    campaigns: dict[CampaignName, CampaignSection] = Field(default={DEFAULT_CAMPAIGN: CampaignSection()})
    queries: dict[ListName, QuerySection] = Field(default={})
    scrubs: dict[ListName, ScrubSection] = Field(default={})
    law: LawSection = LawSection()
    rules: RulesSection = RulesSection()
    exemptions: ExemptionsSection = ExemptionsSection()
    routes: RoutesSection = RoutesSection()
    asterisk: dict[ListName, AsteriskSection] = Field(default={MAIN: AsteriskSection()})
    ami_proxy: AmiProxySection = AmiProxySection()
    ami_users: dict[AmiUserName, AmiUserSection] = Field(default={DEFAULT_USER: AmiUserSection()})
    sip_gate: SipGateSection = SipGateSection()
    watchdog: WatchdogSection = WatchdogSection()
    refusal: RefusalSection = RefusalSection()
    metrics: MetricsSection = MetricsSection()
    alerts: AlertsSection = AlertsSection()
    hooks: dict[ListName, HookSection] = Field(default={})
    desk: DeskSection = DeskSection()

    _file: Path | None = PrivateAttr(default=None)
    _variables: tuple[str, ...] = PrivateAttr(default=())
    _notes: tuple[str, ...] = PrivateAttr(default=())

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],  # noqa: ARG003 - the signature is pydantic-settings' own
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,  # noqa: ARG003
        dotenv_settings: PydanticBaseSettingsSource,  # noqa: ARG003
        file_secret_settings: PydanticBaseSettingsSource,  # noqa: ARG003
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Only what `load` gathered: it alone knows which key came from where."""
        return (init_settings,)

    @field_validator("lists")
    @classmethod
    def _red_list_is_there(cls, lists: dict[str, ListSection]) -> dict[str, ListSection]:
        return lists if RED in lists else {RED: default_red(), **lists}

    @field_validator("asterisk")
    @classmethod
    def _a_server_is_there(cls, servers: dict[str, AsteriskSection]) -> dict[str, AsteriskSection]:
        return servers or {MAIN: AsteriskSection()}

    @field_validator("campaigns")
    @classmethod
    def _default_is_there(cls, campaigns: dict[str, CampaignSection]) -> dict[str, CampaignSection]:
        return campaigns if DEFAULT_CAMPAIGN in campaigns else {DEFAULT_CAMPAIGN: CampaignSection(), **campaigns}

    @property
    def file(self) -> Path | None:
        """The file that was read, or None where there is none."""
        return self._file

    @property
    def origin(self) -> str:
        """Where the settings come from, for people."""
        parts = [str(self._file) if self._file else phrase("built-in defaults"), *self._variables]
        return ", ".join(parts)

    @property
    def variables(self) -> tuple[str, ...]:
        """The variables that set something."""
        return self._variables

    @property
    def notes(self) -> tuple[str, ...]:
        """What is right for now: keys that have moved, and secrets that are missing here."""
        return self._notes

    def server_name(self, named: str) -> str:
        """The Asterisk that a section means by its `asterisk`: where that is empty, the only one, else `main`."""
        return named or (next(iter(self.asterisk)) if len(self.asterisk) == 1 else MAIN)

    @property
    def list_formats(self) -> Mapping[str, "Format"]:
        """The formats of the configuration by name; the built-in ones are beside them."""
        return {name: section.as_format(name) for name, section in self.formats.items()}

    def format_of(self, name: str, asked: str = "") -> "Format | None":
        """The format of a list's files: the one asked for, else its own; None where neither is named.

        Raises:
            ListError: there is no such format.
        """
        section = self.lists.get(name)
        wanted = asked or (section.format if section else "")
        if not wanted:
            return None
        from gatekeeper.registries.formats import find_format  # brings SQLAlchemy in, which some commands do without

        return find_format(wanted, self.list_formats)

    @property
    def default_law(self) -> Law:
        """The law that campaigns are judged by, as this site has it.

        Raises:
            ConfigError: the file of overrides has a mistake.
        """
        return self._law(self.law.default, shadow=False)

    @property
    def campaign_laws(self) -> Mapping[str, Law]:
        """The laws of the campaigns that name one of their own, or have theirs in shadow."""
        return {name: self.law_of(name) for name, one in self.campaigns.items() if one.law or one.shadow}

    def law_of(self, campaign: str) -> Law:
        """The law that a campaign is judged by, as this site has it.

        Raises:
            ConfigError: the file of overrides has a mistake.
        """
        section = self.campaigns.get(campaign)
        return self._law(self.law_name(campaign), shadow=bool(section and section.shadow))

    def law_name(self, campaign: str) -> str:
        """The name of the law that a campaign is judged by."""
        section = self.campaigns.get(campaign)
        return (section.law if section else "") or self.law.default

    def profile(self, name: str) -> Profile:
        """A law's profile, as this site has it.

        Raises:
            ConfigError: there is none, or the file of overrides has a mistake.
        """
        changes = self._overrides.get(name, NO_CHANGES)
        found = find_profile(name) if changes is NO_CHANGES else read_profile(name, text_of(name), changes)
        if name == LISTS_ONLY:
            if "order" in self.rules.model_fields_set:
                found = found.ordered(self.rules.order)
            periods = self.exemptions.as_periods
            found = found.with_parameters(ExemptPurpose, lambda rule: {"periods": periods(rule.periods)})
        if name in self.law.shadow:
            return found.in_shadow()
        there = {one.statement.id for one in found.provisions} & set(self.law.shadow)
        return found.in_shadow(there) if there else found

    @property
    def _overrides(self) -> Mapping[str, Changes]:
        return read_overrides(Path(self.law.overrides)) if self.law.overrides else {}

    def _law(self, name: str, *, shadow: bool) -> Law:
        if name != CALLEE:
            found = self.profile(name)
            return found.in_shadow() if shadow else found
        unknown = self.profile(LISTS_ONLY if self.law.unknown == "lists-only" else "unknown")
        profiles = {one: self.profile(one) for one in profile_names() if find_profile(one).country}
        if shadow:
            profiles = {one: profile.in_shadow() for one, profile in profiles.items()}
        return CalleeLaw(profiles, unknown)

    @property
    def registries(self) -> Mapping[str, str]:
        """By name of a list the registry that it comes from, where it comes from one."""
        found = {name: section.registry or self._registry_of(name) for name, section in self.lists.items()}
        return {name: registry for name, registry in found.items() if registry in REGISTRIES}

    def _registry_of(self, name: str) -> str:
        form = self.format_of(name) if self.lists[name].format else None
        return (form.registry if form else "") or (name if name in REGISTRIES else "")

    @property
    def trades(self) -> Trades:
        """The sectors and goods that calls can be about."""
        return self.law.as_trades()

    def legal_basis_of(self, name: str) -> str:
        """The text of law that a list rests on: as configured, else that of its format; "" where neither says."""
        section = self.lists.get(name)
        form = self.format_of(name) if section and not section.legal_basis else None
        return (section.legal_basis if section else "") or (form.legal_basis if form else "")

    @property
    def campaign_map(self) -> Mapping[str, Campaign]:
        """The campaigns by name."""
        return {name: one.as_campaign(name, self.trades) for name, one in self.campaigns.items()}

    @property
    def query_terms(self) -> Mapping[str, "QueryTerms"]:
        """What the answers of the registries that are asked are worth, by name."""
        return {name: section.as_terms() for name, section in self.queries.items()}

    @property
    def outside_routes(self) -> Routes:
        """What leads outside of this site."""
        return self.routes.as_routes(self.phone.home)

    @property
    def ami_policies(self) -> Policies:
        """What each manager user may do.

        Raises:
            ValueError: a user may pass originates unread.
        """
        users = {name: section.as_policy() for name, section in self.ami_users.items()}
        return Policies(users.pop(DEFAULT_USER, ClientPolicy()), users)

    def as_proxy(self) -> "ProxySettings":
        """What the AMI proxy guards, and how.

        Raises:
            DaemonError: a certificate can't be used.
        """
        name = self.server_name(self.ami_proxy.asterisk)
        gated = self.sip_gate.gated_endpoints
        return self.ami_proxy.as_proxy(name, self.asterisk[name], self.outside_routes, self.ami_policies, gated)

    def as_watchdog(self) -> "WatchdogSettings":
        """What the watchdog watches, and how.

        Raises:
            DaemonError: a certificate can't be used.
        """
        name = self.server_name(self.watchdog.asterisk)
        server = self.asterisk[name]
        ways_out = as_ways_out(self.sip_gate, self.routes.emergency_endpoints, server.host)
        return self.watchdog.as_watchdog(server.as_link(name), self.outside_routes, ways_out)

    @property
    def max_ages(self) -> Mapping[str, int]:
        """For how many microseconds after its import each list may be relied on; without those that never age."""
        days = {name: self.max_age_days(name) for name in self.lists}
        return {name: age * DAY_US for name, age in days.items() if age}

    def max_age_days(self, name: str) -> int:
        """For how many days after an import a configured list may be relied on; 0: for ever."""
        section = self.lists[name]
        days = section.max_age_days
        if "max_age_days" not in section.model_fields_set and section.format:
            form = self.format_of(name)
            days = (form.max_age_days if form is not None else 0) or days
        if section.kind != "wash":
            return days
        # Each answer gets its end when it is imported: so not a later one than any law gives it.
        return min(filter(None, (days, self._days_by_law(self.registries.get(name, "")))), default=0)

    def _days_by_law(self, registry: str) -> int:
        """For how many days the laws rely on what a registry answers; 0 where none says."""
        there = [one.provision for law in profile_names() for one in self.profile(law).provisions] if registry else []
        rules = [one.rule for one in there if one is not None and isinstance(one.rule, Registry)]
        return min((one.max_age_days for one in rules if one.registry == registry and one.max_age_days), default=0)


def is_list_name(name: str) -> bool:
    """Whether a list may have this name."""
    return re.match(LIST_NAME, name) is not None
