-- Files that go with a mail: the paper of what it tells of. The bytes are those of the paper that stands.
create table mail_attachments (
  mail_id text not null references mails (id),
  position bigint not null,
  name text not null, media_type text not null, bytes blob not null,
  primary key (mail_id, position)
);
