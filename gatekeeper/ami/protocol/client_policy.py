"""Policies of clients: what each manager user may do through the proxy, as plain values. The defaults are safe."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType

from gatekeeper.screening.call import NOTHING_SAID, Said


class Handling(StrEnum):
    """What happens to an action that can place a call, or open a way round the gate."""

    CHECK = "check"
    """Look into it: what calls outside is screened, what can't be read is refused, the rest passes."""
    PASS = "pass"  # noqa: S105 - a word, no secret
    """Forward it unread."""
    REFUSE = "refuse"
    """Answer it with an error."""


@dataclass(frozen=True, slots=True)
class ClientPolicy:
    """What one manager user may do.

    Attributes:
        handling: by action name in any case, what differs from the default (see `.inspect`). `originate`
            can't be passed unread.
        commands: beginnings of CLI commands that pass, besides those known to be harmless; `channel originate` is
            always checked.
        applications: dialplan applications that may be run unread, besides those known to be harmless.
        functions: dialplan functions that may be set and read, besides those known to be harmless.
        campaign: the campaign of this user's calls that name none.
        principal: the company that this user calls for, where a call names none.
        says: what a call of this user says of itself where its variables do not say it.
        account_is_campaign: whether the `Account` of an originate names its campaign when no variable does.

    Raises:
        ValueError: `originate` is passed.
    """

    handling: Mapping[str, Handling] = field(default_factory=lambda: MappingProxyType({}))
    commands: tuple[str, ...] = ()
    applications: frozenset[str] = frozenset()
    functions: frozenset[str] = frozenset()
    campaign: str = ""
    principal: str = ""
    says: Said = NOTHING_SAID
    account_is_campaign: bool = True

    def __post_init__(self) -> None:
        handling = {name.lower(): Handling(value) for name, value in self.handling.items()}
        if handling.get("originate") is Handling.PASS:
            raise ValueError("originate must be checked or refused: passing it unread would leave the gate open")
        object.__setattr__(self, "handling", MappingProxyType(handling))
        object.__setattr__(self, "commands", tuple(" ".join(line.lower().split()) for line in self.commands))
        object.__setattr__(self, "applications", frozenset(name.lower() for name in self.applications))
        object.__setattr__(self, "functions", frozenset(name.upper() for name in self.functions))

    def said(self, said: Said) -> Said:
        """What a call says of itself, completed by what this user's calls say."""
        if self.says is NOTHING_SAID or said.fault:
            return said
        return Said(*(of_call or of_user for of_call, of_user in zip(said, self.says, strict=True)))


@dataclass(frozen=True, slots=True)
class Policies:
    """The policy of every manager user.

    Attributes:
        default: of users that are not named.
        users: by user name, in any case (Asterisk does not regard it either).
    """

    default: ClientPolicy = ClientPolicy()
    users: Mapping[str, ClientPolicy] = field(default_factory=lambda: MappingProxyType({}))

    def __post_init__(self) -> None:
        object.__setattr__(
            self, "users", MappingProxyType({name.lower(): policy for name, policy in self.users.items()})
        )

    def of(self, user: str) -> ClientPolicy:
        """The policy of a user."""
        return self.users.get(user.lower(), self.default)
