CREATE TABLE "accounts" (
	"id" text COLLATE "C" PRIMARY KEY NOT NULL,
	"unit_id" text COLLATE "C" NOT NULL,
	"username" text COLLATE "C" NOT NULL,
	"username_key" text COLLATE "C" NOT NULL,
	"name" text COLLATE "C" NOT NULL,
	"name_order" text COLLATE "C" NOT NULL,
	"search" text COLLATE "C" NOT NULL,
	"sex" text COLLATE "C" NOT NULL,
	"title" text COLLATE "C" NOT NULL,
	"email" text COLLATE "C" NOT NULL,
	"phone" text COLLATE "C" NOT NULL,
	"fax" text COLLATE "C",
	"role" text COLLATE "C",
	"status" text COLLATE "C" NOT NULL,
	"requested_role" text COLLATE "C",
	"password_hash" text COLLATE "C",
	"must_change_password" boolean NOT NULL,
	"reference_hash" text COLLATE "C",
	"applied_at" text COLLATE "C" NOT NULL,
	"activated_at" text COLLATE "C",
	"last_sign_in_at" text COLLATE "C",
	"reason" text COLLATE "C",
	"version" bigint NOT NULL,
	"updated_at" text COLLATE "C" NOT NULL,
	"updated_by_id" text COLLATE "C",
	"updated_by_name" text COLLATE "C"
);
--> statement-breakpoint
CREATE TABLE "answers" (
	"caller" text COLLATE "C" NOT NULL,
	"key" text COLLATE "C" NOT NULL,
	"fingerprint" text COLLATE "C" NOT NULL,
	"status" bigint NOT NULL,
	"etag" text COLLATE "C",
	"location" text COLLATE "C",
	"body" text COLLATE "C" NOT NULL,
	"at" text COLLATE "C" NOT NULL,
	CONSTRAINT "answers_caller_key_pk" PRIMARY KEY("caller","key")
);
--> statement-breakpoint
CREATE TABLE "failures" (
	"key" text COLLATE "C" PRIMARY KEY NOT NULL,
	"count" bigint NOT NULL,
	"until" text COLLATE "C" NOT NULL
);
--> statement-breakpoint
CREATE TABLE "identities" (
	"id" text COLLATE "C" PRIMARY KEY NOT NULL,
	"account_id" text COLLATE "C" NOT NULL,
	"issuer" text COLLATE "C" NOT NULL,
	"subject" text COLLATE "C" NOT NULL
);
--> statement-breakpoint
CREATE TABLE "person_numbers" (
	"number" text COLLATE "C" PRIMARY KEY NOT NULL,
	"person_id" text COLLATE "C" NOT NULL
);
--> statement-breakpoint
CREATE TABLE "persons" (
	"id" text COLLATE "C" PRIMARY KEY NOT NULL,
	"teacher_id" text COLLATE "C" NOT NULL,
	"unit_id" text COLLATE "C" NOT NULL,
	"version" bigint NOT NULL
);
--> statement-breakpoint
CREATE TABLE "sessions" (
	"id" text COLLATE "C" PRIMARY KEY NOT NULL,
	"account_id" text COLLATE "C" NOT NULL,
	"token_hash" text COLLATE "C" NOT NULL,
	"kind" text COLLATE "C" NOT NULL,
	"parent_id" text COLLATE "C",
	"created_at" text COLLATE "C" NOT NULL,
	"seen_at" text COLLATE "C" NOT NULL,
	"expires_at" text COLLATE "C" NOT NULL
);
--> statement-breakpoint
CREATE TABLE "sign_in_codes" (
	"code_hash" text COLLATE "C" PRIMARY KEY NOT NULL,
	"account_id" text COLLATE "C" NOT NULL,
	"session_id" text COLLATE "C",
	"origin" text COLLATE "C" NOT NULL,
	"challenge" text COLLATE "C" NOT NULL,
	"expires_at" text COLLATE "C" NOT NULL
);
--> statement-breakpoint
CREATE TABLE "teachers" (
	"id" text COLLATE "C" PRIMARY KEY NOT NULL,
	"unit_id" text COLLATE "C" NOT NULL,
	"unit_path" text COLLATE "C" NOT NULL,
	"person_id" text COLLATE "C" NOT NULL,
	"username" text COLLATE "C",
	"name" text COLLATE "C" NOT NULL,
	"name_order" text COLLATE "C" NOT NULL,
	"search" text COLLATE "C" NOT NULL,
	"sex" text COLLATE "C" NOT NULL,
	"national_id" text COLLATE "C" NOT NULL,
	"birth_date" text COLLATE "C" NOT NULL,
	"id_kind" text COLLATE "C" NOT NULL,
	"title" text COLLATE "C" NOT NULL,
	"category" text COLLATE "C" NOT NULL,
	"email" text COLLATE "C",
	"stage" text COLLATE "C",
	"subjects" text COLLATE "C" NOT NULL,
	"status" text COLLATE "C" NOT NULL,
	"unit_note" text COLLATE "C",
	"remark" text COLLATE "C",
	"departure_kind" text COLLATE "C",
	"departure_on" text COLLATE "C",
	"departure_to" text COLLATE "C",
	"departure_note" text COLLATE "C",
	"departure_at" text COLLATE "C",
	"registered_at" text COLLATE "C" NOT NULL,
	"version" bigint NOT NULL,
	"updated_at" text COLLATE "C" NOT NULL,
	"updated_by_id" text COLLATE "C",
	"updated_by_name" text COLLATE "C"
);
--> statement-breakpoint
CREATE TABLE "trail" (
	"unit_id" text COLLATE "C" NOT NULL,
	"seq" bigint NOT NULL,
	"id" text COLLATE "C" NOT NULL,
	"at" text COLLATE "C" NOT NULL,
	"actor_id" text COLLATE "C",
	"actor_role" text COLLATE "C",
	"actor_unit_id" text COLLATE "C",
	"action" text COLLATE "C" NOT NULL,
	"target_type" text COLLATE "C" NOT NULL,
	"target_id" text COLLATE "C" NOT NULL,
	"outcome" text COLLATE "C" NOT NULL,
	"digest" text COLLATE "C" NOT NULL,
	"mac" text COLLATE "C" NOT NULL,
	CONSTRAINT "trail_unit_id_seq_pk" PRIMARY KEY("unit_id","seq")
);
--> statement-breakpoint
CREATE TABLE "trail_details" (
	"unit_id" text COLLATE "C" NOT NULL,
	"seq" bigint NOT NULL,
	"details" text COLLATE "C" NOT NULL,
	CONSTRAINT "trail_details_unit_id_seq_pk" PRIMARY KEY("unit_id","seq")
);
--> statement-breakpoint
CREATE TABLE "trail_heads" (
	"unit_id" text COLLATE "C" PRIMARY KEY NOT NULL,
	"seq" bigint NOT NULL,
	"mac" text COLLATE "C" NOT NULL
);
--> statement-breakpoint
CREATE TABLE "trail_segments" (
	"unit_id" text COLLATE "C" NOT NULL,
	"kind" text COLLATE "C" NOT NULL,
	"up_to" bigint NOT NULL,
	"mac" text COLLATE "C" NOT NULL,
	"at" text COLLATE "C" NOT NULL,
	"seal" text COLLATE "C" NOT NULL,
	CONSTRAINT "trail_segments_unit_id_kind_pk" PRIMARY KEY("unit_id","kind")
);
--> statement-breakpoint
CREATE TABLE "transfers" (
	"id" text COLLATE "C" PRIMARY KEY NOT NULL,
	"unit_id" text COLLATE "C" NOT NULL,
	"to_unit_id" text COLLATE "C" NOT NULL,
	"person_id" text COLLATE "C" NOT NULL,
	"teacher_id" text COLLATE "C" NOT NULL,
	"state" text COLLATE "C" NOT NULL,
	"registration" text COLLATE "C" NOT NULL,
	"requested_at" text COLLATE "C" NOT NULL,
	"reason" text COLLATE "C",
	"version" bigint NOT NULL,
	"updated_at" text COLLATE "C" NOT NULL,
	"updated_by_id" text COLLATE "C",
	"updated_by_name" text COLLATE "C"
);
--> statement-breakpoint
CREATE TABLE "units" (
	"id" text COLLATE "C" PRIMARY KEY NOT NULL,
	"code" text COLLATE "C" NOT NULL,
	"name" text COLLATE "C" NOT NULL,
	"level" text COLLATE "C" NOT NULL,
	"parent_id" text COLLATE "C",
	"path" text COLLATE "C" NOT NULL,
	"search" text COLLATE "C" NOT NULL,
	"version" bigint NOT NULL,
	"updated_at" text COLLATE "C" NOT NULL,
	"updated_by_id" text COLLATE "C",
	"updated_by_name" text COLLATE "C"
);
--> statement-breakpoint
CREATE UNIQUE INDEX "accounts_username" ON "accounts" USING btree ("username_key");--> statement-breakpoint
CREATE UNIQUE INDEX "accounts_reference" ON "accounts" USING btree ("reference_hash");--> statement-breakpoint
CREATE UNIQUE INDEX "accounts_head" ON "accounts" USING btree ("unit_id") WHERE role = 'head' and status = 'active';--> statement-breakpoint
CREATE INDEX "accounts_unit" ON "accounts" USING btree ("unit_id","status","name_order");--> statement-breakpoint
CREATE INDEX "answers_at" ON "answers" USING btree ("at");--> statement-breakpoint
CREATE UNIQUE INDEX "identities_subject" ON "identities" USING btree ("issuer","subject");--> statement-breakpoint
CREATE INDEX "identities_account" ON "identities" USING btree ("account_id");--> statement-breakpoint
CREATE INDEX "person_numbers_person" ON "person_numbers" USING btree ("person_id");--> statement-breakpoint
CREATE UNIQUE INDEX "sessions_token" ON "sessions" USING btree ("token_hash");--> statement-breakpoint
CREATE INDEX "sessions_account" ON "sessions" USING btree ("account_id");--> statement-breakpoint
CREATE INDEX "sessions_parent" ON "sessions" USING btree ("parent_id");--> statement-breakpoint
CREATE INDEX "sessions_expiry" ON "sessions" USING btree ("expires_at");--> statement-breakpoint
CREATE INDEX "teachers_unit" ON "teachers" USING btree ("unit_id","name_order","id");--> statement-breakpoint
CREATE INDEX "teachers_path" ON "teachers" USING btree ("unit_path");--> statement-breakpoint
CREATE INDEX "teachers_person" ON "teachers" USING btree ("person_id");--> statement-breakpoint
CREATE INDEX "trail_target" ON "trail" USING btree ("unit_id","target_id","seq");--> statement-breakpoint
CREATE INDEX "trail_actor" ON "trail" USING btree ("unit_id","actor_id","seq");--> statement-breakpoint
CREATE UNIQUE INDEX "transfers_waiting" ON "transfers" USING btree ("person_id","to_unit_id") WHERE state = 'proposed';--> statement-breakpoint
CREATE INDEX "transfers_out" ON "transfers" USING btree ("unit_id","state");--> statement-breakpoint
CREATE INDEX "transfers_in" ON "transfers" USING btree ("to_unit_id","state");--> statement-breakpoint
CREATE UNIQUE INDEX "units_code" ON "units" USING btree ("code");--> statement-breakpoint
CREATE UNIQUE INDEX "units_path" ON "units" USING btree ("path");--> statement-breakpoint
CREATE INDEX "units_parent" ON "units" USING btree ("parent_id","code");