"""`[campaigns.NAME]`: what a campaign asks of the gate."""

from typing import Literal

from pydantic import Field, field_validator

from gatekeeper.config.field_types import Flag, Section, Text, Texts
from gatekeeper.config.sections.law import known_law
from gatekeeper.law import Trades
from gatekeeper.policy import Call, CalleeKind, Campaign, DialMode, Purpose
from gatekeeper.policy.ledger import name_key


class CampaignSection(Section):
    """What a campaign asks of the gate. `campaigns.default` serves the calls that name no configured campaign."""

    lists: Texts = Field(
        default=("*",),
        description='The opposition and wash lists that apply, in the order in which they are asked; ["*"] for all. '
        "Red lists always apply and are not named here.",
    )
    principal: Text = Field(default="", description="The company that is called for, unless the call names one.")
    purpose: Literal[
        "prospecting",
        "running-contract",
        "callback",
        "service",
        "survey",
        "non-profit",
        "charity",
        "press",
        "public-service",
    ] = Field(
        default="prospecting",
        description="What the campaign calls for. A country's law says which purposes it binds; under `lists-only` all "
        "but prospecting lift the lists while `[exemptions]` says so. Red lists always apply.",
    )
    sector: Text = Field(
        default="", description="The trade that it calls for (`gatekeeper law trades`); without, that of its goods."
    )
    goods: Texts = Field(
        default=(),
        description="The kinds of goods or services that it calls about: a consent, and a contract, has to name them.",
    )
    dial_mode: Literal["manual", "preview", "progressive", "predictive", "voice-agent", "robot"] = Field(
        default="predictive", description="How its calls are dialled: some laws let machines present few caller IDs."
    )
    callee: Literal["consumer", "business"] = Field(
        default="consumer", description="Whom it calls: consumers, or businesses about their trade."
    )
    subcontractor: Text = Field(default="", description="Who calls for the principal, if somebody does.")
    caller_ids: Texts = Field(
        default=(),
        description="The caller IDs assigned to the principal that this campaign names, in international spelling; "
        "none: whichever are shown.",
    )
    call_may: tuple[Literal["purpose", "sector", "goods", "dial_mode", "callee", "contact", "postcode"], ...] = Field(
        default=("postcode",),
        description="What a call may say of itself even where that makes the law less strict than this campaign has "
        'it. All else that it says can only make it stricter. "contact": that a number is of a contact whose consents '
        'the ledger does not know to be of that number. "postcode": where in its country the callee is.',
    )
    shadow: Flag = Field(
        default=False,
        description="Whether the law is judged and journalled for its calls and does not block them yet; lists and red "
        "lists still do.",
    )
    subjects: Texts = Field(
        default=(),
        description="The subjects of contracts that its calls are about: only a running contract on one of these lifts "
        "a list, and under a country's law each stands for the goods that this campaign names, but for those of a "
        "trade that is banned. None: whatever the contract is about.",
    )
    law: Text = Field(default="", description="The law that its calls are judged by; without, that of `[law]`.")

    @field_validator("law")
    @classmethod
    def _is_there(cls, law: str) -> str:
        return known_law(law) if law else law

    def as_campaign(self, name: str, trades: Trades) -> Campaign:
        """The campaign of this name.

        Raises:
            ValueError: a sector or goods are unknown; `check_trades` says so first.
        """
        goods = tuple(name_key(one) for one in self.goods)
        named = (self.sector,) if self.sector else ()
        call = Call(
            purpose=Purpose(self.purpose),
            sectors=tuple(dict.fromkeys((*named, *(trades.goods[one] for one in goods)))),
            goods=goods,
            dial_mode=DialMode(self.dial_mode),
            callee=CalleeKind(self.callee),
            subcontractor=self.subcontractor,
            own_caller_ids=self.caller_ids,
        )
        may = frozenset(self.call_may)
        return Campaign(name, self.lists, self.principal, Purpose(self.purpose), self.subjects, call, may)
