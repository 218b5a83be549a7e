"""`[socket]`: the Unix socket on which the plain AGI script asks."""

from pathlib import Path

from pydantic import Field

from gatekeeper.config.field_types import AbsolutePath, FileMode, Section, Text


class SocketSection(Section):
    """The Unix socket on which the plain AGI script asks."""

    path: AbsolutePath = Field(
        default=Path("/run/gatekeeper/gatekeeper.sock"),
        description="The socket's path, of at most 107 bytes. The daemon makes it and removes it.",
    )
    mode: FileMode = Field(default="0660", description="The socket's file mode: whoever may write to it may ask.")
    group: Text = Field(
        default="",
        description='The group that the socket is given to, such as "asterisk"; "" leaves it to the daemon\'s own.',
    )

    def as_mode(self) -> int:
        """The socket's file mode as a number."""
        return int(self.mode, 8)
