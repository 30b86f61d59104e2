-- A temporary table of the same name must not stand in for the segments.
DO $$ BEGIN
  EXECUTE format('ALTER FUNCTION trail_refuse_delete() SET search_path = %I, pg_temp', current_schema());
END $$;
