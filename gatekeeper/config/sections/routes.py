"""`[routes]`: what leads outside, for the AMI proxy and the watchdog."""

from pydantic import Field

from gatekeeper.ami.routes import INSIDE_TECHNOLOGIES, Routes
from gatekeeper.config.kinds import Patterns, Section, Texts, Whole

_DEFAULTS = Routes()


class RoutesSection(Section):
    """What leads outside, for the AMI proxy and the watchdog. A number dialled at a peer (`PJSIP/number@peer`) does."""

    trunks: Patterns = Field(
        default=_DEFAULTS.trunks,
        description="Peers that lead outside even when they are dialled without a number. Name your trunks here.",
    )
    inside_peers: Patterns = Field(
        default=_DEFAULTS.inside_peers,
        description="Peers that never lead outside, even when a number is dialled at them: another PBX of yours.",
    )
    inside_technologies: Texts = Field(
        default=tuple(sorted(INSIDE_TECHNOLOGIES)),
        description="Channel technologies that reach telephones and programs of the site only.",
    )
    outside_contexts: Patterns = Field(
        default=_DEFAULTS.outside_contexts,
        description="Contexts of the dialplan where every extension leads outside.",
    )
    inside_contexts: Patterns = Field(
        default=_DEFAULTS.inside_contexts,
        description="Contexts where none does; `outside_contexts` come first.",
    )
    public_digits: Whole = Field(
        default=_DEFAULTS.public_digits,
        ge=3,
        le=15,
        description="In every other context, an extension with at least so many digits is taken for a public number.",
    )
