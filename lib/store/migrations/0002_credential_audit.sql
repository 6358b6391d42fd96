CREATE TABLE "accepted_risks" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"tenant_id" text NOT NULL,
	"finding_key" text NOT NULL,
	"reason" text NOT NULL,
	"owner" text NOT NULL,
	"ends_on" text NOT NULL,
	"accepted_by" jsonb NOT NULL,
	"accepted_at" timestamp with time zone DEFAULT now() NOT NULL,
	"taken_back_by" jsonb,
	"taken_back_at" timestamp with time zone
);
--> statement-breakpoint
CREATE TABLE "scan_events" (
	"scan_id" uuid NOT NULL,
	"seq" integer NOT NULL,
	"event" jsonb NOT NULL,
	CONSTRAINT "scan_events_scan_id_seq_pk" PRIMARY KEY("scan_id","seq")
);
--> statement-breakpoint
CREATE TABLE "scan_rows" (
	"scan_id" uuid NOT NULL,
	"key" text NOT NULL,
	"row" jsonb NOT NULL,
	CONSTRAINT "scan_rows_scan_id_key_pk" PRIMARY KEY("scan_id","key")
);
--> statement-breakpoint
CREATE TABLE "scans" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"tenant_id" text NOT NULL,
	"oid" text NOT NULL,
	"started_by" jsonb NOT NULL,
	"started_at" timestamp with time zone DEFAULT now() NOT NULL,
	"ended_at" timestamp with time zone,
	"state" text DEFAULT 'running' NOT NULL,
	"scope" jsonb,
	"problem" jsonb,
	"event_seq" integer DEFAULT 0 NOT NULL
);
--> statement-breakpoint
ALTER TABLE "scan_events" ADD CONSTRAINT "scan_events_scan_id_scans_id_fk" FOREIGN KEY ("scan_id") REFERENCES "public"."scans"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "scan_rows" ADD CONSTRAINT "scan_rows_scan_id_scans_id_fk" FOREIGN KEY ("scan_id") REFERENCES "public"."scans"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE UNIQUE INDEX "accepted_risks_finding" ON "accepted_risks" USING btree ("tenant_id","finding_key") WHERE "accepted_risks"."taken_back_at" is null;--> statement-breakpoint
CREATE INDEX "scans_newest" ON "scans" USING btree ("tenant_id","oid","started_at" DESC NULLS LAST);