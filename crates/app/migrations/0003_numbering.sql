-- The year in which a seller chose where counting begins (0 for a pattern without a year): a series whose last number is of
-- an earlier year would otherwise begin at 1 and forget the choice.
alter table number_series add column begun_key bigint;
