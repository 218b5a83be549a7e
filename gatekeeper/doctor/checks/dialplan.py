"""Check of the dialplan: everything that dials outside has the gate before it, in AEL, Lua and queues, too."""

from collections.abc import Iterator

from gatekeeper.doctor.findings import CheckFinding, failed, said, warning
from gatekeeper.doctor.installation import CheckNeed, Installation
from gatekeeper.doctor.runner import HealthCheck
from gatekeeper.site.dialplan import Dialplan
from gatekeeper.site.guards import doubt, is_guarded
from gatekeeper.site.outside import ADDS_MEMBER, Leads, OutsideDial, outside_dials
from gatekeeper.site.queues import outside_members
from gatekeeper.site.scripts import scripted_dials
from gatekeeper.words import Sentence


def _look(at: Installation) -> Iterator[CheckFinding]:
    yield from _dialplan(at)
    yield from _scripts(at)
    yield from _queues(at)


def _scripts(at: Installation) -> Iterator[CheckFinding]:
    for dial in scripted_dials(at.site.tree, at.site.etc, at.site.peers):
        yield failed(
            said(
                "{code} dials the trunk {trunk} without asking the gate",
                "{code} appelle la ligne extérieure {trunk} sans passer par le contrôle",
                code=dial.code,
                trunk=dial.trunk,
            ),
            said(
                "ask before it, in the same {where}, by Gosub to `gatekeeper,s,1(NUMBER)`, and dial "
                "${{GATEKEEPER_NUMBER}} with option i; if {file} is not in use, `noload` its module in modules.conf "
                "and move the file away",
                "demandez avant, dans la même {ou}, par Gosub vers `gatekeeper,s,1(NUMBER)`, et appelez "
                "${{GATEKEEPER_NUMBER}} avec l'option i ; si {file} ne sert pas, mettez son module en `noload` dans "
                "modules.conf et déplacez le fichier",
                where="function" if dial.file.endswith(".lua") else "extension",
                ou="fonction" if dial.file.endswith(".lua") else "extension",
                file=dial.file,
            ),
            dial.place,
        )


def _queues(at: Installation) -> Iterator[CheckFinding]:
    for queue, line in outside_members(at.site.tree, at.site.etc, at.site.peers):
        yield failed(
            said(
                "queue {queue} has a member outside, whom Queue() dials without asking the gate: {member}",
                "la file {queue} a un membre extérieur, que Queue() appelle sans passer par le contrôle : {member}",
                queue=queue,
                member=line.value.split(",")[0],
            ),
            _BY_LOCAL,
            line.place,
        )


def _dialplan(at: Installation) -> Iterator[CheckFinding]:
    dialplan = at.site.dialplan
    for dial in outside_dials(dialplan, at.site.peers):
        if is_guarded(dialplan, dial):
            yield from _doubted(dialplan, dial)
            continue
        line = dial.at
        if dial.leads is Leads.OUTSIDE and dial.by == ADDS_MEMBER:
            yield failed(
                said(
                    "[{context}] extension {extension} gives a queue a member outside, whom Queue() dials without "
                    "asking the gate",
                    "[{context}] l'extension {extension} donne à une file un membre extérieur, que Queue() appelle "
                    "sans passer par le contrôle",
                    context=line.context,
                    extension=line.extension,
                ),
                _BY_LOCAL,
                line.line.place,
            )
        elif dial.leads is Leads.OUTSIDE:
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


def _doubted(dialplan: Dialplan, dial: OutsideDial) -> Iterator[CheckFinding]:
    """A gate that stands before it, and may not be asked about the call."""
    found = doubt(dialplan, dial)
    if found is None:
        return
    at = dial.at
    if found.asked:
        yield warning(
            said(
                "[{context}] extension {extension} asks the gate about one number, and dials another",
                "[{context}] l'extension {extension} interroge le contrôle sur un numéro, et en appelle un autre",
                context=at.context,
                extension=at.extension,
            ),
            Sentence("dial ${GATEKEEPER_NUMBER}", "appelez ${GATEKEEPER_NUMBER}"),
            at.line.place,
        )
        return
    yield warning(
        said(
            "[{context}] extension {extension} asks the gate, and {place} jumps past it to the Dial()",
            "[{context}] l'extension {extension} interroge le contrôle, et {place} saute au-delà, vers le Dial()",
            context=at.context,
            extension=at.extension,
            place=found.line.place,
        ),
        Sentence(
            "give the label to the Gosub, or jump to the line before it",
            "donnez l'étiquette au Gosub, ou sautez à la ligne qui le précède",
        ),
        at.line.place,
    )


_BY_LOCAL = Sentence(
    "let the member be Local/NUMBER@gatekeeper-dial/n, or of a context of yours that asks the gate, and reload",
    "que le membre soit Local/NUMBER@gatekeeper-dial/n, ou passe par un de vos contextes qui demande au contrôle ; "
    "puis rechargez",
)

CHECK = HealthCheck(
    "dialplan",
    Sentence("dials without the gate", "les appels sans contrôle"),
    (CheckNeed.SITE,),
    _look,
    Sentence("whatever dials a trunk asks first", "tout ce qui appelle l'extérieur demande d'abord"),
)
