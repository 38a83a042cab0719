import { Migration } from '@mikro-orm/migrations';

export class Migration20261123000000_initial extends Migration {
  override name = 'Migration20261123000000_initial';

  override up(): void | Promise<void> {
    this.addSql(
      `create table "outbox_mail" ("id" uuid not null, "kind" varchar(32) not null, "recipient" varchar(254) not null, "user_id" uuid null, "data" jsonb not null, "created_at" timestamptz(3) not null, "due_at" timestamptz(3) not null, "attempts" int not null, "failed_at" timestamptz(3) null, "last_error" varchar(100) null, primary key ("id"));`,
    );
    this.addSql(`create index "outbox_mail_user_id_index" on "outbox_mail" ("user_id");`);
    this.addSql(
      `create index "outbox_mail_failed_at_due_at_index" on "outbox_mail" ("failed_at", "due_at");`,
    );

    this.addSql(
      `create table "throttle_bucket" ("key" varchar(400) not null, "empty_at" bigint not null, primary key ("key"));`,
    );
    this.addSql(`create index "throttle_bucket_empty_at_index" on "throttle_bucket" ("empty_at");`);

    this.addSql(
      `create table "user" ("id" uuid not null, "username" varchar(32) not null, "username_key" varchar(32) not null, "display_name" varchar(50) null, "password_hash" varchar(255) not null, "email" varchar(254) null, "email_key" varchar(254) null, "pending_email" varchar(254) null, "created_at" timestamptz(3) not null, "disabled_at" timestamptz(3) null, primary key ("id"));`,
    );
    this.addSql(
      `alter table "user" add constraint "user_username_key_unique" unique ("username_key");`,
    );
    this.addSql(`alter table "user" add constraint "user_email_key_unique" unique ("email_key");`);

    this.addSql(
      `create table "session" ("id" uuid not null, "secret_hash" varchar(43) not null, "previous_secret_hash" varchar(43) null, "rotated_at" timestamptz(3) null, "user_id" uuid null, "data" json not null, "is_remembered" boolean not null, "ip_address" varchar(45) null, "user_agent" varchar(512) null, "created_at" timestamptz(3) not null, "last_active_at" timestamptz(3) not null, "expires_at" timestamptz(3) not null, "authenticated_at" timestamptz(3) null, primary key ("id"));`,
    );
    this.addSql(`create index "session_user_id_id_index" on "session" ("user_id", "id");`);
    this.addSql(`create index "session_expires_at_index" on "session" ("expires_at");`);

    this.addSql(
      `create table "security_event" ("id" uuid not null, "type" varchar(32) not null, "user_id" uuid null, "session_id" uuid null, "ip_address" varchar(45) null, "user_agent" varchar(512) null, "created_at" timestamptz(3) not null, primary key ("id"));`,
    );
    this.addSql(
      `create index "security_event_created_at_index" on "security_event" ("created_at");`,
    );
    this.addSql(
      `create index "security_event_user_id_id_index" on "security_event" ("user_id", "id");`,
    );

    this.addSql(
      `create table "note" ("id" uuid not null, "author_id" uuid not null, "title" varchar(200) not null, "body" text not null, "visibility" varchar(7) not null, "version" int not null, "created_at" timestamptz(3) not null, "updated_at" timestamptz(3) not null, primary key ("id"));`,
    );
    this.addSql(`create index "note_author_id_id_index" on "note" ("author_id", "id");`);
    this.addSql(
      `create index "note_author_id_visibility_id_index" on "note" ("author_id", "visibility", "id");`,
    );
    this.addSql(`create index "note_visibility_id_index" on "note" ("visibility", "id");`);

    this.addSql(
      `create table "mail_token" ("user_id" uuid not null, "purpose" varchar(32) not null, "token_hash" varchar(43) not null, "email" varchar(254) not null, "password_digest" varchar(43) null, "expires_at" timestamptz(3) not null, primary key ("user_id", "purpose"));`,
    );
    this.addSql(
      `alter table "mail_token" add constraint "mail_token_token_hash_unique" unique ("token_hash");`,
    );
    this.addSql(`create index "mail_token_expires_at_index" on "mail_token" ("expires_at");`);

    this.addSql(
      `create table "access_token" ("id" uuid not null, "user_id" uuid not null, "name" varchar(100) not null, "scope" varchar(5) not null, "token_hash" varchar(43) not null, "created_at" timestamptz(3) not null, "expires_at" timestamptz(3) null, "last_used_at" timestamptz(3) null, primary key ("id"));`,
    );
    this.addSql(
      `alter table "access_token" add constraint "access_token_token_hash_unique" unique ("token_hash");`,
    );
    this.addSql(
      `create index "access_token_user_id_id_index" on "access_token" ("user_id", "id");`,
    );

    this.addSql(
      `alter table "session" add constraint "session_user_id_foreign" foreign key ("user_id") references "user" ("id") on delete cascade;`,
    );

    this.addSql(
      `alter table "security_event" add constraint "security_event_user_id_foreign" foreign key ("user_id") references "user" ("id") on delete cascade;`,
    );

    this.addSql(
      `alter table "note" add constraint "note_author_id_foreign" foreign key ("author_id") references "user" ("id") on delete cascade;`,
    );

    this.addSql(
      `alter table "mail_token" add constraint "mail_token_user_id_foreign" foreign key ("user_id") references "user" ("id") on delete cascade;`,
    );

    this.addSql(
      `alter table "access_token" add constraint "access_token_user_id_foreign" foreign key ("user_id") references "user" ("id") on delete cascade;`,
    );
  }

  override down(): void | Promise<void> {
    this.addSql(`alter table "session" drop constraint "session_user_id_foreign";`);
    this.addSql(`alter table "security_event" drop constraint "security_event_user_id_foreign";`);
    this.addSql(`alter table "note" drop constraint "note_author_id_foreign";`);
    this.addSql(`alter table "mail_token" drop constraint "mail_token_user_id_foreign";`);
    this.addSql(`alter table "access_token" drop constraint "access_token_user_id_foreign";`);

    this.addSql(`drop table if exists "outbox_mail" cascade;`);
    this.addSql(`drop table if exists "throttle_bucket" cascade;`);
    this.addSql(`drop table if exists "user" cascade;`);
    this.addSql(`drop table if exists "session" cascade;`);
    this.addSql(`drop table if exists "security_event" cascade;`);
    this.addSql(`drop table if exists "note" cascade;`);
    this.addSql(`drop table if exists "mail_token" cascade;`);
    this.addSql(`drop table if exists "access_token" cascade;`);
  }
}
