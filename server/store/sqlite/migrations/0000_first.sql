CREATE TABLE `accounts` (
	`id` text PRIMARY KEY NOT NULL,
	`unit_id` text NOT NULL,
	`username` text NOT NULL,
	`username_key` text NOT NULL,
	`name` text NOT NULL,
	`name_order` text NOT NULL,
	`search` text NOT NULL,
	`sex` text NOT NULL,
	`title` text NOT NULL,
	`email` text NOT NULL,
	`phone` text NOT NULL,
	`fax` text,
	`role` text,
	`status` text NOT NULL,
	`requested_role` text,
	`password_hash` text,
	`must_change_password` integer NOT NULL,
	`reference_hash` text,
	`applied_at` text NOT NULL,
	`activated_at` text,
	`last_sign_in_at` text,
	`reason` text,
	`version` integer NOT NULL,
	`updated_at` text NOT NULL,
	`updated_by_id` text,
	`updated_by_name` text
);
--> statement-breakpoint
CREATE UNIQUE INDEX `accounts_username` ON `accounts` (`username_key`);--> statement-breakpoint
CREATE UNIQUE INDEX `accounts_reference` ON `accounts` (`reference_hash`);--> statement-breakpoint
CREATE UNIQUE INDEX `accounts_head` ON `accounts` (`unit_id`) WHERE role = 'head' and status = 'active';--> statement-breakpoint
CREATE INDEX `accounts_unit` ON `accounts` (`unit_id`,`status`,`name_order`);--> statement-breakpoint
CREATE TABLE `answers` (
	`caller` text NOT NULL,
	`key` text NOT NULL,
	`fingerprint` text NOT NULL,
	`status` integer NOT NULL,
	`etag` text,
	`location` text,
	`body` text NOT NULL,
	`at` text NOT NULL,
	PRIMARY KEY(`caller`, `key`)
);
--> statement-breakpoint
CREATE INDEX `answers_at` ON `answers` (`at`);--> statement-breakpoint
CREATE TABLE `failures` (
	`key` text PRIMARY KEY NOT NULL,
	`count` integer NOT NULL,
	`until` text NOT NULL
);
--> statement-breakpoint
CREATE TABLE `identities` (
	`id` text PRIMARY KEY NOT NULL,
	`account_id` text NOT NULL,
	`issuer` text NOT NULL,
	`subject` text NOT NULL
);
--> statement-breakpoint
CREATE UNIQUE INDEX `identities_subject` ON `identities` (`issuer`,`subject`);--> statement-breakpoint
CREATE INDEX `identities_account` ON `identities` (`account_id`);--> statement-breakpoint
CREATE TABLE `person_numbers` (
	`number` text PRIMARY KEY NOT NULL,
	`person_id` text NOT NULL
);
--> statement-breakpoint
CREATE INDEX `person_numbers_person` ON `person_numbers` (`person_id`);--> statement-breakpoint
CREATE TABLE `persons` (
	`id` text PRIMARY KEY NOT NULL,
	`teacher_id` text NOT NULL,
	`unit_id` text NOT NULL,
	`version` integer NOT NULL
);
--> statement-breakpoint
CREATE TABLE `sessions` (
	`id` text PRIMARY KEY NOT NULL,
	`account_id` text NOT NULL,
	`token_hash` text NOT NULL,
	`kind` text NOT NULL,
	`parent_id` text,
	`created_at` text NOT NULL,
	`seen_at` text NOT NULL,
	`expires_at` text NOT NULL
);
--> statement-breakpoint
CREATE UNIQUE INDEX `sessions_token` ON `sessions` (`token_hash`);--> statement-breakpoint
CREATE INDEX `sessions_account` ON `sessions` (`account_id`);--> statement-breakpoint
CREATE INDEX `sessions_parent` ON `sessions` (`parent_id`);--> statement-breakpoint
CREATE INDEX `sessions_expiry` ON `sessions` (`expires_at`);--> statement-breakpoint
CREATE TABLE `sign_in_codes` (
	`code_hash` text PRIMARY KEY NOT NULL,
	`account_id` text NOT NULL,
	`session_id` text,
	`origin` text NOT NULL,
	`challenge` text NOT NULL,
	`expires_at` text NOT NULL
);
--> statement-breakpoint
CREATE TABLE `teachers` (
	`id` text PRIMARY KEY NOT NULL,
	`unit_id` text NOT NULL,
	`unit_path` text NOT NULL,
	`person_id` text NOT NULL,
	`username` text,
	`name` text NOT NULL,
	`name_order` text NOT NULL,
	`search` text NOT NULL,
	`sex` text NOT NULL,
	`national_id` text NOT NULL,
	`birth_date` text NOT NULL,
	`id_kind` text NOT NULL,
	`title` text NOT NULL,
	`category` text NOT NULL,
	`email` text,
	`stage` text,
	`subjects` text NOT NULL,
	`status` text NOT NULL,
	`unit_note` text,
	`remark` text,
	`departure_kind` text,
	`departure_on` text,
	`departure_to` text,
	`departure_note` text,
	`departure_at` text,
	`registered_at` text NOT NULL,
	`version` integer NOT NULL,
	`updated_at` text NOT NULL,
	`updated_by_id` text,
	`updated_by_name` text
);
--> statement-breakpoint
CREATE INDEX `teachers_unit` ON `teachers` (`unit_id`,`name_order`,`id`);--> statement-breakpoint
CREATE INDEX `teachers_path` ON `teachers` (`unit_path`);--> statement-breakpoint
CREATE INDEX `teachers_person` ON `teachers` (`person_id`);--> statement-breakpoint
CREATE TABLE `trail` (
	`unit_id` text NOT NULL,
	`seq` integer NOT NULL,
	`id` text NOT NULL,
	`at` text NOT NULL,
	`actor_id` text,
	`actor_role` text,
	`actor_unit_id` text,
	`action` text NOT NULL,
	`target_type` text NOT NULL,
	`target_id` text NOT NULL,
	`outcome` text NOT NULL,
	`digest` text NOT NULL,
	`mac` text NOT NULL,
	PRIMARY KEY(`unit_id`, `seq`)
);
--> statement-breakpoint
CREATE INDEX `trail_target` ON `trail` (`unit_id`,`target_id`,`seq`);--> statement-breakpoint
CREATE INDEX `trail_actor` ON `trail` (`unit_id`,`actor_id`,`seq`);--> statement-breakpoint
CREATE TABLE `trail_details` (
	`unit_id` text NOT NULL,
	`seq` integer NOT NULL,
	`details` text NOT NULL,
	PRIMARY KEY(`unit_id`, `seq`)
);
--> statement-breakpoint
CREATE TABLE `trail_heads` (
	`unit_id` text PRIMARY KEY NOT NULL,
	`seq` integer NOT NULL,
	`mac` text NOT NULL
);
--> statement-breakpoint
CREATE TABLE `transfers` (
	`id` text PRIMARY KEY NOT NULL,
	`unit_id` text NOT NULL,
	`to_unit_id` text NOT NULL,
	`person_id` text NOT NULL,
	`teacher_id` text NOT NULL,
	`state` text NOT NULL,
	`registration` text NOT NULL,
	`requested_at` text NOT NULL,
	`reason` text,
	`version` integer NOT NULL,
	`updated_at` text NOT NULL,
	`updated_by_id` text,
	`updated_by_name` text
);
--> statement-breakpoint
CREATE UNIQUE INDEX `transfers_waiting` ON `transfers` (`person_id`,`to_unit_id`) WHERE state = 'proposed';--> statement-breakpoint
CREATE INDEX `transfers_out` ON `transfers` (`unit_id`,`state`);--> statement-breakpoint
CREATE INDEX `transfers_in` ON `transfers` (`to_unit_id`,`state`);--> statement-breakpoint
CREATE TABLE `units` (
	`id` text PRIMARY KEY NOT NULL,
	`code` text NOT NULL,
	`name` text NOT NULL,
	`level` text NOT NULL,
	`parent_id` text,
	`path` text NOT NULL,
	`search` text NOT NULL,
	`version` integer NOT NULL,
	`updated_at` text NOT NULL,
	`updated_by_id` text,
	`updated_by_name` text
);
--> statement-breakpoint
CREATE UNIQUE INDEX `units_code` ON `units` (`code`);--> statement-breakpoint
CREATE UNIQUE INDEX `units_path` ON `units` (`path`);--> statement-breakpoint
CREATE INDEX `units_parent` ON `units` (`parent_id`,`code`);