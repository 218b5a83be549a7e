import pytest

from gatekeeper.agi.protocol.exchange import COMMANDS, commands_of, question_of, refused_question
from gatekeeper.errors import ProtocolError
from gatekeeper.policy import Gate, Reason, Verdict
from gatekeeper.screening import Question
from gatekeeper.screening.call import Said
from tests.agi.environments import environment
from tests.agi.gate import ANSWER, BLOCKED, parsed

PLAIN = Question(
    "0612345678", Gate.GOSUB, "", "", "0199000000", "Local/0612345678@out-00000000;2", "1795461102.1", "17.1"
)


@pytest.mark.parametrize(
    ("data", "question"),
    [
        # The arguments
        (environment("0612345678", "", "", "gosub", "17.1"), PLAIN),
        (
            environment("0612345678", "sales", "ACME", "gosub", "17.1"),
            PLAIN._replace(campaign="sales", principal="ACME"),
        ),
        (environment("0612345678", "", "", "predial", "17.1"), PLAIN._replace(gate=Gate.PREDIAL)),
        (environment("0612345678", "", "", "context", "17.1"), PLAIN._replace(gate=Gate.CONTEXT)),
        (environment("0612345678", "", "", "other", "17.1"), PLAIN._replace(gate=Gate.FASTAGI)),
        (environment("0612345678"), PLAIN._replace(gate=Gate.FASTAGI, linkedid="")),
        # Encoded, whatever they hold
        (
            environment("%2B33%206%2012%0A%22%2C", "caf%C3%A9%20%26", "%FF", "gosub", "17.1"),
            PLAIN._replace(dialled='+33 6 12\n",', campaign="café &", principal="\ufffd"),
        ),
        # Without a number, the extension's
        (environment("", "sales", "", "gosub", "17.1"), PLAIN._replace(campaign="sales")),
        (environment(agi_extension="0601"), PLAIN._replace(dialled="0601", gate=Gate.FASTAGI, linkedid="")),
        # The caller ID
        (environment("0612345678", "", "", "gosub", "17.1", agi_callerid="unknown"), PLAIN._replace(caller_id="")),
        (
            environment("0612345678", "", "", "gosub", "17.1", agi_callerid=b"caf\xe9"),
            PLAIN._replace(caller_id="caf\ufffd"),
        ),
        # The caller ID that is presented, even where that is none; a called channel's own is the number that is called
        (environment("0612345678", "", "", "gosub", "17.1", "", "0199000001"), PLAIN._replace(caller_id="0199000001")),
        (environment("0612345678", "", "", "gosub", "17.1", "", ""), PLAIN._replace(caller_id="")),
        # What it says of itself
        (
            environment("0612345678", "", "", "gosub", "17.1", "", "0199000000", "&goods=caf%C3%A9&purpose=&contact=7"),
            PLAIN._replace(said=Said(goods="café", contact="7")),
        ),
        (
            environment("0612345678", "", "", "gosub", "17.1", "", "0199000000", "goods=a"),
            PLAIN._replace(said=Said(goods="a")),
        ),
        # The URL says the same
        (
            environment(
                "0612345678",
                "s",
                "",
                "gosub",
                "17.1",
                "",
                "0199000000",
                "&goods=a&contact=7",
                agi_network_script="screen?0612345678&s&&goods=a&contact=7",
            ),
            PLAIN._replace(campaign="s", said=Said(goods="a", contact="7")),
        ),
        (environment("0612345678", "", "", "gosub", "17.1", agi_network_script="screen?0612345678&"), PLAIN),
    ],
)
def test_a_request_becomes_a_question(data: bytes, question: Question) -> None:
    """Each part of it comes from where the dialplan puts it."""
    assert question_of(parsed(data))[: len(question)] == question[:]


@pytest.mark.parametrize(
    "data",
    [
        # No number
        environment("", agi_extension=""),
        environment(agi_extension=None),
        # The URL, which no caller ID can reach, says otherwise than the arguments
        environment("0699999999", agi_network_script="screen?0612345678"),
        environment("0612345678", "", agi_network_script="screen?0612345678&sales"),
        environment("0612345678", agi_network_script="screen?0612345678&sales"),
        environment("", agi_network_script="screen?0612345678"),
        # It has to say all of what the call says of itself
        *(
            environment(
                "0612345678",
                "",
                "",
                form,
                "17.1",
                "",
                "",
                said,
                agi_network_script=f"screen?0612345678&&{words}",
            )
            for form, said, words in (
                ("gosub", "&goods=a", ""),
                ("gosub", "", "&goods=a"),
                ("gosub", "&goods=b", "&goods=a"),
                ("gosub", "&goods=a", "&goods=ab"),
                ("gosub", "&goods=a&contact=7", "&goods=a"),
                ("gosub", "&contact=7", "&goods=a&contact=7"),
                ("goods=a", "&contact=7", "&goods=a&contact=7"),
                ("gosub", "&goods=a", "&contact=7&goods=a"),
                ("gosub", "garbage", "&goods=a"),
            )
        ),
    ],
)
def test_a_request_that_cannot_be_relied_on_is_refused(data: bytes) -> None:
    """It is no question at all, but one that is refused; the number is the URL's where that has one."""
    request = parsed(data)
    with pytest.raises(ProtocolError):
        question_of(request)
    refused = refused_question(request)
    assert (refused.dialled or "none", refused.refused) in (("0612345678", "GATE_ERROR"), ("none", "GATE_ERROR"))


@pytest.mark.parametrize("form", ["gosub", "predial", "context"])
@pytest.mark.parametrize("number", ["tel:0612345678", "", "0612345678"])
def test_what_the_dialplan_can_not_dial_is_told(form: str, number: str) -> None:
    """A form that ends in -odd is refused, whatever the lists say; no other number is looked for."""
    question = question_of(parsed(environment(number, "", "", f"{form}-odd", agi_extension="0698765432")))
    assert question[:2] == (number, question_of(parsed(environment("1", "", "", form))).gate)
    assert question.refused == "NUMBER_INVALID"


def test_an_answer_becomes_one_command() -> None:
    """All variables at once, the verdict last."""
    names = "REASON", "LIST", "CAUSE", "PROVISION", "RETRY_AT", "DECISION", "VERDICT"
    array = ",".join(f"GATEKEEPER_{name}" for name in names)
    assert commands_of(BLOCKED).decode() == (
        f'SET VARIABLE ARRAY({array}) "LISTED,bloctel,21,FR-HOURS,2026-11-26T09:59:00Z,{ANSWER.id},BLOCK"\n'
    )
    assert commands_of(ANSWER).decode() == f'SET VARIABLE ARRAY({array}) "CLEAR,,0,,,{ANSWER.id},ALLOW"\n'
    assert COMMANDS == 1


@pytest.mark.parametrize(
    "changed", [{"list": "a,ALLOW"}, {"provision": "a,b"}, {"list": 'a"'}, {"list": "a\n"}, {"id": "X,Y"}, {"id": ""}]
)
def test_a_value_that_could_shift_the_others_is_no_answer(changed: dict[str, str]) -> None:
    """Where a comma or a quote got into a name, the call gets no answer rather than a wrong one."""
    with pytest.raises(ValueError, match=r"ARRAY|digits"):
        commands_of(BLOCKED._replace(**changed))  # type: ignore[arg-type]  # texts


@pytest.mark.parametrize("verdict", list(Verdict))
@pytest.mark.parametrize("reason", list(Reason))
def test_every_verdict_and_reason_is_passed_on_as_it_is(verdict: Verdict, reason: Reason) -> None:
    """And no answer's variables stay for the next one."""
    command = commands_of(ANSWER._replace(verdict=verdict, reason=reason, id="X")).decode()
    undecided = verdict is Verdict.ALLOW or reason in {Reason.GATE_ERROR, Reason.GATE_DOWN}
    assert command.endswith(f'"{reason},,0,,{"" if undecided else "never"},X,{verdict}"\n')
