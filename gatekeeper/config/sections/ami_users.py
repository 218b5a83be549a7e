"""`[ami_users.NAME]`: what a manager user may do through the AMI proxy."""

from typing import Final

from pydantic import Field

from gatekeeper.ami.protocol.client_policy import ClientPolicy, Handling
from gatekeeper.config.field_types import Flag, Section, Text, Texts
from gatekeeper.screening.said import said_of

SAYS: Final = ("purpose", "sector", "goods", "dial_mode", "callee", "subcontractor")
"""What the calls of a user may say of themselves here."""


class AmiUserSection(Section):
    """What a manager user may do through the AMI proxy. `ami_users.default` serves those that are not named."""

    check_actions: Texts = Field(
        default=(), description="Actions that are looked into, of those that can be, beside those that are anyway."
    )
    pass_actions: Texts = Field(
        default=(),
        description="Actions that pass unread though the gate refuses them or does not know them; never `Originate`.",
    )
    refuse_actions: Texts = Field(default=(), description="Actions that are refused, such as `Originate`.")
    commands: Texts = Field(
        default=(),
        description="Beginnings of CLI commands that `Command` may run, beside those known to be harmless.",
    )
    applications: Texts = Field(
        default=(),
        description="Dialplan applications that a client may run unread, beside those known to be harmless.",
    )
    functions: Texts = Field(
        default=(), description="Dialplan functions that may be set and read, beside those known to be harmless."
    )
    campaign: Text = Field(default="", description="The campaign of this user's calls that name none.")
    principal: Text = Field(default="", description="The company that this user calls for, where a call names none.")
    purpose: Text = Field(
        default="",
        description="What this user calls for, where a call does not say it. As all that follows, it makes the "
        "law stricter than the campaign has it, not looser, unless the campaign's `call_may` names it.",
    )
    sector: Text = Field(default="", description="The trade that it calls for, where a call names none.")
    goods: Text = Field(default="", description="The kind of goods that it calls about, where a call names none.")
    dial_mode: Text = Field(default="", description="How its calls are dialled, where a call does not say it.")
    callee: Text = Field(default="", description="Whom it calls, where a call does not say it.")
    subcontractor: Text = Field(default="", description="Who calls for the principal, where a call names nobody.")
    account_is_campaign: Flag = Field(
        default=True, description="Whether the `Account` of an originate names its campaign when no variable does."
    )

    def as_policy(self) -> ClientPolicy:
        """What such a user may do.

        Raises:
            ValueError: it may pass originates unread.
        """
        kinds = (
            (Handling.CHECK, self.check_actions),
            (Handling.PASS, self.pass_actions),
            (Handling.REFUSE, self.refuse_actions),
        )
        return ClientPolicy(
            handling={name: kind for kind, names in kinds for name in names},
            commands=self.commands,
            applications=frozenset(self.applications),
            functions=frozenset(self.functions),
            campaign=self.campaign,
            principal=self.principal,
            says=said_of((field, getattr(self, field)) for field in SAYS),
            account_is_campaign=self.account_is_campaign,
        )
