"""How coded rows behave: what is noticed, what is saved, what is refused."""

import re
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from uuid import uuid4

import pytest
from django.apps import apps
from django.db import IntegrityError, connection, models, transaction
from django.test.utils import CaptureQueriesContext
from hypothesis import assume, given
from hypothesis import strategies as st

from brik.audit.models import Event
from brik.staff.models import MessageKey, Organisation, Post, Role, Staff, Unit
from brik.vault.codes.code_inspection import coded_models
from brik.vault.codes.coded_models import CodedQuerySet, changed_past_us, proved
from brik.vault.codes.row_codes import CodeBroken, coded_fields, coding_of, written_form
from brik.vault.providers.provider import provider
from tests import situations
from tests.vault.uncoded_models import UNCODED_MODELS

# What a column of each type may hold.
TEXTS = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=20)
MOMENTS = st.datetimes(timezones=st.sampled_from([UTC, timezone(timedelta(hours=2))]))
JSONS = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**9), 10**9) | st.floats(-1e6, 1e6) | TEXTS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXTS, inner, max_size=3),
    max_leaves=5,
)
KINDS = {
    "BooleanField": st.booleans(),
    "CharField": TEXTS,
    "TextField": TEXTS,
    "UUIDField": st.uuids(),
    "DateField": st.dates(),
    "DateTimeField": MOMENTS,
    "BinaryField": st.binary(max_size=20),
    "JSONField": JSONS,
    "DecimalField": st.decimals(allow_nan=False, allow_infinity=False, places=2),
}


def values_of(field):
    while field.is_relation:
        field = field.target_field
    return st.none() | KINDS.get(field.get_internal_type(), st.integers(0, 10**6))


def rows_of(model):
    return st.fixed_dictionaries({field.attname: values_of(field) for field in coded_fields(model)})


def fresh(row):
    return type(row).objects.get(pk=row.pk)


@given(st.data())
def test_any_changed_column_changes_the_code(data):
    model = data.draw(st.sampled_from(coded_models()))
    row = data.draw(rows_of(model))
    field = data.draw(st.sampled_from(coded_fields(model)))
    other = data.draw(values_of(field))
    # What is one value however it is written, is one.
    write = written_form(field)
    was = row[field.attname]
    assume((other is None) != (was is None) or (other is not None and write(other) != write(was)))
    coding = coding_of(model)
    assert coding.code_of(row) != coding.code_of(row | {field.attname: other})


@given(st.data())
def test_the_columns_of_a_row_cannot_be_taken_for_those_of_another_table(data):
    row = data.draw(rows_of(Unit))
    assert coding_of(Unit).code_of(row) != coding_of(Organisation).code_of(data.draw(rows_of(Organisation)) | row)


@pytest.mark.parametrize(
    ("field", "values"),
    [
        (models.DateTimeField(), [datetime(2026, 1, 1, 12, tzinfo=UTC).astimezone(timezone(timedelta(hours=5)))]),
        (models.JSONField(), [{"b": [1, {"x": None}], "a": "æ"}, {"a": "æ", "b": (1.0, {"x": None})}]),
        (models.DecimalField(), [Decimal("1.50"), Decimal("1.5")]),
        (models.BinaryField(), [b"ab", memoryview(b"ab")]),
        (models.CharField(), ["kartlegger", Role.MAPPER]),
    ],
)
def test_one_value_has_one_written_form(field, values):
    write = written_form(field)
    assert len({write(value) for value in values}) == 1
    if isinstance(field, models.DateTimeField):
        assert write(values[0]) == write(datetime(2026, 1, 1, 12, tzinfo=UTC))


def test_nothing_is_not_the_empty_text():
    row = {field.attname: None for field in coded_fields(Unit)}
    assert coding_of(Unit).code_of(row) != coding_of(Unit).code_of(row | {"name": ""})


def test_a_type_without_a_written_form_is_refused():
    with pytest.raises(TypeError, match="no written form"):
        written_form(models.GenericIPAddressField())


def test_a_code_of_another_installation_does_not_fit(monkeypatch):
    row = {field.attname: 1 if "id" in field.attname else "a" for field in coded_fields(Unit)}
    here = coding_of(Unit).code_of(row)
    monkeypatch.setattr(provider(), "installation", "another installation")
    elsewhere = coding_of(Unit).code_of(row)
    monkeypatch.setattr(provider(), "code_key", b"x" * 32)
    assert len({here, elsewhere, coding_of(Unit).code_of(row)}) == 3


def test_every_model_of_ours_is_coded_or_stands_in_the_list_with_its_reason():
    ours = {
        model.__name__
        for model in apps.get_models()
        if model.__module__.split(".")[0] in ("brik", "consent", "followup") and not hasattr(model, "instance_type")
    }
    coded = {model.__name__ for model in coded_models()}
    assert coded.isdisjoint(UNCODED_MODELS)
    assert ours - coded == set(UNCODED_MODELS)
    assert all(reason.strip() for reason in UNCODED_MODELS.values())


@pytest.mark.parametrize("model", coded_models(), ids=lambda model: model.__name__)
def test_a_coded_model_has_managers_that_code_and_reasons_for_what_it_leaves_out(model):
    assert all(reason.strip() for reason in model.UNCODED.values())
    if model is not Event:
        assert isinstance(model._default_manager.get_queryset(), CodedQuerySet)


pytestmark = pytest.mark.django_db


@pytest.fixture
def nav():
    return situations.an_organisation(public_key={"kty": "RSA", "kid": "en", "n": "x", "e": "AQAB"})


def test_a_saved_row_is_proved_and_a_changed_one_is_not(nav):
    fresh(nav).demand_code()
    situations.forge(nav, name="En annen")
    with pytest.raises(CodeBroken, match=r"^organisation: ") as broken:
        fresh(nav).demand_code()
    assert "annen" not in str(broken.value)


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("number", "1"),
        ("public_key", {"kid": "to"}),
        ("public_key", None),
        ("active", False),
        ("legal_basis_until", date(2030, 1, 1)),
        ("retention_months", 7),
        ("municipality", "0301"),
        ("code", b""),
    ],
)
def test_each_changed_column_in_the_database_is_noticed(nav, column, value):
    situations.forge(nav, **{column: value})
    assert changed_past_us([fresh(nav)]) == [nav]


def test_a_row_whose_id_was_changed_is_noticed():
    unit = situations.a_unit("Prøve fengsel")
    situations.forge(unit, id=unit.pk + 1000)
    with pytest.raises(CodeBroken):
        proved(Unit.objects.filter(pk=unit.pk + 1000))


def test_two_rows_whose_ids_were_swapped_are_noticed():
    one, other = situations.a_unit("Den ene"), situations.a_unit("Den andre")
    for was, now in ((one.pk, 9_000_001), (other.pk, one.pk), (9_000_001, other.pk)):
        models.QuerySet(Unit).filter(pk=was).update(id=now)
    assert len(changed_past_us(Unit.objects.filter(pk__in=[one.pk, other.pk]))) == 2


def test_a_row_copied_by_sql_is_noticed():
    post = situations.an_account().posts.get()
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO staff_post (since, until, role, staff_id, unit_id, code)"
            " SELECT since, until, role, staff_id, unit_id, code FROM staff_post WHERE id = %s",
            [post.pk],
        )
    assert [row.pk == post.pk for row in changed_past_us(post.staff.posts.all())] == [False]


def test_a_row_inserted_without_a_code_is_noticed():
    account = situations.an_account()
    situations.forged(Post(staff=account, role="system", since=date(2020, 1, 1)))
    with pytest.raises(CodeBroken):
        account.posts.all().proved()


def test_a_value_reads_back_as_it_was_coded_however_it_was_given():
    """As the database gives it: another type of the same value is the same."""
    given_as = Organisation.objects.create(
        number=123456789,
        name="Prøve",
        kind="NAV_STAT",
        legal_basis_until="2031-02-03",
        retention_months="6",
        public_key={"b": 1.0, "a": ("x",), 3: None},
    )
    fresh(given_as).demand_code()
    given_as.retention_months = "7"
    given_as.save()
    fresh(given_as).demand_code()


@given(JSONS)
def test_json_reads_back_as_it_was_coded(value):
    assume(value is not None)
    key = MessageKey.objects.create(kid=str(uuid4()), jwk=value)
    fresh(key).demand_code()
    key.delete()


def test_a_row_that_was_changed_past_us_is_never_coded_anew(nav):
    situations.forge(nav, public_key={"kid": "deres"})
    for save in ({}, {"update_fields": ["name"]}):
        row = fresh(nav)
        row.name = "Nytt navn"
        with pytest.raises(CodeBroken):
            row.save(**save)
    with pytest.raises(CodeBroken), transaction.atomic():
        Organisation.objects.filter(pk=nav.pk).change(name="Nytt navn")
    assert fresh(nav).name == nav.name


def test_a_change_in_place_of_what_was_read_is_saved(nav):
    row = fresh(nav)
    row.public_key["kid"] = "to"
    row.demand_code()
    row.save()
    fresh(nav).demand_code()
    row.public_key["kid"] = "tre"
    row.name = "Et annet"
    row.save(update_fields=["name"])
    again = fresh(nav)
    again.demand_code()
    assert (again.public_key["kid"], again.name) == ("to", "Et annet")


def test_a_partial_save_leaves_what_it_does_not_save(nav):
    row = fresh(nav)
    row.name, row.contact = "Lagret", "Ikke lagret"
    row.save(update_fields=["name"])
    again = fresh(nav)
    again.demand_code()
    assert (again.name, again.contact) == ("Lagret", nav.contact)


def test_a_partial_save_keeps_what_somebody_else_saved_since(nav):
    mine, theirs = fresh(nav), fresh(nav)
    theirs.contact = "deres@eksempel.example"
    theirs.save()
    mine.name = "Mitt"
    mine.save(update_fields=["name"])
    again = fresh(nav)
    again.demand_code()
    assert (again.name, again.contact) == ("Mitt", "deres@eksempel.example")
    mine.name = "Mitt igjen"
    mine.save(update_fields=["name"])
    fresh(nav).demand_code()


def test_a_partial_save_over_a_row_that_was_changed_past_us_since_does_not_make_it_fit(nav):
    mine = fresh(nav)
    mine.demand_code()
    situations.forge(nav, contact="deres@eksempel.example")
    mine.name = "Mitt"
    mine.save(update_fields=["name"])
    with pytest.raises(CodeBroken):
        fresh(nav).demand_code()
    situations.forge(nav, code=b"deres")
    mine.name = "Mitt igjen"
    with pytest.raises(CodeBroken), transaction.atomic():
        mine.save(update_fields=["name"])


def test_what_was_fetched_without_a_coded_column_is_neither_proved_nor_saved_blindly(nav):
    row = Organisation.objects.only("name").get(pk=nav.pk)
    with pytest.raises(TypeError, match="was not fetched"):
        row.demand_code()
    row.name = "Nytt"
    row.save()
    fresh(nav).demand_code()
    situations.forge(nav, contact="deres@eksempel.example")
    row = Organisation.objects.only("name").get(pk=nav.pk)
    row.name = "Nyere"
    with pytest.raises(CodeBroken):
        row.save()


def test_a_column_read_anew_does_not_stand_beside_an_older_code(nav):
    row = fresh(nav)
    other = fresh(nav)
    other.name = "Nytt"
    other.save()
    row.refresh_from_db(fields=["name"])
    row.contact = "nytt@eksempel.example"
    row.save()
    fresh(nav).demand_code()


def test_a_row_read_anew_is_proved_anew(nav):
    row = fresh(nav)
    row.demand_code()
    situations.forge(nav, name="Deres")
    row.refresh_from_db()
    with pytest.raises(CodeBroken):
        row.demand_code()


def test_rows_made_at_once_are_coded():
    rows = Unit.objects.bulk_create([Unit(number=f"7{at}", name=f"Enhet {at}") for at in range(3)])
    assert len(proved(Unit.objects.filter(pk__in=[row.pk for row in rows]))) == 3


def test_a_row_that_could_not_be_saved_is_as_it_was(nav):
    unit = Unit(number=situations.a_unit().number, name="Samme nummer")
    with pytest.raises(IntegrityError), transaction.atomic():
        unit.save()
    assert (unit.pk, unit.code) == (None, b"")
    unit.number = "ledig"
    unit.save()
    fresh(unit).demand_code()


def test_rows_are_changed_by_nothing_that_does_not_code_them(nav):
    for attempt in (
        lambda: Organisation.objects.update(name="x"),
        lambda: Organisation.objects.bulk_update([nav], ["name"]),
        lambda: situations.an_account().posts.update(until=date(2030, 1, 1)),
        lambda: Unit.objects.bulk_create(
            [Unit(number="1", name="x")], update_conflicts=True, unique_fields=["number"], update_fields=["name"]
        ),
    ):
        with pytest.raises(TypeError, match="coded"):
            attempt()


@pytest.mark.parametrize("number", [1, 5])
def test_many_rows_are_changed_in_as_many_statements_as_one(number):
    rows = Unit.objects.bulk_create([Unit(number=f"7{at}", name=f"Enhet {at}") for at in range(number)])
    those = Unit.objects.filter(pk__in=[row.pk for row in rows])
    with CaptureQueriesContext(connection) as queries:
        assert those.change(district="Vest", name=lambda row: f"{row.name}!") == number
    assert len([query for query in queries if re.match("SELECT|UPDATE", query["sql"])]) == 2
    assert {row.name[-1] for row in those.proved()} == {"!"}


def test_last_sign_in_is_saved_without_a_proof_or_a_code():
    account = situations.an_account()
    code = fresh(account).code
    account.last_login = datetime.now(UTC)
    account.save(update_fields=["last_login"])
    Staff.objects.filter(pk=account.pk).update(last_login=datetime.now(UTC))
    assert fresh(account).code == code
    fresh(account).demand_code()
