"""What has been decided stays: no row of these tables is ever changed or removed, and no sealed value taken away.

Of a legal basis the end may be set, and moved until it has come. No gate is open without its consent.
"""

from django.db import migrations

APPEND_ONLY = (
    "consent_text",
    "consent_textapproval",
    "consent_consent",
    "consent_decision",
    "consent_step",
    "consent_withdrawal",
    "consent_withdrawalhearing",
    "consent_withdrawalreceipt",
    "consent_signedsheet",
)


def close(table: str, *changeable: str) -> migrations.RunSQL:
    """Refuse to everybody every change of a row of ``table`` but in these columns, and its emptying."""
    columns = ", ".join(f"'{column}'" for column in changeable)
    return migrations.RunSQL(
        f"""
CREATE TRIGGER {table}_rows_stay BEFORE UPDATE OR DELETE ON {table}
    FOR EACH ROW EXECUTE FUNCTION brik_append_only({columns});
CREATE TRIGGER {table}_stays BEFORE TRUNCATE ON {table}
    FOR EACH STATEMENT EXECUTE FUNCTION brik_append_only();
""",
        f"DROP TRIGGER {table}_rows_stay ON {table}; DROP TRIGGER {table}_stays ON {table};",
    )


SEALED = {
    "consent_consent": (
        "document",
        "signature",
    ),
    "consent_withdrawalreceipt": ("document",),
    "consent_signedsheet": ("pdf",),
    "consent_talk": (
        "answers",
        "scan",
    ),
}


def sealed_or_empty(table: str, *columns: str) -> migrations.RunSQL:
    """A row that was never sealed holds nothing; one that was, holds something in every sealed column.

    So a value cannot be taken away unseen, and a row that has been sealed not be made to look as if it never was
    without emptying it.
    """
    empty = " AND ".join(f"{column} IS NULL" for column in columns)
    full = " AND ".join(f"{column} IS NOT NULL" for column in columns)
    name = f"{table}_sealed_or_empty"
    return migrations.RunSQL(
        f"ALTER TABLE {table} ADD CONSTRAINT {name} CHECK"
        f" ((row_version = 0 AND {empty}) OR (row_version >= 1 AND {full}))",
        f"ALTER TABLE {table} DROP CONSTRAINT {name}",
    )

# In the time zone of the regulations and of the application's days.
BASIS_ENDS_ONCE = """
CREATE TRIGGER consent_legalbasis_end_stays BEFORE UPDATE ON consent_legalbasis
    FOR EACH ROW WHEN (
        NEW.until IS DISTINCT FROM OLD.until
        AND (NEW.until IS NULL OR OLD.until <= (now() AT TIME ZONE 'Europe/Oslo')::date)
    )
    EXECUTE FUNCTION brik_append_only();
"""
BASIS_ENDS_ANYHOW = "DROP TRIGGER consent_legalbasis_end_stays ON consent_legalbasis;"

# A gate opens under a consent of the person that says yes to being mapped and has not ended, as ``covers.py`` asks. The
# interviews lie below the consents, so the rule is kept here. The owner of a test database makes rows for tests.
GATES = """
CREATE FUNCTION consent_gate_needs_a_consent() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT NEW.gate_open OR brik_owner_of_a_test(TG_RELID) THEN RETURN NEW; END IF;
    IF TG_OP = 'UPDATE' THEN
        IF OLD.gate_open AND (NEW.consent_uuid, NEW.person_id, NEW.gate_until)
           IS NOT DISTINCT FROM (OLD.consent_uuid, OLD.person_id, OLD.gate_until) THEN
            RETURN NEW;
        END IF;
    END IF;
    IF NOT EXISTS (
        SELECT FROM consent_consent consent JOIN consent_decision decision ON decision.consent_id = consent.uuid
        WHERE consent.uuid = NEW.consent_uuid AND consent.person_id = NEW.person_id
          AND decision.direction = 'KARTLEGGE' AND decision.answer = 'JA' AND decision.until > clock_timestamp()
          AND NOT EXISTS (
              SELECT FROM consent_step step
              WHERE step.person_id = consent.person_id AND step.direction IN ('', 'KARTLEGGE')
                AND (step.consent_id = consent.uuid
                     OR (step.consent_id IS NULL AND step.effective_at >= consent.effective_at))
                AND step.state IN ('TRUKKET', 'UTLOEPT', 'ERSTATTET', 'AVSLUTTET', 'FEIL')
                AND step.effective_at <= clock_timestamp()
                AND NOT EXISTS (SELECT FROM consent_step later WHERE later.undoes_id = step.id)
          )
    ) THEN
        RAISE EXCEPTION 'open_gate_has_its_consent' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER consent_gate_has_its_consent BEFORE INSERT OR UPDATE ON mapping_mapping
    FOR EACH ROW EXECUTE FUNCTION consent_gate_needs_a_consent();
"""
NO_GATES = """
DROP TRIGGER consent_gate_has_its_consent ON mapping_mapping;
DROP FUNCTION consent_gate_needs_a_consent();
"""


class Migration(migrations.Migration):
    dependencies = [("consent", "0001_initial"), ("mapping", "0002_triggers"), ("audit", "0002_triggers")]

    operations = [
        *(close(table) for table in APPEND_ONLY),
        close("consent_legalbasis", "until"),
        migrations.RunSQL(BASIS_ENDS_ONCE, BASIS_ENDS_ANYHOW),
        migrations.RunSQL(GATES, NO_GATES),
        *(sealed_or_empty(table, *columns) for table, columns in SEALED.items()),
    ]
