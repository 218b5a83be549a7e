"""All settings, checked, and in the shapes that the lower layers take."""

import re
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, TypedDict

from pydantic import Field, PrivateAttr, StringConstraints, field_validator
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict

from gatekeeper.ami.protocol.client_policy import ClientPolicy, Handling, Policies
from gatekeeper.ami.protocol.extensions import VICIDIAL_EXTENSIONS
from gatekeeper.ami.protocol.routes import Routes
from gatekeeper.config.sections.ami_proxy import AmiProxySection
from gatekeeper.config.sections.ami_users import AmiUserSection
from gatekeeper.config.sections.campaigns import CampaignSection
from gatekeeper.config.sections.daemon import DaemonSection
from gatekeeper.config.sections.exemptions import ExemptionsSection
from gatekeeper.config.sections.fastagi import FastAgiSection
from gatekeeper.config.sections.formats import FormatSection
from gatekeeper.config.sections.inbox import InboxSection
from gatekeeper.config.sections.journal import JournalSection
from gatekeeper.config.sections.lists import RED, ListSection, default_red
from gatekeeper.config.sections.phone import PhoneSection
from gatekeeper.config.sections.queries import QuerySection
from gatekeeper.config.sections.refusal import RefusalSection
from gatekeeper.config.sections.routes import RoutesSection
from gatekeeper.config.sections.rules import RulesSection
from gatekeeper.config.sections.scrubs import ScrubSection
from gatekeeper.config.sections.socket import SocketSection
from gatekeeper.config.sections.watchdog import WatchdogSection
from gatekeeper.law import Profile, find_profile
from gatekeeper.phone import DialPlan, emergency_numbers
from gatekeeper.phone.shortest import shortest_public
from gatekeeper.policy import Campaign, Purpose
from gatekeeper.policy.attempt import DEFAULT_CAMPAIGN
from gatekeeper.policy.rules.exempt_purpose import ExemptPurpose

if TYPE_CHECKING:
    from gatekeeper.registries.formats import Format

MICROSECONDS_A_DAY = 86_400_000_000

LONGEST_DAYS = 3660
"""What stands for ever, where something must have an end."""

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


class ImportRules(TypedDict):
    """What the configuration says of imports into a list (see `gatekeeper.lists.ImportOptions`)."""

    hold_days: int
    max_shrink: float | None
    max_growth: float | None
    keep_versions: int
    keep_raw: bool


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
    rules: RulesSection = RulesSection()
    exemptions: ExemptionsSection = ExemptionsSection()
    routes: RoutesSection = RoutesSection()
    ami_proxy: AmiProxySection = AmiProxySection()
    ami_users: dict[AmiUserName, AmiUserSection] = Field(default={DEFAULT_USER: AmiUserSection()})
    watchdog: WatchdogSection = WatchdogSection()
    refusal: RefusalSection = RefusalSection()

    _file: Path | None = PrivateAttr(default=None)
    _variables: tuple[str, ...] = PrivateAttr(default=())

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
        parts = [str(self._file) if self._file else "built-in defaults", *self._variables]
        return ", ".join(parts)

    @property
    def variables(self) -> tuple[str, ...]:
        """The variables that set something."""
        return self._variables

    @property
    def dial_plan(self) -> DialPlan:
        """How this site dials, as the normaliser takes it."""
        return DialPlan(
            home=self.phone.home,
            prefixes=self.phone.prefixes,
            emergency=emergency_numbers(self.phone.home) | frozenset(self.phone.emergency),
            internal=self.phone.internal,
            line_prefix=self.phone.line_prefix,
        )

    @property
    def written_plan(self) -> DialPlan:
        """The same for numbers that are written down, before which nobody put the digit for a line."""
        return replace(self.dial_plan, line_prefix="")

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
    def law(self) -> Profile:
        """The law that campaigns are judged by, as this site has it."""
        return self._law(self.rules.law)

    @property
    def campaign_laws(self) -> Mapping[str, Profile]:
        """The laws of the campaigns that name one of their own."""
        return {name: self.law_of(name) for name, section in self.campaigns.items() if section.law}

    def law_of(self, campaign: str) -> Profile:
        """The law that a campaign is judged by, as this site has it.

        Raises:
            ValueError: the order of `[rules]` does not fit it.
        """
        return self._law(self.law_name(campaign))

    def law_name(self, campaign: str) -> str:
        """The name of the law profile that a campaign is judged by."""
        section = self.campaigns.get(campaign)
        return (section.law if section else "") or self.rules.law

    def legal_basis_of(self, name: str) -> str:
        """The text of law that a list rests on: as configured, else that of its format; "" where neither says."""
        section = self.lists.get(name)
        form = self.format_of(name) if section and not section.legal_basis else None
        return (section.legal_basis if section else "") or (form.legal_basis if form else "")

    def _law(self, name: str) -> Profile:
        profile = find_profile(name)
        if "order" in self.rules.model_fields_set:
            profile = profile.ordered(self.rules.order)
        return profile.with_parameters(ExemptPurpose, lambda rule: {"periods": self.exemptions.over(rule.periods)})

    @property
    def campaign_map(self) -> Mapping[str, Campaign]:
        """The campaigns by name."""
        return {name: self._campaign(name, section) for name, section in self.campaigns.items()}

    def _campaign(self, name: str, section: CampaignSection) -> Campaign:
        purpose = Purpose(section.purpose)
        return Campaign(name, section.lists, section.principal, purpose, section.subjects)

    @property
    def outside_routes(self) -> Routes:
        """What leads outside."""
        section = self.routes
        return Routes(
            trunks=section.trunks,
            inside_peers=section.inside_peers,
            inside_technologies=frozenset(name.lower() for name in section.inside_technologies),
            outside_contexts=section.outside_contexts,
            inside_contexts=section.inside_contexts,
            inside_extensions=section.inside_extensions + (VICIDIAL_EXTENSIONS if section.site == "vicidial" else ()),
            public_digits=section.public_digits or shortest_public(self.phone.home),
        )

    @property
    def ami_policies(self) -> Policies:
        """What each manager user may do.

        Raises:
            ValueError: a user may pass originates unread.
        """
        users = {name: policy_of(section) for name, section in self.ami_users.items()}
        return Policies(users.pop(DEFAULT_USER, ClientPolicy()), users)

    @property
    def max_ages(self) -> Mapping[str, int]:
        """For how many microseconds after its import each list may be relied on; without those that never age."""
        days = {name: self.max_age_days(name) for name in self.lists}
        return {name: age * MICROSECONDS_A_DAY for name, age in days.items() if age}

    def max_age_days(self, name: str) -> int:
        """For how many days after an import a configured list may be relied on; 0: for ever."""
        section = self.lists[name]
        if "max_age_days" in section.model_fields_set or not section.format:
            return section.max_age_days
        form = self.format_of(name)
        return (form.max_age_days if form is not None else 0) or section.max_age_days

    def import_rules(self, name: str) -> "ImportRules":
        """What the configuration says of imports into a list, as arguments of `gatekeeper.lists.ImportOptions`."""
        section = self.lists.get(name) or ListSection()
        return ImportRules(
            hold_days=(self.max_age_days(name) if name in self.lists else 0) or LONGEST_DAYS,
            max_shrink=section.max_shrink / 100 or None,
            max_growth=section.max_growth / 100 or None,
            keep_versions=section.keep_versions,
            keep_raw=section.keep_raw,
        )

    @property
    def socket_mode(self) -> int:
        """The file mode of the Unix socket."""
        return int(self.socket.mode, 8)


def is_list_name(name: str) -> bool:
    """Whether a list may have this name."""
    return re.match(LIST_NAME, name) is not None


def policy_of(section: AmiUserSection) -> ClientPolicy:
    """What a manager user may do.

    Raises:
        ValueError: it may pass originates unread.
    """
    kinds = (
        (Handling.CHECK, section.check_actions),
        (Handling.PASS, section.pass_actions),
        (Handling.REFUSE, section.refuse_actions),
    )
    return ClientPolicy(
        handling={name: kind for kind, names in kinds for name in names},
        commands=section.commands,
        applications=frozenset(section.applications),
        functions=frozenset(section.functions),
        campaign=section.campaign,
        principal=section.principal,
        account_is_campaign=section.account_is_campaign,
    )
