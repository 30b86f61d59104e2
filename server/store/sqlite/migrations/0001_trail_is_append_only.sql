-- The trail is written once. Not even this program may change or remove a line by mistake.
CREATE TRIGGER `trail_no_update` BEFORE UPDATE ON `trail` BEGIN SELECT RAISE(ABORT, 'the trail is append-only'); END;--> statement-breakpoint
CREATE TRIGGER `trail_no_delete` BEFORE DELETE ON `trail` BEGIN SELECT RAISE(ABORT, 'the trail is append-only'); END;--> statement-breakpoint
CREATE TRIGGER `trail_details_no_update` BEFORE UPDATE ON `trail_details` BEGIN SELECT RAISE(ABORT, 'the trail is append-only'); END;--> statement-breakpoint
CREATE TRIGGER `trail_details_no_delete` BEFORE DELETE ON `trail_details` BEGIN SELECT RAISE(ABORT, 'the trail is append-only'); END;
