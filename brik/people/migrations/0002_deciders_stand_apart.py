"""Whoever decides leave, parole or transfer in a unit is never mapper or leader there: kept by the database itself."""

from django.db import migrations

FORWARD = """
CREATE FUNCTION people_deciders_stand_apart() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    -- Two posts given at once must not miss each other.
    PERFORM pg_advisory_xact_lock(hashtextextended(NEW.staff_id::text, 0));
    IF EXISTS (
        SELECT 1 FROM people_post other
        WHERE other.staff_id = NEW.staff_id AND other.unit_id = NEW.unit_id AND other.id <> NEW.id
          AND daterange(other.since, other.until) && daterange(NEW.since, NEW.until)
          AND ((NEW.role = 'beslutter' AND other.role IN ('kartlegger', 'leder'))
            OR (other.role = 'beslutter' AND NEW.role IN ('kartlegger', 'leder')))
    ) THEN
        RAISE EXCEPTION 'post_deciders_stand_apart' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER deciders_stand_apart BEFORE INSERT OR UPDATE ON people_post
    FOR EACH ROW EXECUTE FUNCTION people_deciders_stand_apart();
"""
BACKWARD = """
DROP TRIGGER deciders_stand_apart ON people_post;
DROP FUNCTION people_deciders_stand_apart();
"""


class Migration(migrations.Migration):
    dependencies = [("people", "0001_initial")]

    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
