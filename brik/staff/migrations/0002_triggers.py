"""A person who decides leave, parole or transfer holds no post that shows who said what: the database keeps it.

In the same unit that is mapper, contact officer and leader; privacy and system see across units, so the unit is no matter.
"""

from django.db import migrations

FORWARD = """
CREATE FUNCTION staff_deciders_stand_apart() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    -- Two posts given at once must not miss each other.
    PERFORM pg_advisory_xact_lock(hashtextextended(NEW.staff_id::text, 0));
    IF EXISTS (
        SELECT 1 FROM staff_post other
        WHERE other.staff_id = NEW.staff_id AND other.id <> NEW.id
          AND daterange(other.since, other.until) && daterange(NEW.since, NEW.until)
          AND 'beslutter' IN (NEW.role, other.role)
          AND ((other.unit_id = NEW.unit_id
                AND (NEW.role IN ('kartlegger', 'kontaktbetjent', 'leder')
                  OR other.role IN ('kartlegger', 'kontaktbetjent', 'leder')))
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


class Migration(migrations.Migration):
    dependencies = [("staff", "0001_initial")]

    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
