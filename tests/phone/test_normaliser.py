"""What is understood how: truth tables of dialled strings."""

import time

import pytest

from gatekeeper.phone import DialPlan, Normaliser, NumberKind, display

MOBILE = 33612345678
PARIS = 33142345678
LONDON = 442083661177

SITE = DialPlan(prefixes=("#31#", "*31#", "3651", "9", "1234#"), internal=(r"[2-8]\d{3}", r"agent-\w+", r".*"))


@pytest.fixture(scope="module")
def french() -> Normaliser:
    """A French site with the default dial plan."""
    return Normaliser(DialPlan())


@pytest.fixture(scope="module")
def site() -> Normaliser:
    """A French site with an access code and internal numbers that match far too much."""
    return Normaliser(SITE)


E164_ROWS = [
    # as dialers write a home number
    ("0612345678", MOBILE),
    ("33612345678", MOBILE),
    ("+33612345678", MOBILE),
    ("0033612345678", MOBILE),
    ("+33 6 12 34 56 78", MOBILE),
    ("+33 (0)6 12 34 56 78", MOBILE),
    ("0033 (0) 6 12 34 56 78", MOBILE),
    ("(+33)612345678", MOBILE),
    ("06.12.34.56.78", MOBILE),
    ("06-12-34-56-78", MOBILE),
    ("06/12/34/56/78", MOBILE),
    ("06\u00a012\u202f34\u200956 78", MOBILE),
    ("06\u201112\u201334\u221256 78", MOBILE),
    ("  0612345678  ", MOBILE),
    ("0612345678\r\n", MOBILE),
    ("01 42 34 56 78", PARIS),
    ("612345678", MOBILE),
    # pasted from an address book: marks of writing direction around it
    ("\u202a+33 6 12 34 56 78\u202c", MOBILE),
    ("\ufeff0612345678", MOBILE),
    # every first digit of the national plan
    ("0212345678", 33212345678),
    ("0312345678", 33312345678),
    ("0412345678", 33412345678),
    ("0512345678", 33512345678),
    ("0731234567", 33731234567),
    ("0801234567", 33801234567),
    ("0912345678", 33912345678),
    # a zero too many that a carrier may well ignore
    ("+330612345678", MOBILE),
    ("+33 0612345678", MOBILE),
    ("330612345678", MOBILE),
    ("00330612345678", MOBILE),
    ("3361 2345678", MOBILE),
    # caller-ID prefixes of the default plan
    ("#31#0612345678", MOBILE),
    ("*31#0612345678", MOBILE),
    ("36510612345678", MOBILE),
    ("#31#+33612345678", MOBILE),
    ("#31# 06 12 34 56 78", MOBILE),
    ("#31#36510612345678", MOBILE),
    # overseas, one number however it is written
    ("0590202345", 590590202345),
    ("+590590202345", 590590202345),
    ("+33590202345", 590590202345),
    ("00590590202345", 590590202345),
    ("590590202345", 590590202345),
    ("0690123456", 590690123456),
    ("0596301234", 596596301234),
    ("+596596301234", 596596301234),
    ("+33596301234", 596596301234),
    ("0594101234", 594594101234),
    ("0262161234", 262262161234),
    ("0692123456", 262692123456),
    ("+262692123456", 262692123456),
    ("0269601234", 262269601234),
    ("0639012345", 262639012345),
    ("+508412345", 508412345),
    ("0508412345", 508412345),
    ("+33508412345", 508412345),
    ("0801234567", 33801234567),
    ("+262801234567", 33801234567),
    ("+687201234", 687201234),
    ("00687201234", 687201234),
    ("+68940412345", 68940412345),
    ("+681401234", 681401234),
    # foreign
    ("+442083661177", LONDON),
    ("00442083661177", LONDON),
    ("442083661177", LONDON),
    ("+44 (0)20 8366 1177", LONDON),
    ("+390612345678", 390612345678),
    ("+12015550123", 12015550123),
    ("+80012345678", 80012345678),
    # extensions and post-dial digits
    ("0612345678w12", MOBILE),
    ("0612345678,,12", MOBILE),
    ("0612345678p12#", MOBILE),
    ("0612345678x12", MOBILE),
    ("0612345678 ext. 12", MOBILE),
    ("0612345678;12", MOBILE),
    ("0612345678;ext=12", MOBILE),
    ("0612345678#", MOBILE),
    # URIs
    ("tel:+33-6-12-34-56-78", MOBILE),
    ("tel:0612345678;phone-context=+33", MOBILE),
    ("TEL:+33612345678;phone-context=+44", MOBILE),
    ("0612345678;phone-context=example.com", MOBILE),
    ("sip:+33612345678@192.0.2.1:5060;user=phone", MOBILE),
    ("sips:0612345678;ext=3@carrier.example", MOBILE),
    ("0612345678@trunk", MOBILE),
    # digits of other scripts are read by their meaning, so that a listed person is found
    ("\u0660\u0666\u0661\u0662\u0663\u0664\u0665\u0666\u0667\u0668", MOBILE),
    ("\uff10\uff16\uff11\uff12\uff13\uff14\uff15\uff16\uff17\uff18", MOBILE),
    ("\uff0b33612345678", MOBILE),
    ("061234567\u0668", MOBILE),
]

INVALID_ROWS = [
    # nothing, junk, letters
    "",
    " ",
    "+",
    "()",
    "abc",
    "0612FLOWERS",
    "a0612345678",
    "0612345678b",
    "0612345678&0698765432",
    "0612345678|0698765432",
    "0612345678^x",
    "PJSIP/0612345678@trunk",
    "0612345678!",
    "*0612345678",
    "06*12345678",
    "${EXTEN}",
    "0612345678)) or 1=1 --",
    "\u00b20612345678",
    # too short, too long, not of the plan
    "0",
    "061234567",
    "06123456789",
    "0700123456",
    "0012345",
    "4242",
    "1" * 26,
    "0612345678" * 30,
    "0612345678/0698765432",
    # two signs, or a sign in the middle
    "++33612345678",
    "+ +33612345678",
    "0033+33612345678",
    "+0033612345678",
    "33+612345678",
    "0612345678+",
    # doubled prefixes
    "0033033612345678",
    "+3333612345678",
    "000033612345678",
    "003300612345678",
    # control characters
    "06\n12345678",
    "06\x0012345678",
    "06\u202812345678",
    "0612\ud80045678",
    # two persons' numbers at once
    "493012345",
    "687512345",
    # a second number to dial on to
    "0612345678w0698765432",
    "0612345678,,0698765432",
    # parameters that change who is called, or another country's local number
    "+33612345678;rn=+33698765432",
    "tel:2083661177;phone-context=+44",
    "sip:%2B33612345678@carrier.example",
    "sip:0612345678@a@b",
    "tel:0612345678@host",
]


@pytest.mark.parametrize(("dialled", "e164"), E164_ROWS)
def test_number_is_understood(french: Normaliser, dialled: str, e164: int) -> None:
    """Every way of writing one number gives this number."""
    number = french.normalise(dialled)
    assert (NumberKind.E164, e164, dialled) == number[:3]


@pytest.mark.parametrize("dialled", INVALID_ROWS)
def test_what_is_not_surely_understood_is_refused(french: Normaliser, dialled: str) -> None:
    """Anything else is INVALID, with a reason that holds no digits."""
    number = french.normalise(dialled)
    assert (NumberKind.INVALID, 0, dialled) == number[:3]
    assert number.note
    assert not any(character.isdecimal() for character in number.note)


@pytest.mark.parametrize("dialled", INVALID_ROWS)
def test_a_greedy_internal_pattern_lets_no_public_number_out(site: Normaliser, dialled: str) -> None:
    """Even where every string is declared internal, what has the digits of a public number stays refused."""
    digits = sum(character.isdecimal() for character in dialled)
    kind = site.normalise(dialled).kind
    assert kind is NumberKind.INVALID if digits >= 9 or len(dialled) > 64 else kind is not NumberKind.E164


@pytest.mark.parametrize(("dialled", "e164"), E164_ROWS)
def test_a_greedy_internal_pattern_hides_no_number(site: Normaliser, dialled: str, e164: int) -> None:
    """A full number is looked up in the lists although an internal pattern matches it too."""
    assert (NumberKind.E164, e164) == site.normalise(dialled)[:2]


@pytest.mark.parametrize("number", sorted(DialPlan().emergency))
def test_an_emergency_number_is_one_as_a_whole_string(site: Normaliser, number: str) -> None:
    """An emergency number is one when the whole string is it, also after configured prefixes."""
    for dialled in (number, "9" + number, "9," + number, "#31#" + number, "3651" + number, "9#31#" + number):
        assert site.normalise(dialled).kind is NumberKind.EMERGENCY, dialled


@pytest.mark.parametrize("number", sorted(DialPlan().emergency))
def test_what_resembles_an_emergency_number_is_none(french: Normaliser, number: str) -> None:
    """Nothing that only resembles an emergency number goes by as one."""
    wide = "".join(chr(0xFF10 + int(digit)) for digit in number)
    for dialled in (
        *(wide, "/".join(number), number + "w1", number + "\n", "\t" + number, f"+{number}", f"tel:{number}"),
        *(f"sip:{number}@host", f"+32{number}", number + ",0612345678", number + "0612345678", f"0000{number}"),
    ):
        assert french.normalise(dialled).kind is not NumberKind.EMERGENCY, dialled


@pytest.mark.parametrize("dialled", ["8112", "1122", "912", "1112", "#32#112", "112#", "0612112"])
def test_an_emergency_number_behind_no_prefix_is_none(french: Normaliser, dialled: str) -> None:
    """An emergency number behind something that is no prefix is none."""
    assert french.normalise(dialled).kind is not NumberKind.EMERGENCY


def test_no_persons_number_is_an_emergency_by_prefix() -> None:
    """A prefix and an emergency number that together are somebody's number are somebody's number."""
    normaliser = Normaliser(DialPlan(prefixes=("06123456",)))
    assert normaliser.normalise("0612345615")[:2] == (NumberKind.E164, 33612345615)


def test_an_emergency_line_of_ones_own_is_one_in_this_spelling() -> None:
    """A long number that the admin declares an emergency number is one, in this spelling only."""
    normaliser = Normaliser(DialPlan(emergency=frozenset({"112", "0612345678"})))
    normaliser.normalise("0612345679")
    assert normaliser.normalise("0612345678").kind is NumberKind.EMERGENCY
    assert normaliser.normalise("0612345679").kind is NumberKind.E164
    assert normaliser.normalise("33612345678").kind is NumberKind.E164


@pytest.mark.parametrize(
    "dialled", ["90612345678", "9,0612345678", "9w0612345678", "9 06 12 34 56 78", "90033612345678"]
)
def test_a_configured_access_code_is_taken_off(site: Normaliser, dialled: str) -> None:
    """A configured access code before a number is taken off, with a pause after it or none."""
    assert site.normalise(dialled)[:2] == (NumberKind.E164, MOBILE)
    assert site.normalise("1234#0612345678").e164 == MOBILE
    assert site.normalise("91234##31#0612345678").e164 == MOBILE


def test_an_access_code_that_makes_two_numbers() -> None:
    """Where a string is one person's number with the access code and another's without, it is refused."""
    normaliser = Normaliser(DialPlan(prefixes=("0",)))
    assert normaliser.normalise("0493012345").e164 == 33493012345
    assert normaliser.normalise("00612345678").e164 == MOBILE
    assert normaliser.normalise("0000442083661177").e164 == LONDON
    assert normaliser.normalise("00493012345").kind is NumberKind.INVALID


@pytest.mark.parametrize("dialled", ["3900", "3651", "118218", "1013", "1023", "3919", "116006", "36103", "39 00"])
def test_short_codes_are_told_apart_from_full_numbers(french: Normaliser, dialled: str) -> None:
    """The home country's short codes are told apart from full numbers."""
    assert french.normalise(dialled).kind is NumberKind.SHORT_CODE


@pytest.mark.parametrize("dialled", ["3900w1", "3900,0612345678", "118218#", "tel:3900;ext=1", "+3900", "00333900"])
def test_nothing_rides_on_a_short_code(french: Normaliser, dialled: str) -> None:
    """A short code with anything after or before it is not one."""
    assert french.normalise(dialled).kind is NumberKind.INVALID


def test_internal_patterns_match_the_whole_string_last() -> None:
    """The admin's patterns match the whole dialled string, and only after every public reading failed."""
    normaliser = Normaliser(DialPlan(internal=(r"[2-8]\d{3}", r"agent-\w+")))
    assert normaliser.normalise("2345").kind is NumberKind.INTERNAL
    assert normaliser.normalise("3900").kind is NumberKind.INTERNAL
    assert normaliser.normalise("agent-anna").kind is NumberKind.INTERNAL
    assert normaliser.normalise("23456").kind is NumberKind.INVALID
    assert normaliser.normalise("112").kind is NumberKind.EMERGENCY
    assert normaliser.normalise("agent-0612345678").kind is NumberKind.INVALID


@pytest.mark.parametrize(
    "dialled", ["anonymous", "Anonymous", " withheld ", "sip:anonymous@anonymous.invalid", "masqué"]
)
def test_a_word_for_a_hidden_number_is_known(french: Normaliser, dialled: str) -> None:
    """A word that stands for a hidden number is known as such."""
    assert french.normalise(dialled).kind is NumberKind.WITHHELD


def test_numbers_are_shown_with_their_plus() -> None:
    """Numbers are shown with their plus; no number is shown as nothing."""
    assert display(MOBILE) == "+33612345678"
    assert display(0) == ""


def test_wrong_plans_are_refused() -> None:
    """An unknown country and a broken pattern are named at once, not at the first call."""
    with pytest.raises(ValueError, match="XX"):
        Normaliser(DialPlan(home="XX"))
    with pytest.raises(ValueError, match=r"internal: '\('"):
        Normaliser(DialPlan(internal=("(",)))


@pytest.mark.parametrize(
    "dialled",
    [
        *("0" * 100_000, "+" * 100_000, "0612345678" * 10_000, "9" * 100_000, "(" * 100_000, "#31#" * 25_000),
        *("9" * 128, "#31#" * 32, ";" * 128, "0612345678" + ";" * 100, "0612345678" + "w" * 100 + "!", "a" * 64 + "!"),
    ],
)
def test_long_and_nasty_strings_take_bounded_time(dialled: str) -> None:
    """No length and no pattern that an admin is likely to write makes one string cost more than a moment."""
    normaliser = Normaliser(DialPlan(prefixes=("9", "99", "#31#", "#31##31#"), internal=(r"\w{1,8}(-\w{1,8})*",)))
    normaliser.normalise("0612345678")
    begin = time.process_time()
    assert normaliser.normalise(dialled).kind is NumberKind.INVALID
    assert time.process_time() - begin < 0.2
