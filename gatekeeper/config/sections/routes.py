"""`[routes]`: what leads outside, for the AMI proxy and the watchdog."""

from typing import Literal

from pydantic import Field

from gatekeeper.ami.protocol.extensions import VICIDIAL_EXTENSIONS
from gatekeeper.ami.protocol.routes import INSIDE_TECHNOLOGIES, Routes
from gatekeeper.config.field_types import Extensions, Patterns, Section, Texts, Whole
from gatekeeper.phone.shortest import shortest_public

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
    emergency_endpoints: Texts = Field(
        default=(),
        description="Endpoints straight to a carrier that only the emergency route dials. They need not have the SIP "
        "gate for their way out, and the watchdog's kill switch never touches them.",
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
    inside_extensions: Extensions = Field(
        default=_DEFAULTS.inside_extensions,
        description="Extensions that stay inside though they have as many digits as a public number, exactly or as "
        "patterns of a dialplan. A public number where a pattern is open is asked about all the same, and so is "
        "everything in `outside_contexts`.",
    )
    site: Literal["", "vicidial"] = Field(
        default="",
        description="A dialler whose own extensions are added to `inside_extensions`.",
    )
    public_digits: Whole = Field(
        default=0,
        ge=0,
        le=15,
        description="In every other context, an extension with at least so many digits is taken for a public number. "
        "0: as many as the shortest number of a person in the country `phone.home`.",
    )

    def as_routes(self, home: str) -> Routes:
        """What leads outside at a site whose country is `home`."""
        return Routes(
            trunks=self.trunks,
            inside_peers=self.inside_peers,
            inside_technologies=frozenset(name.lower() for name in self.inside_technologies),
            outside_contexts=self.outside_contexts,
            inside_contexts=self.inside_contexts,
            inside_extensions=self.inside_extensions + (VICIDIAL_EXTENSIONS if self.site == "vicidial" else ()),
            public_digits=self.public_digits or shortest_public(home),
        )
