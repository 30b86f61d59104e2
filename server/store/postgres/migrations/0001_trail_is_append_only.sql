-- The trail is written once. What a sealed segment covers may go, and nothing else; a segment only grows.
CREATE FUNCTION "trail_refuse"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'the trail is append-only' USING ERRCODE = 'insufficient_privilege';
END $$;--> statement-breakpoint
CREATE FUNCTION "trail_refuse_delete"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF EXISTS (SELECT 1 FROM trail_segments s WHERE s.unit_id = OLD.unit_id AND s.up_to >= OLD.seq
             AND (s.kind = 'entries' OR TG_TABLE_NAME = 'trail_details')) THEN
    RETURN OLD;
  END IF;
  RAISE EXCEPTION 'the trail is append-only' USING ERRCODE = 'insufficient_privilege';
END $$;--> statement-breakpoint
CREATE TRIGGER "trail_no_update" BEFORE UPDATE ON "trail" FOR EACH ROW EXECUTE FUNCTION "trail_refuse"();--> statement-breakpoint
CREATE TRIGGER "trail_details_no_update" BEFORE UPDATE ON "trail_details" FOR EACH ROW EXECUTE FUNCTION "trail_refuse"();--> statement-breakpoint
CREATE TRIGGER "trail_no_delete" BEFORE DELETE ON "trail" FOR EACH ROW EXECUTE FUNCTION "trail_refuse_delete"();--> statement-breakpoint
CREATE TRIGGER "trail_details_no_delete" BEFORE DELETE ON "trail_details" FOR EACH ROW EXECUTE FUNCTION "trail_refuse_delete"();--> statement-breakpoint
CREATE TRIGGER "trail_segments_grow" BEFORE UPDATE ON "trail_segments" FOR EACH ROW
  WHEN (NEW.up_to <= OLD.up_to) EXECUTE FUNCTION "trail_refuse"();--> statement-breakpoint
CREATE TRIGGER "trail_segments_no_delete" BEFORE DELETE ON "trail_segments" FOR EACH ROW EXECUTE FUNCTION "trail_refuse"();--> statement-breakpoint
CREATE TRIGGER "trail_no_truncate" BEFORE TRUNCATE ON "trail" FOR EACH STATEMENT EXECUTE FUNCTION "trail_refuse"();--> statement-breakpoint
CREATE TRIGGER "trail_details_no_truncate" BEFORE TRUNCATE ON "trail_details" FOR EACH STATEMENT EXECUTE FUNCTION "trail_refuse"();--> statement-breakpoint
CREATE TRIGGER "trail_segments_no_truncate" BEFORE TRUNCATE ON "trail_segments" FOR EACH STATEMENT EXECUTE FUNCTION "trail_refuse"();
