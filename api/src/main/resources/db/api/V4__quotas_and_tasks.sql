-- How much owners may have; null is no limit. memory is in GiB.
create table quota (
    owner    varchar(255)   character set utf8mb4 collate utf8mb4_bin not null primary key,
    cpu      int,
    memory   decimal(16, 6),
    clusters int
) engine = InnoDB;

-- Jobs that upgrade clusters. started_at of an item is null until its upgrade was accepted as an operation; then
-- state is in_progress, succeeded or failed. Before that it is queued, or withdrawn when the job never comes to it:
-- it was canceled, a canary failed, or the cluster was deleted. previous_* is what the cluster goes back to then.
create table task (
    number         bigint       not null auto_increment,
    id             varchar(36)  character set ascii collate ascii_bin not null primary key,
    requester_kind varchar(6)   character set ascii collate ascii_bin not null,
    requester_name varchar(255) character set utf8mb4 collate utf8mb4_bin not null,
    max_in_flight  int          not null,
    canceled       boolean      not null default false,
    created_at     datetime(3)  not null,
    ended_at       datetime(3),
    constraint task_number unique (number),
    key task_requester (requester_kind, requester_name, number),
    key task_ended (ended_at)
) engine = InnoDB;

create table task_cluster (
    task_id              varchar(36) character set ascii collate ascii_bin not null,
    position             int         not null,
    cluster_uuid         varchar(36) character set ascii collate ascii_bin not null,
    cluster_name         varchar(63) character set ascii collate ascii_bin not null,
    canary               boolean     not null,
    state                varchar(16) character set ascii collate ascii_bin not null,
    operation_id         varchar(36) character set ascii collate ascii_bin,
    previous_action      varchar(16) character set ascii collate ascii_bin not null,
    previous_state       varchar(16) character set ascii collate ascii_bin not null,
    previous_description text        character set utf8mb4 not null,
    started_at           datetime(3),
    ended_at             datetime(3),
    primary key (task_id, position),
    constraint task_cluster_once unique (task_id, cluster_uuid),
    key task_cluster_operation (operation_id),
    constraint task_cluster_of_task foreign key (task_id) references task (id) on delete cascade
) engine = InnoDB;
