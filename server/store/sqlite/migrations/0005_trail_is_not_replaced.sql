-- INSERT OR REPLACE deletes without asking the triggers of deletion.
CREATE TRIGGER `trail_no_replace` BEFORE INSERT ON `trail`
WHEN EXISTS (SELECT 1 FROM `trail` t WHERE t.`unit_id` = NEW.`unit_id` AND t.`seq` = NEW.`seq`)
BEGIN SELECT RAISE(ABORT, 'the trail is append-only'); END;--> statement-breakpoint
CREATE TRIGGER `trail_details_no_replace` BEFORE INSERT ON `trail_details`
WHEN EXISTS (SELECT 1 FROM `trail_details` t WHERE t.`unit_id` = NEW.`unit_id` AND t.`seq` = NEW.`seq`)
BEGIN SELECT RAISE(ABORT, 'the trail is append-only'); END;
