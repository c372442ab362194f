alter table client
    -- the second of two secrets while one replaces the other
    add column second_secret_hash varchar(255) after secret_hash,
    -- json: true, or the scopes that need no approval
    add column auto_approve json not null default '[]',
    add column resource_ids json not null default '[]',
    add column allowed_providers json,
    add column required_user_groups json not null default '[]',
    add column allow_public boolean not null default false,
    add column created_with varchar(255),
    add column created_by char(36),
    add column show_on_home_page boolean not null default false,
    add column app_launch_url varchar(1024),
    add column app_icon mediumtext;

alter table user_account
    add column version int not null default 0,
    add column external_id varchar(255),
    add column phone_number varchar(255),
    add column password_changed_at datetime(3),
    add column password_change_required boolean not null default false,
    add column last_logon_at datetime(3),
    add column previous_logon_at datetime(3),
    -- names of the groups that the identity provider last said, for the claim `roles`
    add column external_groups json not null default '[]';
update user_account set password_changed_at = created_at;

alter table user_group
    modify display_name varchar(255) collate utf8mb4_general_ci not null,
    add column description varchar(255),
    add column version int not null default 0,
    add column created_at datetime(3) not null default current_timestamp(3),
    add column updated_at datetime(3) not null default current_timestamp(3);

-- members are users or groups
alter table group_member
    change user_id member_id char(36) not null,
    add column member_type enum('USER', 'GROUP') not null default 'USER',
    -- 'uaa' for members added by hand, else the provider whose groups were mapped
    add column origin varchar(255) not null default 'uaa',
    add key group_member_member (member_id);
delete from group_member where member_id not in (select id from user_account);

create table external_group (
    group_id char(36) not null references user_group (id) on delete cascade,
    -- LDAP's names do not mind case
    external_name varchar(512) collate utf8mb4_general_ci not null,
    origin varchar(64) not null,
    primary key (group_id, external_name, origin),
    key external_group_name (origin, external_name)
);

alter table refresh_token
    -- tokens that came from one log-in end together
    add column family char(32) not null default '',
    -- set when another took its place; shown again, it ends its family
    add column replaced_at datetime(3),
    add column client_authentication varchar(32) not null default 'EMPTY_SECRET',
    add column grant_type varchar(64) not null default 'password',
    add column nonce varchar(255),
    add column issued_at datetime(3) not null default current_timestamp(3),
    add key refresh_token_family (family),
    add key refresh_token_user (user_id, client_id);
update refresh_token set family = substr(token_hash, 1, 32);

create table opaque_token (
    token_hash char(64) not null primary key,
    user_id char(36),
    client_id varchar(255) not null,
    family char(32) not null default '',
    -- what a JWT would say, without the token's id
    claims json not null,
    expires_at datetime(3) not null,
    key opaque_token_expiry (expires_at),
    key opaque_token_user (user_id, client_id)
);

create table authorization_code (
    code_hash char(64) not null primary key,
    client_id varchar(255) not null,
    user_id char(36) not null,
    scopes json not null,
    -- as sent with the request; null when the client has one address and sent none
    redirect_uri varchar(2048),
    challenge varchar(128),
    challenge_method varchar(8),
    nonce varchar(255),
    auth_time datetime(3) not null,
    expires_at datetime(3) not null,
    family char(32) not null,
    used boolean not null default false,
    key authorization_code_expiry (expires_at)
);

create table passcode (
    code_hash char(64) not null primary key,
    user_id char(36) not null,
    auth_time datetime(3) not null,
    expires_at datetime(3) not null,
    key passcode_expiry (expires_at)
);

create table browser_session (
    session_hash char(64) not null primary key,
    user_id char(36) not null,
    -- the user's salt: changing it ends the sessions too
    user_salt varchar(36) not null,
    auth_time datetime(3) not null,
    expires_at datetime(3) not null,
    key browser_session_expiry (expires_at)
);

create table approval (
    user_id char(36) not null references user_account (id) on delete cascade,
    client_id varchar(255) not null references client (client_id) on delete cascade,
    scope varchar(255) not null,
    approved boolean not null,
    expires_at datetime(3) not null,
    updated_at datetime(3) not null,
    primary key (user_id, client_id, scope)
);

create table login_failure (
    -- SHA-256 of origin and name: also of names that do not exist
    principal_hash char(64) not null primary key,
    failures int not null,
    last_failure_at datetime(3) not null,
    key login_failure_time (last_failure_at)
);
