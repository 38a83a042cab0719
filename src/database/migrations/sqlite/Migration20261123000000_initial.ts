import { Migration } from '@mikro-orm/migrations';

export class Migration20261123000000_initial extends Migration {
  override name = 'Migration20261123000000_initial';

  override up(): void | Promise<void> {
    this.addSql(
      `create table \`user\` (\`id\` text not null primary key, \`username\` text not null, \`username_key\` text not null, \`display_name\` text null, \`password_hash\` text not null, \`email\` text null, \`email_key\` text null, \`pending_email\` text null, \`created_at\` datetime not null, \`disabled_at\` datetime null);`,
    );
    this.addSql(`create unique index \`user_username_key_unique\` on \`user\` (\`username_key\`);`);
    this.addSql(`create unique index \`user_email_key_unique\` on \`user\` (\`email_key\`);`);

    this.addSql(
      `create table \`session\` (\`id\` text not null primary key, \`secret_hash\` text not null, \`previous_secret_hash\` text null, \`rotated_at\` datetime null, \`user_id\` text null, \`data\` json not null, \`is_remembered\` integer not null, \`ip_address\` text null, \`user_agent\` text null, \`created_at\` datetime not null, \`last_active_at\` datetime not null, \`expires_at\` datetime not null, \`authenticated_at\` datetime null, constraint \`session_user_id_foreign\` foreign key (\`user_id\`) references \`user\` (\`id\`) on delete cascade);`,
    );
    this.addSql(`create index \`session_user_id_id_index\` on \`session\` (\`user_id\`, \`id\`);`);
    this.addSql(`create index \`session_expires_at_index\` on \`session\` (\`expires_at\`);`);

    this.addSql(
      `create table \`security_event\` (\`id\` text not null primary key, \`type\` text not null, \`user_id\` text null, \`session_id\` text null, \`ip_address\` text null, \`user_agent\` text null, \`created_at\` datetime not null, constraint \`security_event_user_id_foreign\` foreign key (\`user_id\`) references \`user\` (\`id\`) on delete cascade);`,
    );
    this.addSql(
      `create index \`security_event_created_at_index\` on \`security_event\` (\`created_at\`);`,
    );
    this.addSql(
      `create index \`security_event_user_id_id_index\` on \`security_event\` (\`user_id\`, \`id\`);`,
    );

    this.addSql(
      `create table \`note\` (\`id\` text not null primary key, \`author_id\` text not null, \`title\` text not null, \`body\` text not null, \`visibility\` text not null, \`version\` integer not null, \`created_at\` datetime not null, \`updated_at\` datetime not null, constraint \`note_author_id_foreign\` foreign key (\`author_id\`) references \`user\` (\`id\`) on delete cascade);`,
    );
    this.addSql(`create index \`note_author_id_id_index\` on \`note\` (\`author_id\`, \`id\`);`);
    this.addSql(
      `create index \`note_author_id_visibility_id_index\` on \`note\` (\`author_id\`, \`visibility\`, \`id\`);`,
    );
    this.addSql(`create index \`note_visibility_id_index\` on \`note\` (\`visibility\`, \`id\`);`);

    this.addSql(
      `create table \`access_token\` (\`id\` text not null primary key, \`user_id\` text not null, \`name\` text not null, \`scope\` text not null, \`token_hash\` text not null, \`created_at\` datetime not null, \`expires_at\` datetime null, \`last_used_at\` datetime null, constraint \`access_token_user_id_foreign\` foreign key (\`user_id\`) references \`user\` (\`id\`) on delete cascade);`,
    );
    this.addSql(
      `create unique index \`access_token_token_hash_unique\` on \`access_token\` (\`token_hash\`);`,
    );
    this.addSql(
      `create index \`access_token_user_id_id_index\` on \`access_token\` (\`user_id\`, \`id\`);`,
    );

    this.addSql(
      `create table \`throttle_bucket\` (\`key\` text not null primary key, \`empty_at\` bigint not null);`,
    );
    this.addSql(
      `create index \`throttle_bucket_empty_at_index\` on \`throttle_bucket\` (\`empty_at\`);`,
    );

    this.addSql(
      `create table \`mail_token\` (\`user_id\` text not null, \`purpose\` text not null, \`token_hash\` text not null, \`email\` text not null, \`password_digest\` text null, \`expires_at\` datetime not null, primary key (\`user_id\`, \`purpose\`), constraint \`mail_token_user_id_foreign\` foreign key (\`user_id\`) references \`user\` (\`id\`) on delete cascade);`,
    );
    this.addSql(
      `create unique index \`mail_token_token_hash_unique\` on \`mail_token\` (\`token_hash\`);`,
    );
    this.addSql(`create index \`mail_token_expires_at_index\` on \`mail_token\` (\`expires_at\`);`);

    this.addSql(
      `create table \`outbox_mail\` (\`id\` text not null primary key, \`kind\` text not null, \`recipient\` text not null, \`user_id\` text null, \`data\` json not null, \`created_at\` datetime not null, \`due_at\` datetime not null, \`attempts\` integer not null, \`failed_at\` datetime null, \`last_error\` text null);`,
    );
    this.addSql(`create index \`outbox_mail_user_id_index\` on \`outbox_mail\` (\`user_id\`);`);
    this.addSql(
      `create index \`outbox_mail_failed_at_due_at_index\` on \`outbox_mail\` (\`failed_at\`, \`due_at\`);`,
    );
  }

  override down(): void | Promise<void> {
    this.addSql(`drop table \`outbox_mail\`;`);
    this.addSql(`drop table \`mail_token\`;`);
    this.addSql(`drop table \`throttle_bucket\`;`);
    this.addSql(`drop table \`note\`;`);
    this.addSql(`drop table \`security_event\`;`);
    this.addSql(`drop table \`access_token\`;`);
    this.addSql(`drop table \`session\`;`);
    this.addSql(`drop table \`user\`;`);
  }
}
