CREATE TABLE "handovers" (
	"id" text COLLATE "C" PRIMARY KEY NOT NULL,
	"unit_id" text COLLATE "C" NOT NULL,
	"from_id" text COLLATE "C",
	"to_id" text COLLATE "C" NOT NULL,
	"state" text COLLATE "C" NOT NULL,
	"effective_on" text COLLATE "C" NOT NULL,
	"reason" text COLLATE "C",
	"begun_at" text COLLATE "C" NOT NULL,
	"consented_at" text COLLATE "C",
	"approved_at" text COLLATE "C",
	"version" bigint NOT NULL,
	"updated_at" text COLLATE "C" NOT NULL,
	"updated_by_id" text COLLATE "C",
	"updated_by_name" text COLLATE "C"
);
--> statement-breakpoint
CREATE TABLE "import_columns" (
	"unit_id" text COLLATE "C" PRIMARY KEY NOT NULL,
	"columns" text COLLATE "C" NOT NULL,
	"updated_at" text COLLATE "C" NOT NULL
);
--> statement-breakpoint
CREATE TABLE "imports" (
	"id" text COLLATE "C" PRIMARY KEY NOT NULL,
	"unit_id" text COLLATE "C" NOT NULL,
	"maker_id" text COLLATE "C" NOT NULL,
	"maker_name" text COLLATE "C" NOT NULL,
	"state" text COLLATE "C" NOT NULL,
	"payload" text COLLATE "C" NOT NULL,
	"digest" text COLLATE "C" NOT NULL,
	"counts" text COLLATE "C" NOT NULL,
	"created_at" text COLLATE "C" NOT NULL,
	"committed_at" text COLLATE "C",
	"expires_at" text COLLATE "C" NOT NULL,
	"version" bigint NOT NULL
);
--> statement-breakpoint
CREATE UNIQUE INDEX "handovers_waiting" ON "handovers" USING btree ("unit_id") WHERE state in ('begun', 'consented', 'approved');--> statement-breakpoint
CREATE INDEX "handovers_due" ON "handovers" USING btree ("state","effective_on");--> statement-breakpoint
CREATE INDEX "handovers_to" ON "handovers" USING btree ("to_id","state");--> statement-breakpoint
CREATE INDEX "imports_unit" ON "imports" USING btree ("unit_id","created_at");--> statement-breakpoint
CREATE INDEX "imports_expiry" ON "imports" USING btree ("expires_at");--> statement-breakpoint
CREATE UNIQUE INDEX "transfers_disputed" ON "transfers" USING btree ("person_id","to_unit_id") WHERE state = 'disputed';