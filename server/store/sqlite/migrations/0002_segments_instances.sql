CREATE TABLE `instances` (
	`id` text PRIMARY KEY NOT NULL,
	`host` text NOT NULL,
	`boot` text NOT NULL,
	`pid` integer NOT NULL,
	`seen_at` text NOT NULL
);
--> statement-breakpoint
CREATE TABLE `trail_segments` (
	`unit_id` text NOT NULL,
	`kind` text NOT NULL,
	`up_to` integer NOT NULL,
	`mac` text NOT NULL,
	`at` text NOT NULL,
	`seal` text NOT NULL,
	PRIMARY KEY(`unit_id`, `kind`)
);
