-- The broker's version of what a cluster's nodes run; null until the broker has told it.
alter table cluster add column software_version varchar(255) character set ascii collate ascii_bin;
