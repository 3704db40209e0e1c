-- Where customers pay: on the form in our page, or on a page that Stripe hosts.
alter table stripe_settings add column hosted bigint not null default 0;
-- What carries an attempt at Stripe: an intent for the form, or a session for the hosted page. A session is made for one
-- amount, one way back and one language, all of which are kept before it is asked for, so that it is asked for the same
-- way under the same key. The way back is a word, never an address: a link's token stands nowhere in the clear.
alter table payment_attempts add column vehicle text not null default 'intent';
alter table payment_attempts add column session_id text;
alter table payment_attempts add column comes_back_to text not null default '';
alter table payment_attempts add column locale text not null default '';
create unique index payment_attempts_session_is_unique on payment_attempts (session_id);
