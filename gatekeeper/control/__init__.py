"""The control socket: the AGI script and the command line ask the daemon over it."""

from gatekeeper.control.client import ask
from gatekeeper.control.refuse import refuse_operation
from gatekeeper.control.server import AskServer

__all__ = ["AskServer", "ask", "refuse_operation"]
