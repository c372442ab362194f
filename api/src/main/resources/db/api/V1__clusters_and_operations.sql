-- The clusters that people asked for. Names and hostnames are unique as long as their cluster exists in any form.
create table cluster (
    uuid                    varchar(36)  character set ascii collate ascii_bin not null primary key,
    name                    varchar(63)  character set ascii collate ascii_bin not null,
    hostname                varchar(64)  character set ascii collate ascii_bin not null,
    port                    int          not null,
    owner_kind              varchar(6)   character set ascii collate ascii_bin not null,
    owner_name              varchar(255) character set utf8mb4 collate utf8mb4_bin not null,
    plan_id                 varchar(255) character set utf8mb4 collate utf8mb4_bin not null,
    plan_name               varchar(255) character set utf8mb4 collate utf8mb4_bin not null,
    workers                 int          not null,
    last_action             varchar(16)  character set ascii collate ascii_bin not null,
    last_action_state       varchar(16)  character set ascii collate ascii_bin not null,
    last_action_description text         character set utf8mb4 not null,
    master_ips              text         character set ascii not null,
    k8s_version             varchar(64)  character set ascii not null,
    pks_version             varchar(64)  character set ascii not null,
    created_at              datetime(3)  not null,
    updated_at              datetime(3)  not null,
    constraint cluster_name unique (name),
    constraint cluster_hostname unique (hostname),
    key cluster_owner (owner_kind, owner_name)
) engine = InnoDB;

-- Every change of a cluster, written before anything is done about it.
--   accepted    nobody has answered for it yet: the broker may or may not have the request
--   sent        the broker works on it under broker_operation
--   succeeded, failed, superseded (a delete took its place) are ends
-- unfinished_cluster makes the database itself refuse a second unfinished operation of one cluster.
create table operation (
    number             bigint      not null auto_increment,
    id                 varchar(36) character set ascii collate ascii_bin not null primary key,
    cluster_uuid       varchar(36) character set ascii collate ascii_bin not null,
    type               varchar(16) character set ascii collate ascii_bin not null,
    state              varchar(16) character set ascii collate ascii_bin not null,
    requester_kind     varchar(6)   character set ascii collate ascii_bin not null,
    requester_name     varchar(255) character set utf8mb4 collate utf8mb4_bin not null,
    workers            int         not null,
    previous_workers   int         not null,
    broker_operation   text        character set utf8mb4,
    description        text        character set utf8mb4 not null,
    steps              longtext    character set utf8mb4,
    trouble_since      datetime(3),
    lease_owner        varchar(80) character set ascii collate ascii_bin,
    lease_until        datetime(3),
    created_at         datetime(3) not null,
    ended_at           datetime(3),
    unfinished_cluster varchar(36) character set ascii collate ascii_bin
        as (case when state in ('accepted', 'sent') then cluster_uuid end) persistent,
    constraint operation_one_unfinished unique (unfinished_cluster),
    constraint operation_number unique (number),
    key operation_cluster (cluster_uuid, number),
    constraint operation_of_cluster foreign key (cluster_uuid) references cluster (uuid) on delete cascade
) engine = InnoDB;

-- Credentials handed out: who has an identity in which cluster. The secret itself is never stored.
create table binding (
    id           varchar(36)  character set ascii collate ascii_bin not null primary key,
    cluster_uuid varchar(36)  character set ascii collate ascii_bin not null,
    user_kind    varchar(6)   character set ascii collate ascii_bin not null,
    user_name    varchar(255) character set utf8mb4 collate utf8mb4_bin not null,
    state        varchar(16)  character set ascii collate ascii_bin not null,
    created_at   datetime(3)  not null,
    key binding_cluster (cluster_uuid, created_at),
    constraint binding_of_cluster foreign key (cluster_uuid) references cluster (uuid) on delete cascade
) engine = InnoDB;
