CREATE TABLE `handovers` (
	`id` text PRIMARY KEY NOT NULL,
	`unit_id` text NOT NULL,
	`from_id` text,
	`to_id` text NOT NULL,
	`state` text NOT NULL,
	`effective_on` text NOT NULL,
	`reason` text,
	`begun_at` text NOT NULL,
	`consented_at` text,
	`approved_at` text,
	`version` integer NOT NULL,
	`updated_at` text NOT NULL,
	`updated_by_id` text,
	`updated_by_name` text
);
--> statement-breakpoint
CREATE UNIQUE INDEX `handovers_waiting` ON `handovers` (`unit_id`) WHERE state in ('begun', 'consented', 'approved');--> statement-breakpoint
CREATE INDEX `handovers_due` ON `handovers` (`state`,`effective_on`);--> statement-breakpoint
CREATE INDEX `handovers_to` ON `handovers` (`to_id`,`state`);--> statement-breakpoint
CREATE TABLE `import_columns` (
	`unit_id` text PRIMARY KEY NOT NULL,
	`columns` text NOT NULL,
	`updated_at` text NOT NULL
);
--> statement-breakpoint
CREATE TABLE `imports` (
	`id` text PRIMARY KEY NOT NULL,
	`unit_id` text NOT NULL,
	`maker_id` text NOT NULL,
	`maker_name` text NOT NULL,
	`state` text NOT NULL,
	`payload` text NOT NULL,
	`digest` text NOT NULL,
	`counts` text NOT NULL,
	`created_at` text NOT NULL,
	`committed_at` text,
	`expires_at` text NOT NULL,
	`version` integer NOT NULL
);
--> statement-breakpoint
CREATE INDEX `imports_unit` ON `imports` (`unit_id`,`created_at`);--> statement-breakpoint
CREATE INDEX `imports_expiry` ON `imports` (`expires_at`);--> statement-breakpoint
CREATE UNIQUE INDEX `transfers_disputed` ON `transfers` (`person_id`,`to_unit_id`) WHERE state = 'disputed';