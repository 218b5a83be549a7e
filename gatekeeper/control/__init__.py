"""The control socket: the AGI script, the command line and the desk ask the daemon over it."""

from gatekeeper.control.async_client import DaemonClient, ask_async
from gatekeeper.control.client import ask
from gatekeeper.control.refuse import refuse_operation
from gatekeeper.control.server import AskServer

__all__ = ["AskServer", "DaemonClient", "ask", "ask_async", "refuse_operation"]
