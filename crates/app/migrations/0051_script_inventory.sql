-- What the page with the card form may load, each time it changed (PAY-19): a row a change, acknowledged by a person.
create table script_inventories (
  digest text primary key,
  inventory text not null,
  seen_at bigint not null,
  acknowledged_at bigint, acknowledged_by text not null
);

-- What a browser refused to load on that page (WEB-02): one row a rule and origin, counted, never with an address.
create table policy_violations (
  directive text not null, origin text not null,
  times bigint not null, first_at bigint not null, last_at bigint not null,
  primary key (directive, origin)
);
