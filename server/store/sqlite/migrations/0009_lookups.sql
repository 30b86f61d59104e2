CREATE TABLE `lookups` (
	`similar` text NOT NULL,
	`number` text NOT NULL,
	`asked` text NOT NULL,
	`unit_id` text NOT NULL,
	`account_id` text NOT NULL,
	`until` text NOT NULL,
	PRIMARY KEY(`unit_id`, `similar`, `asked`)
);
--> statement-breakpoint
CREATE INDEX `lookups_account` ON `lookups` (`account_id`,`similar`);--> statement-breakpoint
CREATE INDEX `lookups_expiry` ON `lookups` (`until`);