"""The certificate of an erasure comes when every step is shown, and each step that is left out keeps it away.

A real database, its dump and its files; what is erased is built once for all tests here.
"""

import gzip
import json
import shutil
from dataclasses import dataclass, replace
from datetime import timedelta
from io import StringIO
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from django.conf import settings as house_settings
from django.contrib.sessions.backends.db import SessionStore
from django.core.management import CommandError, call_command
from django.db import connection
from django.utils import timezone
from joserfc.jwk import RSAKey

from brik.audit.actors import Process
from brik.audit.models import Event
from brik.audit.reasons import Reason
from brik.audit.verbs import Verb
from brik.mapping.models import Mapping
from brik.mapping.record import actions as interviews
from brik.mapping.record import sections
from brik.people.models import Stay
from brik.staff.models import Role, Staff
from brik.vault import keys
from brik.vault.custody import actions as custody
from brik.vault.custody import backup
from brik.vault.custody.actions import Custodians
from brik.vault.custody.backup import Passphrases
from brik.vault.models import Key
from brik.vault.providers.provider import forget, provider
from followup.desk.erasure import actions, certificate
from followup.desk.erasure.proof import ErasureProof, Sources, mark_of
from followup.desk.retention import actions as retention
from followup.desk.retention.erasures import Erasure, ErasureExtent
from followup.sharing.wire import signing
from tests import canary, situations
from tests.situations.interview import HOUSING
from tests.vault.key_keepers import FILES, KeyKeeper

pytestmark = [pytest.mark.proof, pytest.mark.django_db, pytest.mark.usefixtures("key_ring")]
BY, WORKER = Process("test"), Process("worker")
WORD = canary.word("slettet")


@dataclass(frozen=True)
class ErasedPerson:
    """An erasure that is carried out to its end, where to look for what it erased, and what the custodians hold."""

    erasure: UUID
    sources: Sources
    custodians: Custodians
    wrapping_key: str

    def step(self, name: str, **changed) -> tuple[bool, str]:
        """Whether one step is shown, and what it says; only the places that it looks at are given."""
        row = Erasure.objects.select_related("decision", "proposed_by").get(pk=self.erasure)
        needed = {"dump": "dump", "data directory": "data_directory", "files": "files", "logs": "logs"}
        nowhere = dict.fromkeys(set(needed.values()) - {needed.get(name)})
        found = ErasureProof(row, replace(self.sources, **(nowhere | changed))).steps()
        return next((step.passed, step.said) for step in found if step.name == name)


@pytest.fixture(scope="module")
def erased(django_db_setup, django_db_blocker, tmp_path_factory):
    """Committed, so that the dump and the files of the database have it; emptied again when the module is done."""
    folder = tmp_path_factory.mktemp("erased")
    with pytest.MonkeyPatch.context() as patch, django_db_blocker.unblock():
        patch.setattr(backup, "SCRYPT_N", 16)
        patch.setattr(custody, "STALE", timedelta())
        before = {name: getattr(house_settings, name) for name in ("KEY_PROVIDER", "KEY_DIR")}
        keeper = KeyKeeper(FILES, folder / "module", house_settings).choose()
        try:
            yield build(keeper, folder)
        finally:
            call_command("flush", verbosity=0, interactive=False, allow_cascade=False, inhibit_post_migrate=True)
            for name, value in before.items():
                setattr(house_settings, name, value)
            forget()


def build(keeper: KeyKeeper, folder: Path) -> ErasedPerson:
    custodians = Custodians(Passphrases("den første forvalteren", "den andre forvalteren"), folder / "backup")
    first = custody.create(custodians, by=BY)
    began = wal_file()
    with keys.ring():
        erasure = erase_somebody()
    custody.create(custodians, by=BY)
    wrap_anew()
    custody.retire(first, custodians=custodians, by=BY)
    custody.destroy(first, custodians=custodians, by=BY)
    custody.copies_destroyed(first, custodians=custodians, by=BY)
    (folder / "dump.sql").write_bytes(canary.dump(connection.settings_dict))
    for name in ("files", "logs"):
        (folder / name).mkdir()
        (folder / name / "something").write_text("nothing")
    copy_data_directory(folder / "data", began)
    sources = Sources(folder / "dump.sql", folder / "data", folder / "files", folder / "logs", (WORD,))
    return ErasedPerson(erasure, sources, custodians, first)


def erase_somebody() -> UUID:
    """Somebody whose name is the word, mapped, who took everything back and is released; everything is erased."""
    situations.publish_texts()
    by, someone = situations.a_mapper_and_a_person(family=WORD)
    situations.a_signed_consent(someone, by)
    mapping = interviews.begin(Mapping.objects.get(person=someone), by=by)
    sections.save_section(mapping, area="C", answers=situations.form_answers(**HOUSING), version=0, by=by)
    interviews.sign_off(mapping, by=by)
    situations.a_withdrawal(someone, by=by)
    Stay.objects.filter(person=someone).change(released_at=timezone.now())
    one, another = (situations.an_account(Role.INSIGHT) for _ in range(2))
    erasure = actions.propose(someone, extent=ErasureExtent.EVERYTHING, why=Reason.ASKED_FOR, by=one)
    actions.confirm(erasure, by=another)
    return erasure.pk


def wrap_anew() -> None:
    """Wrap every living data key by the current wrapping key, as a rotation does."""
    with situations.triggers_off():
        for key in Key.objects.filter(destroyed_at=None):
            data_key = provider().unwrap(bytes(key.wrapped), key.keeping, key.subject, key.key_id)
            key.wrapped = provider().wrap(data_key, key.keeping, key.subject)
            key.key_id = provider().key_id
            key.save()


def asked(statement: str):
    with connection.cursor() as cursor:
        cursor.execute(statement)
        return cursor.fetchone()[0]


def wal_file() -> str:
    return str(asked("SELECT pg_walfile_name(pg_current_wal_lsn())"))


def copy_data_directory(target: Path, began: str) -> None:
    """The files of this database, and of the log what was written since: the other tests' have nothing to tell."""
    asked("SELECT pg_switch_wal()::text")
    source = Path(asked("SHOW data_directory"))
    own = str(asked("SELECT oid FROM pg_database WHERE datname = current_database()"))
    for part in ("global", f"base/{own}"):
        shutil.copytree(source / part, target / part)
    (target / "pg_wal").mkdir()
    for path in sorted((source / "pg_wal").iterdir()):
        if path.is_file() and path.name >= began:
            shutil.copy(path, target / "pg_wal")


def run(erased: ErasedPerson, *more: str, **changed) -> tuple[str, CommandError | None]:
    """The command over everything that is given."""
    sources = replace(erased.sources, **changed)
    words = erased.custodians.backup.parent / "words"
    words.write_text("\n".join(sources.words), encoding="utf-8")
    given = {
        "--dump": sources.dump,
        "--data-directory": sources.data_directory,
        "--files": sources.files,
        "--logs": sources.logs,
    }
    options = [part for name, path in given.items() if path for part in (name, str(path))]
    out = StringIO()
    try:
        call_command(
            "prove_erased", "--erasure", str(erased.erasure), *options, "--words", str(words), *more, stdout=out
        )
    except CommandError as error:
        return out.getvalue(), error
    return out.getvalue(), None


def test_the_certificate_says_what_was_done_and_its_signature_fits(erased, tmp_path):
    file = tmp_path / "certificate.json"
    said, error = run(erased, "--certificate", str(file))
    assert error is None, said
    assert "NOT SHOWN" not in said
    content = certificate.verified(file.read_text())
    assert content["erasure"] == str(erased.erasure)
    assert [key["keeping"] for key in content["data_keys"]] == ["consent", "interview", "person", "talk", "withdrawal"]
    assert [key["id"] for key in content["wrapping_keys"]] == [erased.wrapping_key]
    assert len(content["steps"]) == 10
    assert WORD not in file.read_text() + said
    assert Event.objects.filter(verb=Verb.ERASURE_PROVED, object_id=str(erased.erasure)).count() == 1
    out = StringIO()
    call_command("prove_erased", "--verify", str(file), stdout=out)
    assert out.getvalue().startswith("The signature fits.")


def test_a_certificate_that_was_changed_or_signed_by_another_does_not_hold(erased, tmp_path):
    row = Erasure.objects.select_related("decision__decided_by", "proposed_by").get(pk=erased.erasure)
    proof = ErasureProof(row, erased.sources)
    content = certificate.content_of(proof, [], at=timezone.now(), by=BY)
    file, key = tmp_path / "certificate.json", tmp_path / "key.json"

    def verify(*more: str) -> None:
        call_command("prove_erased", "--verify", str(file), *more, stdout=StringIO())

    file.write_text(certificate.sign(content))
    verify()
    key.write_text(json.dumps(signing.public_jwk(signing.own_key())))
    verify("--key", str(key))
    changed = json.loads(file.read_text())
    changed["certificate"]["why"] = "ordered"
    file.write_text(json.dumps(changed))
    with pytest.raises(CommandError, match="not what was signed"):
        verify()
    other = RSAKey.generate_key(2048)
    file.write_text(certificate.sign(content, key=other))
    with pytest.raises(CommandError, match="unknown key"):
        verify()
    file.write_text("{}")
    with pytest.raises(CommandError, match="no certificate"):
        verify()


@pytest.mark.parametrize("left_out", ["dump", "data_directory", "files", "logs", "words"])
def test_without_a_place_to_look_no_certificate_is_signed(erased, tmp_path, left_out):
    file = tmp_path / "certificate.json"
    nowhere = dict.fromkeys(["dump", "data_directory", "files", "logs"])
    changed = {"words": ()} if left_out == "words" else {left_out: None}
    name = left_out.replace("_", " ")
    assert erased.step(name, **changed)[0] is False
    # The whole command with nothing to read, so that it is quick: it names the step and signs nothing.
    _, error = run(erased, "--certificate", str(file), **(nowhere | changed))
    assert name in str(error)
    assert error.returncode == 1
    assert not file.exists()
    assert not Event.objects.filter(verb=Verb.ERASURE_PROVED).exists()


def test_an_erasure_that_nobody_confirmed_is_none(erased):
    waiting = Erasure.objects.create(
        person=Erasure.objects.get(pk=erased.erasure).person,
        extent=ErasureExtent.SAID,
        why=Reason.ASKED_FOR,
        proposed_by=Staff.objects.order_by("pk").first(),
    )
    assert replace(erased, erasure=waiting.pk).step("decision") == (False, "Nobody has confirmed this erasure.")
    assert erased.step("decision")[0]


@pytest.mark.parametrize("verb", [Verb.ERASURE_PROPOSED, Verb.ERASURE_CONFIRMED])
def test_a_decision_that_the_log_does_not_tell_of_is_none(erased, verb):
    with situations.triggers_off():
        Event.objects.filter(verb=verb).delete()
    assert erased.step("decision") == (False, f"The log does not tell of {verb.name}.")


def test_a_legal_hold_keeps_the_certificate_away(erased):
    one, another = (situations.an_account(Role.INSIGHT) for _ in range(2))
    person = Erasure.objects.get(pk=erased.erasure).person
    retention.place_hold(person, why=Reason.COURT_CASE, by=one, confirmed_by=another)
    assert erased.step("decision") == (False, "A legal hold stands.")


def test_a_data_key_that_lives_keeps_it_away(erased):
    row, subject = Erasure.objects.get(pk=erased.erasure), uuid4()
    keys.key_for_sealing(keys.KeyName("talk", subject, row.person_id))
    # What is said later has a key of its own, and is not what was erased.
    assert erased.step("data keys")[0]
    with situations.triggers_off():
        key = Key.objects.get(subject=subject)
        key.created_at = row.proposed_at
        key.save()
    assert erased.step("data keys") == (False, "1 data keys live.")


def test_a_data_key_that_only_says_that_it_is_destroyed_keeps_it_away(erased):
    person = Erasure.objects.get(pk=erased.erasure).person_id
    with situations.triggers_off():
        plain = Key.objects.filter(person=person)
        one = plain[0]
        with connection.cursor() as cursor:
            cursor.execute("UPDATE vault_key SET destroyed_at = destroyed_at + interval '1 s' WHERE id = %s", [one.pk])
    assert erased.step("data keys") == (False, "A row of a key is not what was saved here.")


def test_a_data_key_whose_end_the_log_does_not_tell_of_keeps_it_away(erased):
    with situations.triggers_off():
        Event.objects.filter(pk=Event.objects.filter(verb=Verb.KEY_DESTROYED).first().pk).delete()
    assert erased.step("data keys") == (False, "The log does not tell of the end of 1 data keys.")


def test_a_number_by_which_the_person_is_found_keeps_it_away(erased):
    other = situations.a_person()
    assert erased.step("identity")[0]
    with situations.triggers_off(), connection.cursor() as cursor:
        cursor.execute(
            "UPDATE people_identifier SET person_id = %s WHERE person_id = %s",
            [Erasure.objects.get(pk=erased.erasure).person_id, other.pk],
        )
    assert erased.step("identity") == (False, "A number, a stay or a message names the person.")


def test_a_wrapping_key_that_lives_and_may_have_wrapped_them_keeps_it_away(erased):
    """The second one, where nothing shows that it came later."""
    assert erased.step("wrapping keys")[0]
    with situations.triggers_off():
        Event.objects.filter(verb=Verb.WRAPPING_KEY_CHANGED, reason=Reason.CREATED).exclude(
            about=erased.wrapping_key
        ).delete()
    passed, said = erased.step("wrapping keys")
    assert (passed, provider().key_id in said) == (False, True)


def test_without_the_custodians_record_no_certificate_is_signed(erased):
    assert erased.step("custodians")[0]
    with situations.triggers_off():
        Event.objects.filter(reason=Reason.COPIES_DESTROYED).delete()
    passed, said = erased.step("custodians")
    assert (passed, erased.wrapping_key in said) == (False, True)


def test_a_record_of_the_custodians_that_was_not_written_here_is_none(erased):
    event = Event.objects.get(reason=Reason.COPIES_DESTROYED)
    with situations.triggers_off():
        Event.objects.filter(pk=event.pk).update(actor="process:wrapping_key2")
    assert erased.step("custodians")[0] is False


def test_words_that_could_stand_anywhere_are_refused(erased):
    assert erased.step("words")[0]
    assert erased.step("words", words=("Kari",))[0] is False


def test_a_dump_of_less_than_everything_is_none(erased, tmp_path):
    whole = erased.sources.dump.read_bytes()
    assert erased.step("dump")[0]
    for table in (b"django_session", b"procrastinate_jobs", b"people_historicalperson"):
        (tmp_path / "dump").write_bytes(whole.replace(b"COPY public." + table + b" ", b"-- "))
        passed, said = erased.step("dump", dump=tmp_path / "dump")
        assert (passed, f"public.{table.decode()}" in said) == (False, True)


def test_a_dump_from_before_the_erasure_is_none(erased, tmp_path):
    mark = mark_of(Key.objects.filter(destroyed_at__isnull=False)[0])
    (tmp_path / "dump").write_bytes(erased.sources.dump.read_bytes().replace(mark, b"interview"))
    passed, said = erased.step("dump", dump=tmp_path / "dump")
    assert (passed, "from before the erasure" in said) == (False, True)


@pytest.mark.parametrize("place", ["session", "queue"])
def test_a_word_in_a_session_or_in_the_queue_keeps_it_away(erased, tmp_path, place):
    """As the dump of a database shows it in which the word was left."""
    if place == "session":
        table, left = b"django_session", SessionStore().encode({"typed": WORD * 3}).encode()
    else:
        table, left = b"procrastinate_jobs", json.dumps({"answer": WORD}).encode()
    whole = erased.sources.dump.read_bytes()
    start = whole.index(b"COPY public." + table + b" ")
    end = whole.index(b"\n", start) + 1
    (tmp_path / "dump").write_bytes(whole[:end] + left + b"\n" + whole[end:])
    passed, said = erased.step("dump", dump=tmp_path / "dump")
    assert (passed, "word 1 of the file" in said, WORD in said) == (False, True, False)


def test_a_packed_dump_is_read_too(erased, tmp_path):
    (tmp_path / "dump.gz").write_bytes(gzip.compress(erased.sources.dump.read_bytes()))
    assert erased.step("dump", dump=tmp_path / "dump.gz")[0]
    (tmp_path / "dump.gz").write_bytes(gzip.compress(erased.sources.dump.read_bytes() + WORD.encode()))
    assert erased.step("dump", dump=tmp_path / "dump.gz")[0] is False


def test_the_data_directory_of_another_database_is_none(erased, tmp_path):
    assert erased.step("data directory")[0]
    assert erased.step("data directory", data_directory=tmp_path) == (
        False,
        "It is not the data directory of this database.",
    )


def test_a_copy_of_the_data_directory_from_before_the_erasure_is_none(erased, tmp_path):
    (tmp_path / "global").mkdir()
    shutil.copy(erased.sources.data_directory / "global" / "pg_control", tmp_path / "global")
    assert erased.step("data directory", data_directory=tmp_path) == (False, "It is a copy from before the erasure.")


def test_a_word_in_the_write_ahead_log_keeps_it_away(erased, tmp_path):
    """Across the end of a page, where the next page's header stands between its two halves."""
    target = tmp_path / "data"
    shutil.copytree(erased.sources.data_directory / "global", target / "global")
    (target / "pg_wal").mkdir()
    half, word = 8192 - 7, WORD.encode()
    page = b"\x00" * half + word[:7] + b"\xd1" * 24 + word[7:]
    (target / "pg_wal" / "0000000100000000000000FF").write_bytes(page)
    passed, said = erased.step("data directory", data_directory=target)
    assert (passed, "word 1 of the file" in said) == (False, True)


@pytest.mark.parametrize("place", ["files", "logs"])
@pytest.mark.parametrize(
    "form", [str.encode, lambda word: word.encode("utf-16"), lambda word: word.encode().hex().encode()]
)
def test_a_word_in_a_file_or_a_log_keeps_it_away(erased, tmp_path, place, form):
    assert erased.step(place)[0]
    (tmp_path / "deep").mkdir()
    (tmp_path / "deep" / "file").write_bytes(b"\x00" * 9_000_000 + form(WORD))
    passed, said = erased.step(place, **{place: tmp_path})
    assert (passed, "deep/file: word 1 of the file" in said) == (False, True)


def test_a_wrapped_key_that_a_living_wrapping_key_opens_keeps_it_away(erased, tmp_path):
    """A file with a row of keys from before, wrapped by a key that lives: the rows of an older backup."""
    gone = Key.objects.filter(destroyed_at__isnull=False)[0]
    wrapped = provider().wrap(b"k" * 32, gone.keeping, gone.subject)
    (tmp_path / "backup.sql").write_bytes(
        f"1\t{gone.keeping}\t{gone.subject}\t{gone.person}\t\\\\x{wrapped.hex()}\n".encode()
    )
    passed, said = erased.step("files", files=tmp_path)
    assert (passed, f"the wrapping key {provider().key_id} opens" in said) == (False, True)


def test_what_a_file_cannot_tell_is_not_passed_over(erased, tmp_path):
    assert erased.step("files", files=tmp_path / "missing") == (False, "It is no folder.")
    assert erased.step("dump", dump=tmp_path / "missing")[0] is False


def test_the_last_erasure_of_a_person_is_found_by_the_person(erased):
    out, person = StringIO(), Erasure.objects.get(pk=erased.erasure).person_id
    with pytest.raises(CommandError, match="No certificate is signed"):
        call_command("prove_erased", "--person", str(person), stdout=out)
    assert "shown  decision" in out.getvalue()
    with pytest.raises(CommandError, match="no such erasure"):
        call_command("prove_erased", "--person", str(uuid4()), stdout=out)
