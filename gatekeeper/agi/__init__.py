"""AGI: the dialplan's way to ask the gate, over FastAGI or through a script that asks a Unix socket."""

from gatekeeper.agi.ask import AskServer, ask
from gatekeeper.agi.fastagi import FastAgiServer, GateApplication, GateRequest, Screen
from gatekeeper.agi.limits import Counters, Limits
from gatekeeper.agi.protocol import (
    AgiRequest,
    EnvironmentParser,
    ReplyParser,
    set_variable,
    set_variables,
)
from gatekeeper.agi.refuse import refuse_operation, refuse_route

__all__ = [
    "AgiRequest",
    "AskServer",
    "Counters",
    "EnvironmentParser",
    "FastAgiServer",
    "GateApplication",
    "GateRequest",
    "Limits",
    "ReplyParser",
    "Screen",
    "ask",
    "refuse_operation",
    "refuse_route",
    "set_variable",
    "set_variables",
]
