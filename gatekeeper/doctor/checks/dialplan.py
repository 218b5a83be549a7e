"""Check of the dialplan: every `Dial()` that leads outside has the gate before it."""

from collections.abc import Iterator

from gatekeeper.doctor.findings import CheckFinding, failed, said, warning
from gatekeeper.doctor.installation import CheckNeed, Installation
from gatekeeper.doctor.runner import HealthCheck
from gatekeeper.site.guards import is_guarded
from gatekeeper.site.outside import Leads, outside_dials
from gatekeeper.words import Sentence


def _look(at: Installation) -> Iterator[CheckFinding]:
    dialplan = at.site.dialplan
    for dial in outside_dials(dialplan, at.site.peers):
        if is_guarded(dialplan, dial):
            continue
        line = dial.at
        if dial.leads is Leads.OUTSIDE:
            yield failed(
                said(
                    "[{context}] extension {extension} dials a trunk without asking the gate",
                    "[{context}] l'extension {extension} appelle une ligne extérieure sans passer par le contrôle",
                    context=line.context,
                    extension=line.extension,
                ),
                said(
                    "put `same => n,Gosub(gatekeeper,s,1({number}))` before it, dial ${{GATEKEEPER_NUMBER}} with "
                    "option i, "
                    "and reload the dialplan; `gatekeeper install` does that where a rule can",
                    "placez `same => n,Gosub(gatekeeper,s,1({number}))` avant, appelez ${{GATEKEEPER_NUMBER}} avec "
                    "l'option i, puis rechargez le plan de numérotation ; `gatekeeper install` le fait quand c'est "
                    "possible",
                    number=next((one.number for one in dial.targets if one.number), "${EXTEN}"),
                ),
                line.line.place,
            )
        else:
            yield warning(
                said(
                    "[{context}] extension {extension} dials what is put together elsewhere: {what}",
                    "[{context}] l'extension {extension} appelle une cible composée ailleurs : {what}",
                    context=line.context,
                    extension=line.extension,
                    what=line.arguments.partition(",")[0],
                ),
                Sentence(
                    "look whether that can be a trunk; if it can, put the gate before it",
                    "vérifiez si ce peut être une ligne extérieure ; si oui, placez le contrôle avant",
                ),
                line.line.place,
            )


CHECK = HealthCheck(
    "dialplan",
    Sentence("dials without the gate", "les appels sans contrôle"),
    (CheckNeed.SITE,),
    _look,
    Sentence("every Dial() of a trunk asks first", "chaque Dial() vers l'extérieur demande d'abord"),
)
