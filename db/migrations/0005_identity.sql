-- How people prove who they are. Nobody but the program reads this schema (db/roles.sql). Secrets are kept as hashes, but for the
-- second factor's, which both sides must know.

create schema identity;

create table identity.credential (
    actor_id   int4 primary key references org.actor,
    password   text not null,                         -- PHC string, argon2id
    changed_at timestamptz not null
);

-- Time-based one-time codes (RFC 6238). A step is used once.
create table identity.second_factor (
    actor_id     int4 primary key references org.actor,
    secret       bytea not null,
    last_step    int8 not null default 0,
    confirmed_at timestamptz                          -- null: not yet proved, not yet asked for
);
create table identity.recovery_code (
    actor_id    int4 not null references org.actor,
    code_sha256 bytea not null,
    used_at     timestamptz,
    primary key (actor_id, code_sha256)
);

create table identity.session (
    token_sha256  bytea primary key,
    session_id    uuid not null unique,
    actor_id      int4 not null references org.actor,
    second_factor text not null check (second_factor in ('none', 'awaited', 'given')),
    address       text not null,
    agent         text not null,
    started_at    timestamptz not null,
    seen_at       timestamptz not null,
    expires_at    timestamptz not null,
    ended_at      timestamptz
);
create index session_actor on identity.session (actor_id);

create table identity.token (
    token_sha256 bytea primary key,
    token_id     uuid not null unique,
    actor_id     int4 not null references org.actor,
    name         text not null,
    scopes       text[] not null check (cardinality(scopes) > 0),
    made_at      timestamptz not null,
    expires_at   timestamptz not null,
    used_at      timestamptz,
    revoked_at   timestamptz
);
create index token_actor on identity.token (actor_id);

-- One-time links: for the first administrator (actor_id null), and to choose a password.
create table identity.setup_link (
    token_sha256 bytea primary key,
    actor_id     int4 references org.actor,
    made_at      timestamptz not null,
    expires_at   timestamptz not null,
    used_at      timestamptz
);

-- Failed sign-ins by the SHA-256 of the name (people type passwords there) and address, '' for any: what the next try has to wait for.
-- succeeded_at: the name has signed in from there.
create table identity.attempt (
    name         text not null,
    address      text not null,
    failures     int4 not null default 0,
    failed_at    timestamptz,
    succeeded_at timestamptz,
    primary key (name, address)
);

-- What an actor may in some unit at a moment: for one look at a session or token, without a transaction around it.
create function identity.permissions_at(actor int4, at timestamptz) returns text[] language plpgsql as
$$
begin
    perform set_config('mainspring.at', at::text, true);
    return array(select distinct p.permission from org.holding h join org.role_permission p using (role)
                 where h.actor_id = actor order by p.permission);
end
$$;
