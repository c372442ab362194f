-- What rotates: a certificate is all versions of a name, and has an id of its own as in CredHub.
alter table variable
  add column id char(36) not null default (uuid());
alter table variable
  add unique key variable_by_id (id);

-- A transitional version is trusted beside the current one and never signs. trusted_ca is the authority (PEM) that is
-- trusted beside the one that signed this version. authority names who signs; null for whoever signs itself.
alter table variable_version
  add column authority varchar(700),
  add column is_ca boolean not null default false,
  add column transitional boolean not null default false,
  add column trusted_ca mediumtext,
  add key variable_version_by_authority (authority);

update variable_version
  set authority = json_value(options, '$.ca'), is_ca = coalesce(json_value(options, '$.is_ca') in ('1', 'true'), false)
  where type = 'certificate';

-- The versions that the last deploy took, JSON by name: what is done without a deploy takes the same ones.
alter table deployment
  add column variable_versions longtext;
