-- Who and where, commands, audit, outbox, jobs, and the tables of allowed transitions.

create schema core;
create schema org;
create schema jobs;

-- A cell is the technical home of premises and all that hangs on them; it never changes for a premise.
create table org.legal_entity (
    legal_entity_id int4 primary key,
    code            text not null unique,
    name            jsonb not null,                    -- {"en": ..., "zh": ...}
    currency        char(3) not null,
    zone            text not null,                     -- IANA name
    language        text not null default 'en',
    address         text[] not null default '{}',      -- lines as printed
    contact         jsonb not null default '{}',       -- phone, web, e-mail, tax number, bank account
    bill_prefix     text not null default ''
);

create table org.org_unit (
    org_unit_id     int4 primary key,
    parent_id       int4 references org.org_unit,
    legal_entity_id int4 not null references org.legal_entity,
    code            text not null unique,
    name            text not null,
    check (parent_id is distinct from org_unit_id)
);

create table org.actor (
    actor_id    int4 primary key,
    code        text not null unique,
    name        text not null,
    org_unit_id int4 references org.org_unit,
    roles       text[] not null default '{}'
);

create table org.cell (
    cell_id         int4 primary key,
    legal_entity_id int4 not null references org.legal_entity,
    org_unit_id     int4 not null references org.org_unit,
    service_points  int4 not null default 0 check (service_points >= 0)
);

-- One answer for one command: the same id with the same request returns the stored result, with another one is refused.
create table core.command (
    cell_id        int4 not null,
    command_id     uuid not null,
    kind           text not null,
    request_sha256 bytea not null,
    result         jsonb not null,
    actor_id       int4 not null,
    at             timestamptz not null,
    primary key (cell_id, command_id)
);

create table core.audit (
    cell_id     int4 not null,
    audit_id    int8 generated always as identity,
    at          timestamptz not null,
    actor_id    int4 not null,
    org_unit_id int4 not null,
    command_id  uuid,
    action      text not null,
    object      text not null,
    detail      jsonb not null default '{}',
    recorded_at timestamptz not null default clock_timestamp(),
    primary key (cell_id, audit_id)
);

create table core.outbox (
    cell_id     int4 not null,
    outbox_id   int8 generated always as identity,
    at          timestamptz not null,
    topic       text not null,
    key         text not null,
    payload     jsonb not null,
    recorded_at timestamptz not null default clock_timestamp(),
    primary key (cell_id, outbox_id)
);

-- When facts were written and when a bill run or a rebilling looked at them (src/org/fact_moment.hpp): one row a transaction,
-- until a later look takes it away.
create table core.fact_moment (
    moment_id int8 generated always as identity primary key,
    at        timestamptz not null,
    look      boolean not null
);
create index fact_moment_at on core.fact_moment (look, at);

create table core.transition (
    machine    text not null,
    from_state text not null,
    to_state   text not null,
    primary key (machine, from_state, to_state)
);
insert into core.transition values
    ('tariff_version', 'draft', 'active'),
    ('tariff_version', 'active', 'retired'),
    ('bill_run', 'rating', 'checked'), ('bill_run', 'checked', 'issuing'), ('bill_run', 'issuing', 'issued'),
    ('bill_run', 'checked', 'rating'),
    ('bill_run', 'rating', 'cancelled'), ('bill_run', 'checked', 'cancelled'),
    ('bill_range', 'open', 'rated'), ('bill_range', 'rated', 'open'), ('bill_range', 'rated', 'issued'),
    ('device', 'stock', 'installed'), ('device', 'installed', 'removed'), ('device', 'removed', 'installed'),
    ('device', 'removed', 'stock'), ('device', 'removed', 'scrapped'), ('device', 'stock', 'scrapped'),
    ('job', 'queued', 'running'), ('job', 'running', 'done'), ('job', 'running', 'failed'), ('job', 'running', 'stopped'),
    ('job', 'running', 'queued'), ('job', 'stopped', 'queued'), ('job', 'failed', 'queued'),
    ('job', 'queued', 'cancelled'), ('job', 'stopped', 'cancelled'), ('job', 'failed', 'cancelled'),
    ('ledger_period', 'open', 'closed'), ('ledger_period', 'closed', 'open');

create function core.allowed(machine text, from_state text, to_state text) returns boolean
    language sql stable as
$$ select exists (select 1 from core.transition t where t.machine = $1 and t.from_state = $2 and t.to_state = $3) $$;

-- Local to one node: a queue, not a fact. A long job shows its progress here and is resumed from here. Whoever works at a job holds
-- an advisory lock meanwhile: one that runs without is one whose program died (src/jobs/job_runner.hpp).
create table jobs.job (
    job_id     int8 generated always as identity primary key,
    command_id uuid not null unique,
    kind       text not null,
    legal_entity_id int4 not null,
    title      text not null default '',            -- which one of its kind, for people: the name of a file
    state      text not null default 'queued' check (state in ('queued', 'running', 'done', 'failed', 'stopped', 'cancelled')),
    stop_asked boolean not null default false,
    parameters jsonb not null,
    place      text not null default '',            -- whose programs may work at it: where its files lie; empty: any
    phase      text not null default '',
    done       int8 not null default 0,
    total      int8 not null default 0,
    message    text not null default '',            -- how it ended, for people
    result     jsonb not null default '{}',
    actor_id   int4 not null,
    started_by text not null,
    created_at timestamptz not null,
    updated_at timestamptz not null
);
create index job_of_utility on jobs.job (legal_entity_id, job_id);
create index job_to_do on jobs.job (job_id) where state in ('queued', 'running');

-- What a job leaves to be downloaded.
create table jobs.job_file (
    job_id       int8 not null references jobs.job,
    name         text not null,
    content_type text not null,
    content      bytea not null,
    primary key (job_id, name)
);
