-- From when on the events of the drawer's account are ours, Unix milliseconds. Not the instant of the last save: a
-- seller who saves the form again before the first event was pulled would step over everything in between.
alter table stripe_settings add column events_since bigint not null default 0;
update stripe_settings set events_since = saved_at;
