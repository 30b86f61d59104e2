CREATE TABLE "lookups" (
	"similar" text COLLATE "C" NOT NULL,
	"number" text COLLATE "C" NOT NULL,
	"asked" text COLLATE "C" NOT NULL,
	"unit_id" text COLLATE "C" NOT NULL,
	"account_id" text COLLATE "C" NOT NULL,
	"until" text COLLATE "C" NOT NULL,
	CONSTRAINT "lookups_unit_id_similar_asked_pk" PRIMARY KEY("unit_id","similar","asked")
);
--> statement-breakpoint
CREATE INDEX "lookups_account" ON "lookups" USING btree ("account_id","similar");--> statement-breakpoint
CREATE INDEX "lookups_expiry" ON "lookups" USING btree ("until");