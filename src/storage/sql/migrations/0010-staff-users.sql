-- Officers' accounts. An account is closed, never deleted: the audit log names people by username for good.
create table staff_user (
  id text primary key,
  username text not null unique,
  name text not null,
  email text,
  password_hash text,
  password_expired boolean not null default false,
  -- Sealed by the application.
  totp_secret bytea,
  -- The last time step whose code was used: a code works once.
  totp_step bigint not null default 0,
  epoch integer not null default 1,
  disabled_at timestamptz,
  signed_in_at timestamptz,
  issuer text,
  subject text,
  created_at timestamptz not null default clock_timestamp()
);
create unique index staff_user_subject on staff_user (issuer, subject);
create index staff_user_email on staff_user (email);

-- unit_id is a unit's id, or * for all units.
create table staff_role (
  user_id text not null references staff_user (id),
  unit_id text not null,
  role text not null check (role in ('viewer', 'reviewer', 'editor', 'approver', 'admin')),
  primary key (user_id, unit_id)
);

-- One-time links, by the hash of their secret.
create table staff_invitation (
  hash bytea primary key,
  user_id text not null references staff_user (id),
  created_by text not null,
  expires_at timestamptz not null
);
create index staff_invitation_user on staff_invitation (user_id);

-- Signed-in browsers by the hash of their key, for deployments without Redis.
create table staff_session (
  key text primary key,
  session jsonb not null,
  expires_at timestamptz not null
);
create index staff_session_expiry on staff_session (expires_at);
