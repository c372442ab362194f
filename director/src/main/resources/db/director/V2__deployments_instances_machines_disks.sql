-- What is deployed. Times are milliseconds since 1970 in UTC.

create table deployment (
  name             varchar(255) not null primary key,
  manifest         longtext,
  releases         text not null,
  stemcells        text not null,
  cloud_config_ids text not null,
  created_at       bigint not null
) engine = InnoDB, charset = utf8mb4, collate = utf8mb4_bin;

create table instance (
  id               char(36) not null primary key,
  deployment       varchar(255) not null,
  group_name       varchar(255) not null,
  position         int not null,
  az               varchar(255) not null,
  bootstrap        boolean not null,
  errand           boolean not null,
  state            varchar(16) not null,
  completed        boolean not null,
  vm_type          varchar(255) not null,
  cloud_properties text not null,
  created_at       bigint not null,
  unique key instance_by_position (deployment, group_name, position),
  constraint instance_of_deployment foreign key (deployment) references deployment (name)
) engine = InnoDB, charset = utf8mb4, collate = utf8mb4_bin;

-- The primary key is what keeps two deploys from giving out one address.
create table instance_address (
  address     varchar(45) not null primary key,
  network     varchar(255) not null,
  instance_id char(36) not null,
  is_static   boolean not null,
  key address_by_instance (instance_id),
  constraint address_of_instance foreign key (instance_id) references instance (id) on delete cascade
) engine = InnoDB, charset = utf8mb4, collate = utf8mb4_bin;

-- A row stands here before the cloud is asked for the machine; cid is null until it answered.
-- applied and hosts are digests of what was put on the machine last; null = nothing yet.
create table vm (
  agent_id    char(36) not null primary key,
  instance_id char(36) not null,
  cid         varchar(255),
  fingerprint char(64) not null,
  applied     char(64),
  hosts       char(64),
  scripts     varchar(1000) not null,
  created_at  bigint not null,
  unique key vm_by_instance (instance_id),
  unique key vm_by_cid (cid),
  constraint vm_of_instance foreign key (instance_id) references instance (id)
) engine = InnoDB, charset = utf8mb4, collate = utf8mb4_bin;

create table persistent_disk (
  cid              varchar(255) not null primary key,
  instance_id      char(36) not null,
  size_mb          int not null,
  cloud_properties text not null,
  attached_to      varchar(255),
  created_at       bigint not null,
  unique key disk_by_instance (instance_id),
  constraint disk_of_instance foreign key (instance_id) references instance (id)
) engine = InnoDB, charset = utf8mb4, collate = utf8mb4_bin;

create table orphan_disk (
  cid              varchar(255) not null primary key,
  size_mb          int not null,
  az               varchar(255) not null,
  deployment       varchar(255) not null,
  instance_name    varchar(600) not null,
  cloud_properties text not null,
  orphaned_at      bigint not null
) engine = InnoDB, charset = utf8mb4, collate = utf8mb4_bin;
