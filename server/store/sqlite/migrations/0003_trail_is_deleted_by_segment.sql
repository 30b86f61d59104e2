-- What a sealed segment covers may go, and nothing else; a segment only grows.
DROP TRIGGER `trail_no_delete`;--> statement-breakpoint
DROP TRIGGER `trail_details_no_delete`;--> statement-breakpoint
CREATE TRIGGER `trail_no_delete` BEFORE DELETE ON `trail`
WHEN NOT EXISTS (SELECT 1 FROM `trail_segments` s WHERE s.`unit_id` = OLD.`unit_id` AND s.`kind` = 'entries' AND s.`up_to` >= OLD.`seq`)
BEGIN SELECT RAISE(ABORT, 'the trail is append-only'); END;--> statement-breakpoint
CREATE TRIGGER `trail_details_no_delete` BEFORE DELETE ON `trail_details`
WHEN NOT EXISTS (SELECT 1 FROM `trail_segments` s WHERE s.`unit_id` = OLD.`unit_id` AND s.`up_to` >= OLD.`seq`)
BEGIN SELECT RAISE(ABORT, 'the trail is append-only'); END;--> statement-breakpoint
CREATE TRIGGER `trail_segments_grow` BEFORE UPDATE ON `trail_segments` WHEN NEW.`up_to` <= OLD.`up_to`
BEGIN SELECT RAISE(ABORT, 'the trail is append-only'); END;--> statement-breakpoint
CREATE TRIGGER `trail_segments_no_delete` BEFORE DELETE ON `trail_segments`
BEGIN SELECT RAISE(ABORT, 'the trail is append-only'); END;
