"""AGI: the dialplan's way to ask the gate, over FastAGI."""

from gatekeeper.agi.fastagi import FastAgiServer, GateApplication, GateRequest
from gatekeeper.agi.protocol.wire import (
    AgiRequest,
    EnvironmentParser,
    ReplyParser,
    set_variable,
    set_variables,
)
from gatekeeper.agi.refuse import refuse_route

__all__ = [
    "AgiRequest",
    "EnvironmentParser",
    "FastAgiServer",
    "GateApplication",
    "GateRequest",
    "ReplyParser",
    "refuse_route",
    "set_variable",
    "set_variables",
]
