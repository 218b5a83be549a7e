"""The feature code by which an agent takes down a refusal during the call."""

import re
from typing import Final

from gatekeeper.install.draft import Draft
from gatekeeper.install.edits import append_line, has_line
from gatekeeper.install.places import for_asterisk
from gatekeeper.install.steps.contexts import GENERATED
from gatekeeper.site import AsteriskSite
from gatekeeper.translation import phrase

_LINE: Final = 'gatekeeper-refuse => *66,self,Gosub,"gatekeeper-refuse,s,1"'


def features(draft: Draft, site: AsteriskSite) -> None:
    """Draft the code, unless it is used."""
    generated = site.kind in GENERATED
    file = site.etc / ("features_applicationmap_custom.conf" if generated else "features.conf")
    text = draft.text(file) or ""
    taken = [
        line for one in site.conf("features.conf").sections for line in one.lines if re.match(r"\*66\b", line.value)
    ]
    if not has_line(text, _LINE):
        if taken:
            draft.decide(
                phrase(
                    "{place}: *66 is taken; choose another code for gatekeeper-refuse (docs/refusal.md)",
                    place=taken[0].place,
                )
            )
        else:
            draft.write(file, append_line(text, _LINE, None if generated else "applicationmap"), for_asterisk(site))
            draft.reload("module reload features")
            draft.decide(
                phrase(
                    "who may take down a refusal with *66: DYNAMIC_FEATURES = gatekeeper-refuse in [globals] gives "
                    "it to all calls, set_var in pjsip.conf to some telephones (docs/refusal.md)"
                )
            )
