CREATE TABLE "integrations" (
	"id" text COLLATE "C" PRIMARY KEY NOT NULL,
	"unit_id" text COLLATE "C" NOT NULL,
	"maker_id" text COLLATE "C" NOT NULL,
	"name" text COLLATE "C" NOT NULL,
	"scope" text COLLATE "C" NOT NULL,
	"token_hash" text COLLATE "C" NOT NULL,
	"created_at" text COLLATE "C" NOT NULL,
	"expires_at" text COLLATE "C" NOT NULL,
	"ended_at" text COLLATE "C"
);
--> statement-breakpoint
CREATE TABLE "invitations" (
	"code_hash" text COLLATE "C" PRIMARY KEY NOT NULL,
	"unit_id" text COLLATE "C" NOT NULL,
	"teacher_id" text COLLATE "C" NOT NULL,
	"created_at" text COLLATE "C" NOT NULL,
	"expires_at" text COLLATE "C" NOT NULL
);
--> statement-breakpoint
CREATE TABLE "mail_links" (
	"token_hash" text COLLATE "C" PRIMARY KEY NOT NULL,
	"account_id" text COLLATE "C" NOT NULL,
	"purpose" text COLLATE "C" NOT NULL,
	"email" text COLLATE "C" NOT NULL,
	"expires_at" text COLLATE "C" NOT NULL
);
--> statement-breakpoint
CREATE TABLE "outbox" (
	"id" text COLLATE "C" PRIMARY KEY NOT NULL,
	"consumer" text COLLATE "C" NOT NULL,
	"payload" text COLLATE "C" NOT NULL,
	"attempts" bigint NOT NULL,
	"due_at" text COLLATE "C" NOT NULL,
	"created_at" text COLLATE "C" NOT NULL
);
--> statement-breakpoint
CREATE TABLE "teacher_logins" (
	"id" text COLLATE "C" PRIMARY KEY NOT NULL,
	"unit_id" text COLLATE "C" NOT NULL,
	"teacher_id" text COLLATE "C" NOT NULL,
	"person_id" text COLLATE "C" NOT NULL,
	"issuer" text COLLATE "C",
	"subject" text COLLATE "C",
	"username_key" text COLLATE "C",
	"password_hash" text COLLATE "C",
	"at" text COLLATE "C" NOT NULL
);
--> statement-breakpoint
ALTER TABLE "sessions" ALTER COLUMN "account_id" DROP NOT NULL;--> statement-breakpoint
ALTER TABLE "accounts" ADD COLUMN "email_confirmed" boolean DEFAULT true NOT NULL;--> statement-breakpoint
ALTER TABLE "accounts" ADD COLUMN "password_changed_at" text COLLATE "C";--> statement-breakpoint
ALTER TABLE "accounts" ADD COLUMN "password_history" text COLLATE "C" DEFAULT '[]' NOT NULL;--> statement-breakpoint
ALTER TABLE "accounts" ADD COLUMN "second_factor" text COLLATE "C";--> statement-breakpoint
ALTER TABLE "accounts" ADD COLUMN "notice_version" text COLLATE "C";--> statement-breakpoint
ALTER TABLE "accounts" ADD COLUMN "notice_at" text COLLATE "C";--> statement-breakpoint
ALTER TABLE "person_numbers" ADD COLUMN "sealed" text COLLATE "C";--> statement-breakpoint
ALTER TABLE "sessions" ADD COLUMN "issuer" text COLLATE "C";--> statement-breakpoint
ALTER TABLE "sessions" ADD COLUMN "subject" text COLLATE "C";--> statement-breakpoint
ALTER TABLE "sessions" ADD COLUMN "address" text COLLATE "C";--> statement-breakpoint
ALTER TABLE "teachers" ADD COLUMN "notice_version" text COLLATE "C";--> statement-breakpoint
ALTER TABLE "teachers" ADD COLUMN "notice_at" text COLLATE "C";--> statement-breakpoint
CREATE UNIQUE INDEX "integrations_token" ON "integrations" USING btree ("token_hash");--> statement-breakpoint
CREATE INDEX "integrations_unit" ON "integrations" USING btree ("unit_id");--> statement-breakpoint
CREATE UNIQUE INDEX "invitations_teacher" ON "invitations" USING btree ("teacher_id");--> statement-breakpoint
CREATE INDEX "invitations_expiry" ON "invitations" USING btree ("expires_at");--> statement-breakpoint
CREATE UNIQUE INDEX "mail_links_account" ON "mail_links" USING btree ("account_id","purpose");--> statement-breakpoint
CREATE INDEX "outbox_due" ON "outbox" USING btree ("consumer","due_at");--> statement-breakpoint
CREATE UNIQUE INDEX "teacher_logins_subject" ON "teacher_logins" USING btree ("issuer","subject");--> statement-breakpoint
CREATE UNIQUE INDEX "teacher_logins_username" ON "teacher_logins" USING btree ("username_key");--> statement-breakpoint
CREATE INDEX "teacher_logins_person" ON "teacher_logins" USING btree ("person_id");--> statement-breakpoint
CREATE INDEX "sessions_identity" ON "sessions" USING btree ("issuer","subject");