-- Names differ that differ by blanks at their end: a user of one such name is not the user of the other.
alter table cluster
    modify name       varchar(63)  character set ascii collate ascii_nopad_bin not null,
    modify owner_name varchar(255) character set utf8mb4 collate utf8mb4_nopad_bin not null;
alter table kubernetes_profile
    modify name       varchar(200) character set utf8mb4 collate utf8mb4_nopad_bin not null,
    modify owner_name varchar(255) character set utf8mb4 collate utf8mb4_nopad_bin not null;
alter table compute_profile modify name varchar(200) character set utf8mb4 collate utf8mb4_nopad_bin not null;
alter table network_profile modify name varchar(200) character set utf8mb4 collate utf8mb4_nopad_bin not null;
alter table quota modify owner varchar(255) character set utf8mb4 collate utf8mb4_nopad_bin not null;
alter table task modify requester_name varchar(255) character set utf8mb4 collate utf8mb4_nopad_bin not null;
alter table binding modify user_name varchar(255) character set utf8mb4 collate utf8mb4_nopad_bin not null;
