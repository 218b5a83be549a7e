"""`Originate`: the channel it dials, and what it joins to it."""

from gatekeeper.ami.protocol.action import Action
from gatekeeper.ami.protocol.client_policy import ClientPolicy
from gatekeeper.ami.protocol.dial_strings import numbers_of
from gatekeeper.ami.protocol.inspect.applications import numbers_run
from gatekeeper.ami.protocol.inspect.places import numbers_entered, numbers_of_gosub
from gatekeeper.ami.protocol.inspect.presented import presented
from gatekeeper.ami.protocol.inspect.reading import plain
from gatekeeper.ami.protocol.inspect.variables import read_variables
from gatekeeper.ami.protocol.inspection import PASSED, Check, Inspection
from gatekeeper.ami.protocol.routes import Routes
from gatekeeper.ami.protocol.wire import MAX_HEADERS
from gatekeeper.errors import RefusedActionError
from gatekeeper.text import printable


def inspect_originate(action: Action, routes: Routes, policy: ClientPolicy) -> Inspection:
    """`Originate`: every number it calls outside is to be checked."""
    channel, context, extension, application, data, account, caller_id, _async, priority, before = plain(
        action, "Channel", "Context", "Exten", "Application", "Data", "Account", "CallerID", "Async", "Priority",
        "PreDialGoSub",
    )  # fmt: skip
    if any("/" in name for name in plain(action, "ChannelId", "OtherChannelId")):
        raise RefusedActionError("a channel's id that could be taken for the name of another channel")
    named = read_variables(action, routes, policy)
    if "/" not in channel:
        return PASSED  # Asterisk refuses it in its own words
    found = list(numbers_of(channel, routes))
    if application:
        found += numbers_run(application, data, channel, routes, policy)
    elif extension:
        # Asterisk takes 0 for 1 here, and here alone; and the context `default` where none is named.
        found += numbers_entered(context or "default", extension, "1" if priority == "0" else priority, routes)
    if before:
        found += numbers_of_gosub(before, routes)
    found += named.numbers
    if not found:
        return PASSED
    if action.count >= MAX_HEADERS:
        raise RefusedActionError(f"an Originate with {MAX_HEADERS} headers leaves no room for the gate's own")
    return Check(
        tuple(printable(number) for number in dict.fromkeys(found)),
        printable(channel),
        printable(named.campaign or (account if policy.account_is_campaign else "") or policy.campaign),
        printable(named.principal or policy.principal),
        printable(presented(caller_id, named.assignments)),
        originates=True,
        said=policy.said(named.said),
    )
