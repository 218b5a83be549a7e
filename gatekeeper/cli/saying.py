"""Options that say what a call is: read from the command line, and refused where a word is unknown."""

from collections.abc import Iterable

import typer

from gatekeeper.law import Trades
from gatekeeper.policy.call import PLAIN_CALL, Call
from gatekeeper.policy.ledger import name_key
from gatekeeper.screening.call import SEVERAL, Said
from gatekeeper.translation import phrase


def read_said(said: Said, trades: Trades) -> Said:
    """What a call is said to be, if all of it is understood.

    Args:
        said: the options.
        trades: the sectors and goods that there are.

    Raises:
        typer.BadParameter: a sector or a kind of goods is unknown.
    """
    _known(said.sector, trades.sectors, "--sector")
    _known(said.goods, trades.goods, "--goods")
    return said


def _known(text: str, there: Iterable[str], option: str) -> None:
    names = sorted(there)
    for one in text.split(SEVERAL) if text else ():
        if name_key(one) not in names:
            raise typer.BadParameter(
                phrase("{one!r} is unknown; there are: {names}", one=one[:40], names=", ".join(names)),
                param_hint=option,
            )


def not_judged_as_said(said: Said, call: Call, campaign: str) -> str:
    """What to tell of words that were not judged as they were said; "" for nothing.

    Args:
        said: the options.
        call: the call as it was judged.
        campaign: its campaign.
    """
    if call is PLAIN_CALL:
        words = [name for name, word in said._asdict().items() if word and name not in {"contact", "postcode"}]
        return (
            phrase("no country's law was asked, so nothing looked at: {names}", names=", ".join(words)) if words else ""
        )
    judged = {
        "purpose": (call.purpose,),
        "sector": call.sectors,
        "goods": call.goods,
        "dial_mode": (call.dial_mode,),
        "callee": call.callees,
    }
    other = [
        f"{name} {', '.join(words)}"
        for name, words in judged.items()
        if (asked := getattr(said, name)) and {name_key(one) for one in asked.split(SEVERAL)} != set(words)
    ]
    if not other:
        return ""
    return phrase(
        "[campaigns.{campaign}] lets a call say of itself only what is stricter (call_may), so it was judged by: "
        "{names}",
        campaign=campaign,
        names="; ".join(other),
    )
