"""Calls as they are said to be, by campaign and call together: the call makes the law stricter, not looser."""

from collections.abc import Collection
from enum import StrEnum
from functools import lru_cache
from typing import Final, NamedTuple, TypeVar

from gatekeeper.errors import UnreadableCallError
from gatekeeper.law import Trades
from gatekeeper.phone import Normaliser, NumberKind
from gatekeeper.policy import Call, CalleeKind, CallerId, CallerIdKind, Campaign, DialMode, Purpose
from gatekeeper.policy.call import WITHHELD
from gatekeeper.policy.ledger import name_key
from gatekeeper.territory import Place, place_of
from gatekeeper.translation import phrase


class Said(NamedTuple):
    """What a call says of itself, word by word as it came; "" for what it does not say.

    Attributes:
        purpose: what it calls for (`Purpose`).
        sector: the trade that it is for; several are separated by commas.
        goods: the kind of goods or services that it is about; so are several of these.
        dial_mode: how it is dialled (`DialMode`).
        callee: whom it calls (`CalleeKind`), or several of these where nobody knows.
        subcontractor: who calls for the principal.
        contact: by what the site knows the consumer.
        postcode: the consumer's.
        agent: whose call it is, among those who work for the site: for the journal, whatever the law.
        fault: why what it says can't be read, or "".
    """

    purpose: str = ""
    sector: str = ""
    goods: str = ""
    dial_mode: str = ""
    callee: str = ""
    subcontractor: str = ""
    contact: str = ""
    postcode: str = ""
    agent: str = ""
    fault: str = ""


SEVERAL: Final = ","
"""Separates sectors, and goods, where a call is about several."""

NOTHING_SAID: Final = Said()

_PRESS: Final = "press"
"""The sector of newspapers, journals and magazines."""

_MOST_CALLS: Final = 4096
"""So many caller IDs are remembered."""

_ANY_GOODS: Final = ("",)
"""Goods that are not said; no consent and no contract names them."""

LOOSENABLE: Final = ("purpose", "sector", "goods", "dial_mode", "callee", "contact", "postcode")
"""What a call may say of itself that can make the law less strict, where its campaign lets it."""

Word = TypeVar("Word", bound=StrEnum)


class CallReader:
    """Makes one call of what a campaign and the call itself say.

    Args:
        normaliser: reads caller IDs.
        trades: the sectors and goods that there are.
    """

    def __init__(self, normaliser: Normaliser, trades: Trades) -> None:
        self._trades = trades
        # A site presents few caller IDs, again and again.
        self.caller_id = lru_cache(maxsize=_MOST_CALLS)(lambda text: read_caller_id(text, normaliser))
        self._calls: dict[tuple[str, str], tuple[Campaign, Call]] = {}

    def read(self, said: Said, caller_id: str, campaign: Campaign) -> Call:
        """What is said of a call.

        Where the call says otherwise than its campaign, the stricter of the two counts, or both, unless the campaign
        lets the call loosen that.

        Raises:
            UnreadableCallError: it says a word that is not understood, or something that can't be read.
        """
        if said.fault:
            raise UnreadableCallError(said.fault)
        base = self._plain(caller_id, campaign)
        if said is NOTHING_SAID or not any(said[:6]):
            return base
        may = campaign.call_may_loosen
        goods, sectors = self._about(said, base, may)
        callee, also = _callees(said.callee, base, may)
        return _of_the_press(
            base._replace(
                purpose=_purpose(said.purpose, base.purpose, may),
                sectors=sectors,
                goods=goods,
                dial_mode=_stricter(said.dial_mode, base.dial_mode, tuple(DialMode), may, "dial_mode"),
                callee=callee,
                subcontractor=said.subcontractor or base.subcontractor,
                also_callee=also,
            )
        )

    def _plain(self, caller_id: str, campaign: Campaign) -> Call:
        """What a campaign says of a call that says nothing itself: the same object for the same caller ID."""
        known = self._calls.get((campaign.name, caller_id))
        if known is not None and known[0] is campaign:
            return known[1]
        if len(self._calls) >= _MOST_CALLS:
            self._calls.clear()
        made = _of_the_press(campaign.call._replace(caller_id=self.caller_id(caller_id)))
        self._calls[campaign.name, caller_id] = (campaign, made)
        return made

    def _about(self, said: Said, base: Call, may: frozenset[str]) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """The goods and the sectors that count."""
        goods, sectors = base.goods, base.sectors
        if said.goods:
            named = _names(said.goods, self._trades.goods, "goods")
            # A campaign that does not say what it is about is about more than what the call says.
            goods = named if "goods" in may else tuple(dict.fromkeys((*(goods or _ANY_GOODS), *named)))
        if said.sector:
            named = _names(said.sector, self._trades.sectors, "sector")
            sectors = named if "sector" in may else tuple(dict.fromkeys((*sectors, *named)))
        return goods, tuple(dict.fromkeys((*sectors, *(self._trades.goods[one] for one in goods if one))))


def _names(said: str, known: Collection[str], field: str) -> tuple[str, ...]:
    """The sectors or goods that a call names, each once."""
    named = tuple(dict.fromkeys(name_key(one) for one in said.split(SEVERAL)))
    for one in named:
        if one not in known:
            raise UnreadableCallError(
                phrase(
                    "the {field} {one!r} is unknown; there is: {names}",
                    field=field,
                    one=one[:40],
                    names=", ".join(known),
                )
            )
    return named


def _word(said: str, kind: type[Word], field: str) -> Word:
    try:
        return kind(name_key(said))
    except ValueError:
        there = ", ".join(kind)
        raise UnreadableCallError(
            phrase("the {field} {said!r} is unknown; there is: {there}", field=field, said=said[:40], there=there)
        ) from None


def _of_the_press(call: Call) -> Call:
    """A call that is said to be for the press, and is about another trade as well, is one that prospects."""
    if call.purpose is Purpose.PRESS and not {_PRESS}.issuperset(call.sectors):
        return call._replace(purpose=Purpose.PROSPECTING)
    return call


def _purpose(said: str, base: Purpose, may: frozenset[str]) -> Purpose:
    """What is called for: where campaign and call differ, prospecting, which binds most."""
    word = _word(said, Purpose, "purpose") if said else base
    return word if "purpose" in may or word is base else Purpose.PROSPECTING


def _callees(said: str, base: Call, may: frozenset[str]) -> tuple[CalleeKind, CalleeKind | None]:
    """Whom a call may reach: where campaign and call differ, whom each of them says, the better protected first.

    Companies have registries of their own, so that none of the two is the stricter in all.
    """
    named = {_word(one, CalleeKind, "callee") for one in said.split(SEVERAL)} if said else set()
    kinds = named if named and "callee" in may else {*base.callees, *named}
    callee, *others = sorted(kinds, key=tuple(CalleeKind).index, reverse=True)
    return callee, others[0] if others else None


def _stricter(said: str, base: Word, order: tuple[Word, ...], may: frozenset[str], field: str) -> Word:
    """The stricter of two words by their order, the strictest last."""
    if not said:
        return base
    word = _word(said, type(base), field.replace("_", " "))
    return word if field in may else max(base, word, key=order.index)


def read_caller_id(text: str, normaliser: Normaliser) -> CallerId:
    """What a presented caller ID is: "" and words that say so are withheld."""
    if not text.strip() or text.strip().casefold() in _WITHHELD:
        return WITHHELD
    number = normaliser.normalise(text)
    if number.kind is NumberKind.E164:
        return CallerId(CallerIdKind.E164, str(number.e164))
    if number.kind is NumberKind.WITHHELD:
        return WITHHELD
    # Nothing but digits and blanks: picked out of other text they could be a range that may be presented.
    digits = text.replace(" ", "")
    plain = digits.isascii() and digits.isdecimal() and len(digits) <= _LONGEST_SHORT
    if plain and number.kind is not NumberKind.EMERGENCY:
        return CallerId(CallerIdKind.SHORT, digits)
    return CallerId(CallerIdKind.UNREADABLE)


_WITHHELD: Final = frozenset({"anonymous", "unknown", "unavailable", "restricted", "private", "withheld", "asterisk"})
_LONGEST_SHORT: Final = 6


def place_for(number: int, postcode: str, campaign: Campaign) -> Place:
    """Where a callee may be, by the number, and by the postcode that a call brings.

    A postcode narrows where the campaign lets calls say so; otherwise it can only add to what is possible.
    """
    found = place_of(number, postcode)
    if not postcode or "postcode" in campaign.call_may_loosen:
        return found
    plain = place_of(number)
    narrower = set(found.regions) <= set(plain.regions) and set(found.zones) <= set(plain.zones)
    return plain if narrower else found
