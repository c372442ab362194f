create table client (
    client_id varchar(255) not null primary key,
    name varchar(255),
    -- '' is a client with an empty secret, which authenticates with an empty password
    secret_hash varchar(255) not null,
    grant_types json not null,
    scopes json not null,
    authorities json not null,
    redirect_uris json not null,
    access_token_validity int,
    refresh_token_validity int,
    token_salt varchar(36) not null,
    created_at datetime(3) not null,
    updated_at datetime(3) not null
);

create table user_account (
    id char(36) not null primary key,
    -- alana and Alana are one user
    user_name varchar(255) collate utf8mb4_general_ci not null,
    origin varchar(255) not null,
    password_hash varchar(255) not null,
    salt varchar(36) not null,
    email varchar(255) not null,
    given_name varchar(255),
    family_name varchar(255),
    active boolean not null,
    verified boolean not null,
    created_at datetime(3) not null,
    updated_at datetime(3) not null,
    constraint user_account_name unique (user_name, origin)
);

create table user_group (
    id char(36) not null primary key,
    display_name varchar(255) not null unique
);

create table group_member (
    group_id char(36) not null references user_group (id) on delete cascade,
    user_id char(36) not null,
    primary key (group_id, user_id)
);

create table refresh_token (
    -- SHA-256 of the token: what is stored here opens nothing
    token_hash char(64) not null primary key,
    user_id char(36) not null,
    client_id varchar(255) not null,
    scopes json not null,
    revocation_signature varchar(64) not null,
    auth_time datetime(3) not null,
    expires_at datetime(3) not null,
    key refresh_token_expiry (expires_at)
);

create table signing_key (
    kid varchar(64) not null primary key,
    private_key_sealed text not null,
    active boolean not null,
    created_at datetime(3) not null
);
