"""The rule `caller_id`."""

import pytest

from gatekeeper.law import find_profile
from gatekeeper.policy import NO_FACTS, Call, CallerId, CallerIdKind, Campaign, Reason
from gatekeeper.policy.call import WITHHELD
from gatekeeper.policy.rules.caller_id import CallerIdRanges
from tests.policy.attempts import attempt, block

BY_ID = {
    one.statement.id: one.provision.rule
    for one in find_profile("fr").provisions
    if one.provision is not None and isinstance(one.provision.rule, CallerIdRanges)
}
ANY, MACHINE, BY_HAND = BY_ID["FR-CLI-1"], BY_ID["FR-CLI-2"], BY_ID["FR-CLI-3"]
OWN = ("+33162000001", "3012")
NO_SHORT = CallerIdRanges(short=False)


def e164(digits: str) -> CallerId:
    """A number that is shown."""
    return CallerId(CallerIdKind.E164, digits)


def short(digits: str) -> CallerId:
    """A short number that is shown."""
    return CallerId(CallerIdKind.SHORT, digits)


@pytest.mark.parametrize(
    ("rule", "shown", "own", "passes"),
    [
        # Withheld or unreadable is refused by whichever rule.
        (CallerIdRanges(), WITHHELD, (), False),
        (CallerIdRanges(), CallerId(CallerIdKind.UNREADABLE), (), False),
        (CallerIdRanges(), e164("12125551234"), (), True),
        (CallerIdRanges(), short("3260"), (), True),
        (NO_SHORT, short("3260"), (), False),
        (NO_SHORT, e164("33162000001"), (), True),
        # 089, 3BPQ but for 30PQ and 31PQ, and 118XYZ.
        (ANY, e164("33891123456"), (), False),
        (ANY, e164("33888123456"), (), True),
        (ANY, short("3260"), (), False),
        (ANY, short("3900"), (), False),
        (ANY, short("3012"), (), True),
        (ANY, short("3103"), (), True),
        (ANY, short("118218"), (), False),
        (ANY, short("1023"), (), True),
        # What begins alike with a plus sign is no short number, and the other way round.
        (ANY, e164("33148000001"), (), True),
        (ANY, e164("351210000000"), (), True),
        # The principal's own, where they are configured.
        (ANY, e164("33162000001"), OWN, True),
        (ANY, short("3012"), OWN, True),
        (ANY, e164("33162000002"), OWN, False),
        (ANY, short("3013"), OWN, False),
        (ANY, e164("33162000002"), (), True),
        # What a machine dials shows a number of its ranges, the first and the last of each.
        (MACHINE, e164("33162000000"), (), True),
        (MACHINE, e164("33163999999"), (), True),
        (MACHINE, e164("33161999999"), (), False),
        (MACHINE, e164("33164000000"), (), False),
        (MACHINE, e164("33949999999"), (), True),
        (MACHINE, e164("33148000001"), (), False),
        (MACHINE, e164("590947500000"), (), True),
        (MACHINE, e164("590947600000"), (), False),
        (MACHINE, e164("262947912345"), (), True),
        (MACHINE, short("3012"), (), False),
        # What a person dials does not show a mobile number.
        (BY_HAND, e164("33612345678"), (), False),
        (BY_HAND, e164("33712345678"), (), False),
        *(
            (BY_HAND, e164(mobile), (), False)
            for mobile in (
                *("262692123456", "262639123456", "262709212345", "590690123456", "590709012345", "594694123456"),
                *("594709312345", "596696123456", "596709112345", "508708412345", "508551234", "508441234"),
            )
        ),
        *(
            (BY_HAND, e164(fixed), (), True)
            for fixed in ("262262123456", "262269601234", "590590202345", "594594101234", "596596301234", "508412345")
        ),
        (BY_HAND, e164("33948123456"), (), True),
        (BY_HAND, e164("33148000001"), (), True),
    ],
)
def test_table(rule: CallerIdRanges, shown: CallerId, own: tuple[str, ...], passes: bool) -> None:
    """A caller ID is presented only where nothing speaks against it."""
    asked = attempt()._replace(call=Call(caller_id=shown, own_caller_ids=own))
    assert rule(asked, NO_FACTS) == (None if passes else block(Reason.CALLER_ID))


@pytest.mark.parametrize(
    ("campaigns", "called_for", "passes"),
    [
        ("ACME", "ACME", True),
        ("ACME", " acme", True),
        ("ACME", "Beta", False),
        ("ACME", "", False),
        # A campaign that names nobody serves whoever the call names.
        ("", "Beta", True),
        ("", "", True),
    ],
)
def test_the_own_caller_ids_are_of_the_principal_that_the_campaign_names(
    campaigns: str, called_for: str, passes: bool
) -> None:
    """A call for another company does not present them."""
    call = Call(caller_id=e164("33162000001"), own_caller_ids=OWN)
    asked = attempt()._replace(campaign=Campaign("c", principal=campaigns), principal=called_for, call=call)
    assert ANY(asked, NO_FACTS) == (None if passes else block(Reason.CALLER_ID))
