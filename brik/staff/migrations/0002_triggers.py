"""Posts and approvals end by their day, and a person who decides leave, parole or transfer holds no post that shows who
said what: the database keeps it.

In the same unit that is everybody who works with the people there; privacy and system see across units, so the unit is no matter.
"""

from django.db import migrations

FORWARD = """
CREATE FUNCTION staff_deciders_stand_apart() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    staff_of_unit CONSTANT text[] := ARRAY['kartlegger', 'kontaktbetjent', 'koordinator', 'sosialkonsulent',
                                           'barneansvarlig', 'verksbetjent', 'vaktleder', 'leder'];
BEGIN
    -- Two posts given at once must not miss each other.
    PERFORM pg_advisory_xact_lock(hashtextextended(NEW.staff_id::text, 0));
    IF EXISTS (
        SELECT 1 FROM staff_post other
        WHERE other.staff_id = NEW.staff_id AND other.id <> NEW.id
          AND daterange(other.since, other.until) && daterange(NEW.since, NEW.until)
          AND 'beslutter' IN (NEW.role, other.role)
          AND ((other.unit_id = NEW.unit_id
                AND (NEW.role = ANY (staff_of_unit) OR other.role = ANY (staff_of_unit)))
            OR NEW.role IN ('innsyn', 'personvern', 'system')
              OR other.role IN ('innsyn', 'personvern', 'system'))
    ) THEN
        RAISE EXCEPTION 'post_deciders_stand_apart' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER deciders_stand_apart BEFORE INSERT OR UPDATE ON staff_post
    FOR EACH ROW EXECUTE FUNCTION staff_deciders_stand_apart();
"""
BACKWARD = """
DROP TRIGGER deciders_stand_apart ON staff_post;
DROP FUNCTION staff_deciders_stand_apart();
"""
# An end may be set, and set earlier. A post that has ended is not held again: it takes two people to give a new one.
ENDED_BY_A_DAY = ("staff_post", "staff_mapperapproval", "staff_replacedkey")


def close_but_for_its_end(table: str) -> migrations.RunSQL:
    """Refuse to everybody every change of a row of ``table`` but an earlier end, and its emptying."""
    return migrations.RunSQL(
        f"""
CREATE TRIGGER {table}_rows_stay BEFORE UPDATE OR DELETE ON {table}
    FOR EACH ROW EXECUTE FUNCTION brik_append_only('until');
CREATE TRIGGER {table}_end_stays BEFORE UPDATE ON {table}
    FOR EACH ROW WHEN (NEW.until IS DISTINCT FROM OLD.until AND (NEW.until IS NULL OR NEW.until > OLD.until))
    EXECUTE FUNCTION brik_append_only();
CREATE TRIGGER {table}_stays BEFORE TRUNCATE ON {table}
    FOR EACH STATEMENT EXECUTE FUNCTION brik_append_only();
""",
        f"""
DROP TRIGGER {table}_rows_stay ON {table};
DROP TRIGGER {table}_end_stays ON {table};
DROP TRIGGER {table}_stays ON {table};
""",
    )


class Migration(migrations.Migration):
    dependencies = [("staff", "0001_initial"), ("audit", "0002_triggers")]

    operations = [
        migrations.RunSQL(FORWARD, BACKWARD),
        *(close_but_for_its_end(table) for table in ENDED_BY_A_DAY),
    ]
