CREATE TABLE `integrations` (
	`id` text PRIMARY KEY NOT NULL,
	`unit_id` text NOT NULL,
	`maker_id` text NOT NULL,
	`name` text NOT NULL,
	`scope` text NOT NULL,
	`token_hash` text NOT NULL,
	`created_at` text NOT NULL,
	`expires_at` text NOT NULL,
	`ended_at` text
);
--> statement-breakpoint
CREATE UNIQUE INDEX `integrations_token` ON `integrations` (`token_hash`);--> statement-breakpoint
CREATE INDEX `integrations_unit` ON `integrations` (`unit_id`);--> statement-breakpoint
CREATE TABLE `invitations` (
	`code_hash` text PRIMARY KEY NOT NULL,
	`unit_id` text NOT NULL,
	`teacher_id` text NOT NULL,
	`created_at` text NOT NULL,
	`expires_at` text NOT NULL
);
--> statement-breakpoint
CREATE UNIQUE INDEX `invitations_teacher` ON `invitations` (`teacher_id`);--> statement-breakpoint
CREATE INDEX `invitations_expiry` ON `invitations` (`expires_at`);--> statement-breakpoint
CREATE TABLE `mail_links` (
	`token_hash` text PRIMARY KEY NOT NULL,
	`account_id` text NOT NULL,
	`purpose` text NOT NULL,
	`email` text NOT NULL,
	`expires_at` text NOT NULL
);
--> statement-breakpoint
CREATE UNIQUE INDEX `mail_links_account` ON `mail_links` (`account_id`,`purpose`);--> statement-breakpoint
CREATE TABLE `outbox` (
	`id` text PRIMARY KEY NOT NULL,
	`consumer` text NOT NULL,
	`payload` text NOT NULL,
	`attempts` integer NOT NULL,
	`due_at` text NOT NULL,
	`created_at` text NOT NULL
);
--> statement-breakpoint
CREATE INDEX `outbox_due` ON `outbox` (`consumer`,`due_at`);--> statement-breakpoint
CREATE TABLE `teacher_logins` (
	`id` text PRIMARY KEY NOT NULL,
	`unit_id` text NOT NULL,
	`teacher_id` text NOT NULL,
	`person_id` text NOT NULL,
	`issuer` text,
	`subject` text,
	`username_key` text,
	`password_hash` text,
	`at` text NOT NULL
);
--> statement-breakpoint
CREATE UNIQUE INDEX `teacher_logins_subject` ON `teacher_logins` (`issuer`,`subject`);--> statement-breakpoint
CREATE UNIQUE INDEX `teacher_logins_username` ON `teacher_logins` (`username_key`);--> statement-breakpoint
CREATE INDEX `teacher_logins_person` ON `teacher_logins` (`person_id`);--> statement-breakpoint
CREATE TABLE `__new_sessions` (
	`id` text PRIMARY KEY NOT NULL,
	`account_id` text,
	`issuer` text,
	`subject` text,
	`token_hash` text NOT NULL,
	`kind` text NOT NULL,
	`parent_id` text,
	`address` text,
	`created_at` text NOT NULL,
	`seen_at` text NOT NULL,
	`expires_at` text NOT NULL
);
--> statement-breakpoint
INSERT INTO `__new_sessions`("id", "account_id", "token_hash", "kind", "parent_id", "created_at", "seen_at", "expires_at") SELECT "id", "account_id", "token_hash", "kind", "parent_id", "created_at", "seen_at", "expires_at" FROM `sessions`;--> statement-breakpoint
DROP TABLE `sessions`;--> statement-breakpoint
ALTER TABLE `__new_sessions` RENAME TO `sessions`;--> statement-breakpoint
CREATE UNIQUE INDEX `sessions_token` ON `sessions` (`token_hash`);--> statement-breakpoint
CREATE INDEX `sessions_account` ON `sessions` (`account_id`);--> statement-breakpoint
CREATE INDEX `sessions_identity` ON `sessions` (`issuer`,`subject`);--> statement-breakpoint
CREATE INDEX `sessions_parent` ON `sessions` (`parent_id`);--> statement-breakpoint
CREATE INDEX `sessions_expiry` ON `sessions` (`expires_at`);--> statement-breakpoint
ALTER TABLE `accounts` ADD `email_confirmed` integer DEFAULT true NOT NULL;--> statement-breakpoint
ALTER TABLE `accounts` ADD `password_changed_at` text;--> statement-breakpoint
ALTER TABLE `accounts` ADD `password_history` text DEFAULT '[]' NOT NULL;--> statement-breakpoint
ALTER TABLE `accounts` ADD `second_factor` text;--> statement-breakpoint
ALTER TABLE `accounts` ADD `notice_version` text;--> statement-breakpoint
ALTER TABLE `accounts` ADD `notice_at` text;--> statement-breakpoint
ALTER TABLE `person_numbers` ADD `sealed` text;--> statement-breakpoint
ALTER TABLE `teachers` ADD `notice_version` text;--> statement-breakpoint
ALTER TABLE `teachers` ADD `notice_at` text;