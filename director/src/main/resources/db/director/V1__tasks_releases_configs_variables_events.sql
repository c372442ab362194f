-- Times are milliseconds since 1970 in UTC, so that no session time zone can change them.

create table director_fact (
  name  varchar(64) not null primary key,
  value varchar(255) not null
) engine = InnoDB, charset = utf8mb4, collate = utf8mb4_bin;

-- A running director. Tasks that a director claimed come free when its row is gone or its lease has run out.
create table director_process (
  id             char(36) not null primary key,
  host           varchar(255) not null,
  pid            bigint not null,
  pid_started_at bigint not null,
  lease_until    bigint not null
) engine = InnoDB, charset = utf8mb4, collate = utf8mb4_bin;

create table task (
  id          bigint not null auto_increment primary key,
  type        varchar(64) not null,
  description text not null,
  user_name   varchar(255) not null,
  deployment  varchar(255),
  context_id  varchar(64),
  lock_name   varchar(300),
  arguments   longtext not null,
  state       varchar(16) not null,
  result      text,
  created_at  bigint not null,
  changed_at  bigint not null,
  started_at  bigint,
  finished_at bigint,
  claimed_by  char(36),
  attempts    int not null default 0,
  key task_by_state (state, id),
  key task_by_change (changed_at, id),
  key task_by_deployment (deployment, id),
  key task_by_context (context_id, id)
) engine = InnoDB, charset = utf8mb4, collate = utf8mb4_bin;

-- The primary key is what keeps two tasks of one deployment from running at once.
create table task_lock (
  lock_name   varchar(300) not null primary key,
  task_id     bigint not null,
  acquired_at bigint not null,
  key task_lock_by_task (task_id)
) engine = InnoDB, charset = utf8mb4, collate = utf8mb4_bin;

create table config (
  id         bigint not null auto_increment primary key,
  type       varchar(255) not null,
  name       varchar(255) not null,
  content    longtext not null,
  created_at bigint not null,
  deleted    boolean not null default false,
  key config_by_name (type, name, id)
) engine = InnoDB, charset = utf8mb4, collate = utf8mb4_bin;

create table stemcell (
  id               bigint not null auto_increment primary key,
  name             varchar(255) not null,
  version          varchar(100) not null,
  operating_system varchar(255) not null,
  cid              varchar(255) not null,
  api_version      int not null,
  checksum         varchar(255) not null,
  unique key stemcell_by_version (name, version)
) engine = InnoDB, charset = utf8mb4, collate = utf8mb4_bin;

create table release_version (
  id                  bigint not null auto_increment primary key,
  name                varchar(255) not null,
  version             varchar(100) not null,
  commit_hash         varchar(64) not null,
  uncommitted_changes boolean not null,
  manifest            longtext not null,
  revision            char(36) not null,
  unique key release_by_version (name, version)
) engine = InnoDB, charset = utf8mb4, collate = utf8mb4_bin;

create table release_part (
  release_id   bigint not null,
  kind         varchar(16) not null,
  name         varchar(255) not null,
  fingerprint  varchar(255) not null,
  checksum     varchar(255) not null,
  directory    varchar(700) not null,
  stemcell     varchar(400),
  dependencies text not null,
  primary key (release_id, kind, name),
  key release_part_by_directory (kind, directory),
  constraint release_part_of foreign key (release_id) references release_version (id) on delete cascade
) engine = InnoDB, charset = utf8mb4, collate = utf8mb4_bin;

-- One row per name; its lock orders those who generate the same variable.
create table variable (
  name       varchar(700) not null primary key,
  current_id char(36)
) engine = InnoDB, charset = utf8mb4, collate = utf8mb4_bin;

create table variable_version (
  id         char(36) not null primary key,
  sequence   bigint not null auto_increment,
  name       varchar(700) not null,
  type       varchar(32) not null,
  options    longtext not null,
  value      mediumtext not null,
  created_at bigint not null,
  expires_at bigint,
  unique key variable_version_order (sequence),
  key variable_version_by_name (name, sequence),
  constraint variable_version_of foreign key (name) references variable (name) on delete cascade
) engine = InnoDB, charset = utf8mb4, collate = utf8mb4_bin;

create table event (
  id          bigint not null auto_increment primary key,
  parent_id   bigint,
  occurred_at bigint not null,
  user_name   varchar(255) not null,
  action      varchar(64) not null,
  object_type varchar(255) not null,
  object_name varchar(700) not null,
  error       text,
  task_id     bigint,
  deployment  varchar(255),
  instance    varchar(300),
  context     longtext not null,
  key event_by_deployment (deployment, id),
  key event_by_time (occurred_at, id),
  key event_by_task (task_id, id)
) engine = InnoDB, charset = utf8mb4, collate = utf8mb4_bin;

create table blob_entry (
  id         char(36) not null primary key,
  checksum   varchar(255) not null,
  created_at bigint not null
) engine = InnoDB, charset = utf8mb4, collate = utf8mb4_bin;
