"""Texts of two principals: who writes for one alone names its own, and nobody is shown another's by naming it."""

from collections.abc import Callable
from pathlib import Path

import pytest
from alembic import command
from alembic.config import Config

from gatekeeper.consents import ConsentStore, GivenConsent, SharedTerms, WrittenBy, migrations
from gatekeeper.consents.importing.importer import ConsentImportOptions, import_consents
from gatekeeper.errors import ConsentError
from gatekeeper.storage import open_engine

AT = 1_787_212_800_000_000
NUMBER = 33612345678
ANNA = WrittenBy("anna", "command line")

Naming = Callable[[ConsentStore, Path, str, str, str], object]
"""Writes a consent of a principal down that names a text, for whoever writes for one principal alone ("": for all)."""


def _add(store: ConsentStore, _folder: Path, principal: str, text: str, bound_to: str) -> None:
    terms = SharedTerms(principal=principal, goods=("wine",), text=text)
    store.add([GivenConsent(NUMBER, "", AT, 0, terms, "ref:1")], ANNA._replace(bound_to=bound_to))


def _import(store: ConsentStore, folder: Path, principal: str, text: str, bound_to: str) -> None:
    file = folder / "c.csv"
    file.write_text(f"number;principal;goods;text;collected_at\n0612345678;{principal};wine;{text};2026-08-20T10:00\n")
    options = ConsentImportOptions(by="anna", principal=bound_to, bound_to=bound_to, force=True)
    import_consents(store, file, options)


def names(store: ConsentStore, *principals: str) -> list[str]:
    """The texts that readers of some principals see."""
    return [one.name for one in store.texts(principals)]


@pytest.mark.parametrize("naming", [_add, _import])
def test_who_writes_for_one_names_its_own(store: ConsentStore, tmp_path: Path, naming: Naming) -> None:
    """Another's, nobody's and one that there is not are refused alike; nothing of it shows anybody a text."""
    store.add_text("of-acme", "May ACME call you?", ANNA, ["ACME  SA"])
    store.add_text("of-nobody", "May we call you?", ANNA)
    told = set()
    for text in ("of-acme", "of-nobody", "no-such"):
        with pytest.raises(ConsentError, match="there is no text") as refused:
            naming(store, tmp_path, "Other", text, "Other")
        told.add(str(refused.value).replace(text, ""))
    assert len(told) == 1
    assert names(store, "other") == []
    naming(store, tmp_path, "ACME SA", "of-acme", "acme sa")
    assert names(store, "Acme SA", "other") == ["of-acme"]
    # The same once more gives it to one more, and takes it from nobody.
    store.add_text("of-acme", "May ACME call you?", ANNA, ["other"])
    naming(store, tmp_path, "Other", "of-acme", "Other")
    assert names(store, "other") == names(store, "ACME SA") == ["of-acme"]


@pytest.mark.parametrize("naming", [_add, _import])
def test_who_writes_for_all_says_whose_a_text_is(store: ConsentStore, tmp_path: Path, naming: Naming) -> None:
    """By the consents that name it; one of no principal gives it to nobody."""
    for text in ("first", "second"):
        store.add_text(text, text, ANNA)
    naming(store, tmp_path, "ACME", "first", "")
    naming(store, tmp_path, "", "second", "")
    assert (names(store, "acme"), names(store, "other"), names(store, "")) == (["first"], [], [])
    assert [(one.name, one.principals) for one in store.texts()] == [("first", ("acme",)), ("second", ())]
    naming(store, tmp_path, "ACME", "first", "ACME")


def test_the_same_text_once_more_writes_nothing(store: ConsentStore) -> None:
    """Who keeps it again, for those whose it is, adds nothing to what is known of who wrote what."""

    def sources() -> int:
        with store.engine.connect() as connection:
            return int(connection.exec_driver_sql("SELECT count(*) FROM consent_source").scalar_one())

    store.add_text("web", "May we call you?", ANNA, ["ACME"])
    known = sources()
    for whose in (["ACME"], ["acme"], [""], []):
        store.add_text("web", "May we call you?", ANNA, whose)
    assert sources() == known
    store.add_text("web", "May we call you?", ANNA, ["Other"])
    assert (sources(), names(store, "other")) == (known + 1, ["web"])


def test_what_an_older_version_wrote(tmp_path: Path) -> None:
    """A text is of every principal of whose consents it was said that it was shown: what is shown today stays so."""
    data = tmp_path / "data"
    with ConsentStore(data) as store:
        for text in ("both", "none"):
            store.add_text(text, text, ANNA)
        _add(store, tmp_path, "ACME  Wine", "both", "")
        _import(store, tmp_path, "acme wine", "both", "")
        _add(store, tmp_path, "Other", "both", "")
        _add(store, tmp_path, "", "none", "")
    config = Config()
    config.set_main_option("script_location", str(Path(str(migrations.__file__)).parent))
    config.set_main_option("path_separator", "os")
    config.attributes["engine"] = open_engine(data / "consents.sqlite3")
    command.downgrade(config, "0002")
    with ConsentStore(data) as store:
        assert [(one.name, one.principals) for one in store.texts()] == [("both", ("acme wine", "other")), ("none", ())]
