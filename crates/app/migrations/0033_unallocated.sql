-- Why a payment belongs to no customer yet: money with our reference that fits nowhere. Empty once it has a place.
alter table payments add column unallocated text not null default '';
create index payments_unallocated on payments (business_id, mode, received_at) where unallocated <> '';
