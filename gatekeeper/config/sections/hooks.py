"""`[hooks.NAME]`: a program that follows what happens here."""

from typing import TYPE_CHECKING, Literal

from pydantic import Field, SecretStr

from gatekeeper.config.field_types import Flag, PemFile, Section, Text, Texts
from gatekeeper.errors import ConfigError
from gatekeeper.translation import phrase

if TYPE_CHECKING:
    from gatekeeper.delivery.channel import DeliveryChannel
    from gatekeeper.delivery.post import Receiver
    from gatekeeper.hooks.message import HookMessage
    from gatekeeper.hooks.sources import HookScope


class HookSection(Section):
    """A program that is told what happens: a webhook of a CRM, or VICIdial. NAME: as of a list."""

    connector: Literal["webhook", "vicidial"] = Field(
        default="webhook",
        description='What is spoken: "webhook", signed posts as Standard Webhooks says; "vicidial", `add_dnc_phone` of '
        "its non-agent API, for who objects to calls or is put on the red list by hand.",
    )
    url: Text = Field(
        default="",
        description='The address: "https://crm.example.org/gatekeeper", or '
        '"https://dialer.example.org/vicidial/non_agent_api.php".',
    )
    secret: SecretStr = Field(
        default=SecretStr(""),
        description="What a webhook is signed with: whsec_ and Base64; of VICIdial, its user's password. Better in the "
        "variable than in the file.",
    )
    events: tuple[Literal["decision.blocked", "call.bypassed", "refusal.recorded", "list.changed"], ...] = Field(
        default=("decision.blocked", "call.bypassed", "refusal.recorded", "list.changed"),
        description="What a webhook is told of.",
    )
    principals: Texts = Field(
        default=(),
        description="Only what concerns these companies; none for all. Changes of lists concern none, and are then not "
        "told.",
    )
    numbers: Flag = Field(default=True, description="Whether people's numbers are in it.")
    private: Flag = Field(
        default=False,
        description="Whether it may go to an address of a private network, and by http:// without encryption.",
    )
    ca: PemFile = Field(
        default="", description="The authority (PEM) that signed its certificate; without one, those of the system."
    )
    username: Text = Field(default="", description="Of VICIdial: a user with level 8 and the right to modify lists.")
    dnc_campaigns: Texts = Field(
        default=("SYSTEM_INTERNAL",),
        description='Of VICIdial: to whose do-not-call lists numbers are added; "SYSTEM_INTERNAL" is that of all '
        "campaigns.",
    )
    number_forms: tuple[Literal["significant", "national", "e164"], ...] = Field(
        default=("significant",),
        description='Of VICIdial: how its leads have their numbers written, several if need be. "significant": '
        '612345678; "national": 0612345678; "e164": 33612345678.',
    )

    def as_scope(self) -> "HookScope":
        """What it is told."""
        from gatekeeper.hooks.message import HookEvent
        from gatekeeper.hooks.sources import HookScope

        vicidial = self.connector == "vicidial"
        events = (HookEvent.REFUSAL, HookEvent.LIST) if vicidial else map(HookEvent, self.events)
        return HookScope(frozenset(events), frozenset(self.principals), self.numbers or vicidial)

    def as_channel(self, name: str) -> "DeliveryChannel[HookMessage]":
        """By what it is told.

        Args:
            name: the endpoint's.

        Raises:
            ConfigError: the secret is missing or wrong.
            DaemonError: a certificate can't be used.
        """
        from gatekeeper.delivery.signing import key_of
        from gatekeeper.hooks.vicidial import VicidialChannel, VicidialLogin
        from gatekeeper.hooks.webhook import HookChannel

        secret = self.secret.get_secret_value()
        variable = f"GATEKEEPER_HOOKS__{name.upper()}__SECRET"
        if self.connector == "vicidial":
            if not secret:
                raise ConfigError(
                    phrase(
                        "hooks.{name}.secret is missing: set VICIdial's password, best as {variable}",
                        name=name,
                        variable=variable,
                    )
                )
            login = VicidialLogin(self.username, secret, self.dnc_campaigns, self.number_forms)
            return VicidialChannel(name, self._receiver(name), login)
        try:
            key = key_of(secret)
        except ValueError as error:
            raise ConfigError(
                phrase(
                    "hooks.{name}.secret can't be used: {error}; set it, best as {variable}",
                    name=name,
                    error=error,
                    variable=variable,
                )
            ) from None
        return HookChannel(name, self._receiver(name), key)

    def _receiver(self, name: str) -> "Receiver":
        from gatekeeper.delivery.post import Receiver
        from gatekeeper.net.tls import trusting

        return Receiver(self.url, self.private, trusting(self.ca, f"hooks.{name}.ca"), f"private in [hooks.{name}]")
