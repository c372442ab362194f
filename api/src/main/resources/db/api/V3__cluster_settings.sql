-- Profiles. They never change; a cluster that uses one keeps it from being deleted.
-- content is sealed with the installation's key: it may hold secret files.
create table kubernetes_profile (
    uuid        varchar(36)  character set ascii collate ascii_bin not null primary key,
    name        varchar(200) character set utf8mb4 collate utf8mb4_bin not null,
    description text         character set utf8mb4 not null,
    owner_kind  varchar(6)   character set ascii collate ascii_bin not null,
    owner_name  varchar(255) character set utf8mb4 collate utf8mb4_bin not null,
    content     longtext     character set ascii not null,
    created_at  datetime(3)  not null,
    constraint kubernetes_profile_name unique (name)
) engine = InnoDB;

create table compute_profile (
    uuid        varchar(36)  character set ascii collate ascii_bin not null primary key,
    name        varchar(200) character set utf8mb4 collate utf8mb4_bin not null,
    description text         character set utf8mb4 not null,
    parameters  longtext     character set utf8mb4 not null,
    created_at  datetime(3)  not null,
    constraint compute_profile_name unique (name)
) engine = InnoDB;

create table network_profile (
    uuid        varchar(36)  character set ascii collate ascii_bin not null primary key,
    name        varchar(200) character set utf8mb4 collate utf8mb4_bin not null,
    description text         character set utf8mb4 not null,
    parameters  longtext     character set utf8mb4 not null,
    created_at  datetime(3)  not null,
    constraint network_profile_name unique (name)
) engine = InnoDB;

-- What a cluster has of its own, as JSON, and its profiles.
-- encryption_profile is the last one whose keys the cluster's data may be encrypted with, in use or not.
alter table cluster
    add column settings           longtext    character set utf8mb4 not null default '{}',
    add column kubernetes_profile varchar(36) character set ascii collate ascii_bin,
    add column compute_profile    varchar(36) character set ascii collate ascii_bin,
    add column encryption_profile varchar(36) character set ascii collate ascii_bin,
    add constraint cluster_kubernetes_profile foreign key (kubernetes_profile) references kubernetes_profile (uuid),
    add constraint cluster_compute_profile foreign key (compute_profile) references compute_profile (uuid),
    add constraint cluster_encryption_profile foreign key (encryption_profile) references kubernetes_profile (uuid);

-- parameters is what the operation tells the broker, so that a repetition tells the same; a kubernetes profile stands
-- beside it by its id, because of its secrets. The previous_ columns are what a failed update returns to.
alter table operation
    add column parameters                  longtext    character set utf8mb4 not null default '{}',
    add column kubernetes_profile          varchar(36) character set ascii collate ascii_bin,
    add column previous_settings           longtext    character set utf8mb4 not null default '{}',
    add column previous_kubernetes_profile varchar(36) character set ascii collate ascii_bin,
    add column previous_compute_profile    varchar(36) character set ascii collate ascii_bin,
    add column previous_encryption_profile varchar(36) character set ascii collate ascii_bin;

-- Operations that are under way while the control plane is upgraded.
update operation o join cluster c on c.uuid = o.cluster_uuid
    set o.parameters = json_object('kubernetes_master_host', c.hostname, 'kubernetes_master_port', c.port,
        'kubernetes_worker_instances', o.workers)
    where o.type = 'CREATE' and o.state in ('accepted', 'sent');
update operation set parameters = json_object('kubernetes_worker_instances', workers)
    where type = 'UPDATE' and state in ('accepted', 'sent');
