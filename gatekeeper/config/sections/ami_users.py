"""`[ami_users.NAME]`: what a manager user may do through the AMI proxy."""

from pydantic import Field

from gatekeeper.config.field_types import Flag, Section, Text, Texts


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
    account_is_campaign: Flag = Field(
        default=True, description="Whether the `Account` of an originate names its campaign when no variable does."
    )
