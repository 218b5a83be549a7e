"""Canary calls: a number that rings nobody, on a list of its own, is dialled by every way that a site has.

Of each way the journal must have a row, and nothing may leave: what goes straight to a trunk is sent to a `sink` of
ours in place of the carrier, what a context dials is seen by the events of Asterisk's manager. `numbers` has those that
ring nobody, `ways` finds what there is to try, `originating` places a call, `trial` tries them all and judges.
`emergency` asks the dialplan about emergency numbers without the daemon, and calls nobody.
"""

from gatekeeper.doctor.canary.emergency import try_emergency
from gatekeeper.doctor.canary.numbers import canary_number
from gatekeeper.doctor.canary.originating import Console
from gatekeeper.doctor.canary.trial import CanarySite, try_calls

__all__ = ["CanarySite", "Console", "canary_number", "try_calls", "try_emergency"]
