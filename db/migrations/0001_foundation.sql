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

-- Units form a tree of any depth. Where a unit hangs is dated, so that a move changes nothing before its day.
create table org.org_unit (
    org_unit_id     int4 primary key,
    legal_entity_id int4 not null references org.legal_entity,
    code            text not null unique,
    name            text not null
);

-- The root of a utility has no place. The highest version of the latest valid_from counts.
create table org.unit_place (
    org_unit_id int4 not null references org.org_unit,
    valid_from  date not null,
    version     int2 not null check (version > 0),
    parent_id   int4 not null references org.org_unit,
    actor_id    int4 not null,
    recorded_at timestamptz not null,
    primary key (org_unit_id, valid_from, version),
    check (parent_id <> org_unit_id)
);
create index unit_place_parent on org.unit_place (parent_id);

-- Whoever acts: staff, customers (who are a party) and programs.
create table org.actor (
    actor_id      int4 primary key,
    code          text not null unique,
    name          text not null,
    kind          text not null default 'staff' check (kind in ('staff', 'customer', 'program')),
    party_cell_id int4,
    party_id      int8,                                -- soft: parties live in cells
    disabled      boolean not null default false,
    check ((kind = 'customer') = (party_cell_id is not null) and (party_cell_id is null) = (party_id is null))
);

-- A role is its permissions (org::Permission).
create table org.role (
    role text primary key,
    name jsonb not null                               -- {"en": ..., "zh": ...}
);
create table org.role_permission (
    role       text not null references org.role,
    permission text not null,
    primary key (role, permission)
);
-- Roles that one person may not hold together: who reads does not bill, who bills takes no cash, who takes it undoes no payment.
create table org.separate_role (
    role  text not null references org.role,
    other text not null references org.role,
    primary key (role, other),
    check (role < other)
);
insert into org.role values
    ('administrator',  '{"en": "Administrator", "zh": "系统管理员"}'),
    ('supervisor',     '{"en": "Supervisor", "zh": "主管"}'),
    ('billing',        '{"en": "Billing clerk", "zh": "核算员"}'),
    ('cashier',        '{"en": "Cashier", "zh": "收费员"}'),
    ('auditor',        '{"en": "Auditor", "zh": "审计员"}'),
    ('meter_reader',   '{"en": "Meter reader", "zh": "抄表员"}'),
    ('meter_data',     '{"en": "Meter data clerk", "zh": "计量数据员"}'),
    ('call_agent',     '{"en": "Call centre agent", "zh": "客服坐席"}'),
    ('tariff_analyst', '{"en": "Tariff analyst", "zh": "电价专员"}'),
    ('accountant',     '{"en": "Accountant", "zh": "会计"}'),
    ('customer',       '{"en": "Customer", "zh": "客户"}');
insert into org.role_permission
    select 'administrator', unnest(array['look', 'see_personal_data', 'set_up', 'change_tariffs', 'manage_users', 'see_audit',
        'change_customers', 'change_meters', 'bill', 'release_bills', 'take_payment', 'undo_payments', 'keep_books'])
    union all select 'supervisor', unnest(array['look', 'see_personal_data', 'change_customers', 'release_bills', 'undo_payments'])
    union all select 'billing', unnest(array['look', 'see_personal_data', 'change_customers', 'bill'])
    union all select 'cashier', unnest(array['look', 'take_payment'])
    union all select 'auditor', unnest(array['look', 'see_personal_data', 'see_audit'])
    union all select 'meter_reader', unnest(array['look', 'change_meters'])
    union all select 'meter_data', unnest(array['look', 'see_personal_data', 'change_meters'])
    union all select 'call_agent', unnest(array['look', 'see_personal_data', 'change_customers'])
    union all select 'tariff_analyst', unnest(array['look', 'change_tariffs'])
    union all select 'accountant', unnest(array['look', 'keep_books'])
    union all select 'customer', unnest(array['see_own_account']);
insert into org.separate_role values
    ('billing', 'cashier'), ('billing', 'meter_reader'), ('billing', 'meter_data'), ('cashier', 'meter_reader'),
    ('cashier', 'meter_data'), ('cashier', 'supervisor'), ('accountant', 'cashier');

-- Who holds which role, where and when. org_unit_id null: everywhere. Ending one sets valid_to; its days so far stay.
create table org.assignment (
    assignment_id int4 primary key,
    actor_id      int4 not null references org.actor,
    role          text not null references org.role,
    org_unit_id   int4 references org.org_unit,
    valid_from    date not null,
    valid_to      date check (valid_to >= valid_from),  -- the first day on which it no longer holds
    given_by      int4 not null,
    recorded_at   timestamptz not null
);
create index assignment_actor on org.assignment (actor_id);

-- Four eyes: what one person asked for and another must agree to. The hash is over the whole request: another request is another approval.
create table org.approval (
    approval_id    int8 primary key,
    action         text not null,
    object         text not null,
    org_unit_id    int4 not null,                     -- 0: it concerns all units
    request        jsonb not null,
    request_sha256 bytea not null,
    state          text not null default 'asked' check (state in ('asked', 'approved', 'rejected', 'withdrawn', 'used')),
    maker_id       int4 not null references org.actor,
    asked_at       timestamptz not null,
    expires_at     timestamptz not null,
    checker_id     int4 references org.actor,
    decided_at     timestamptz,
    note           text not null default '',
    check (checker_id <> maker_id),
    check ((state in ('approved', 'rejected', 'used')) <= (checker_id is not null))
);
create sequence org.approval_id;
create index approval_object on org.approval (action, object);
create index approval_state on org.approval (state, approval_id);

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

create index audit_newest on core.audit (audit_id);
create index audit_object on core.audit (object, audit_id);

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
    ('ledger_period', 'open', 'closed'), ('ledger_period', 'closed', 'open'),
    ('approval', 'asked', 'approved'), ('approval', 'asked', 'rejected'), ('approval', 'asked', 'withdrawn'),
    ('approval', 'approved', 'withdrawn'), ('approval', 'approved', 'used');

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

-- The second wall. A transaction of a person begins with core.enter (src/storage/pool.cpp), which says for this transaction alone what
-- the person sees; the policies of the tables ask for it. The role mainspring_web of people is bound by them, mainspring_app is not.

-- What the transaction said. A setting that an earlier transaction made is '' afterwards, not null: both are nothing, and nothing sees
-- nothing.
create function core.said(what text) returns text language sql stable as
$$ select nullif(current_setting('mainspring.' || what, true), '') $$;
create function core.moment() returns timestamptz language sql stable as $$ select core.said('at')::timestamptz $$;
create function core.acting() returns int4 language sql stable as
$$ select case when core.said('acts_as') is not null then core.said('actor')::int4 end $$;
create function core.is_staff() returns boolean language sql stable as $$ select coalesce(core.said('acts_as') = 'staff', false) $$;
create function core.sees_all() returns boolean language sql stable as $$ select coalesce(core.said('sees_all') = 'on', false) $$;
create function core.visible_cells() returns int4[] language sql stable as $$ select core.said('cells')::int4[] $$;
create function core.visible_units() returns int4[] language sql stable as $$ select core.said('units')::int4[] $$;
create function core.visible_utilities() returns int4[] language sql stable as $$ select core.said('utilities')::int4[] $$;

-- The day that it is at the utility of the unit, at the moment of the transaction; without a unit, in UTC. PL/pgSQL, here and below,
-- because its plans are kept: as SQL functions these were planned at every call, which made a transaction of a county's clerk cost 9 ms.
create function org.day_at(unit int4) returns date language plpgsql stable as
$$
begin
    return (core.moment() at time zone coalesce((select e.zone from org.org_unit u join org.legal_entity e using (legal_entity_id)
                                                 where u.org_unit_id = unit), 'UTC'))::date;
end
$$;

-- Null for the root of a utility.
create function org.parent_on(unit int4, day date) returns int4 language plpgsql stable as
$$
begin
    return (select p.parent_id from org.unit_place p where p.org_unit_id = unit and p.valid_from <= day
            order by p.valid_from desc, p.version desc limit 1);
end
$$;

-- The unit and those above it.
create function org.units_above(unit int4, day date) returns int4[] language plpgsql stable as
$$
declare
    above int4[] := array[unit];
    up int4 := org.parent_on(unit, day);
begin
    while up is not null and up <> all (above) loop
        above := above || up;
        up := org.parent_on(up, day);
    end loop;
    return above;
end
$$;

-- The unit and those below it, layer by layer. Only what ever hung below is looked at.
create function org.units_below(unit int4, day date) returns int4[] language plpgsql stable as
$$
declare
    below int4[] := array[unit];
    layer int4[] := below;
begin
    while cardinality(layer) > 0 loop
        layer := array(select distinct p.org_unit_id from org.unit_place p
                       where p.parent_id = any (layer) and p.org_unit_id <> all (below)
                         and p.parent_id = (select q.parent_id from org.unit_place q
                                            where q.org_unit_id = p.org_unit_id and q.valid_from <= day
                                            order by q.valid_from desc, q.version desc limit 1));
        below := below || layer;
    end loop;
    return below;
end
$$;

-- The assignments that hold at the moment of the transaction, of actors who may act.
create view org.holding with (security_invoker = true) as
    select s.assignment_id, s.actor_id, s.role, s.org_unit_id
    from org.assignment s join org.actor a using (actor_id)
    where not a.disabled and s.valid_from <= org.day_at(s.org_unit_id)
      and (s.valid_to is null or org.day_at(s.org_unit_id) < s.valid_to);

-- May the actor, anywhere and in this unit? A token may say that it is good for some permissions only.
create function org.may(actor int4, wanted text, unit int4, out anywhere boolean, out here boolean) language plpgsql stable as
$$
declare
    held int4[];
begin
    select array_agg(h.org_unit_id), coalesce(bool_or(h.org_unit_id is null), false) into held, here
    from org.holding h join org.role_permission p using (role)
    where h.actor_id = actor and p.permission = wanted
      and (core.said('permissions') is null or wanted = any (core.said('permissions')::text[]));
    anywhere := held is not null;
    here := here or coalesce(held && org.units_above(unit, org.day_at(unit)), false);
end
$$;

-- The accounts of the party that acts, and the service points that they are or were supplied at. They read past the policies that ask
-- for them.
create function core.own_accounts(out cell_id int4, out account_id int8) returns setof record
    language plpgsql stable security definer set search_path = pg_catalog as
$$
begin
    return query select a.cell_id, a.account_id from customer.account a
        where (a.party_cell_id, a.party_id) = (core.said('party_cell')::int4, core.said('party')::int8);
end
$$;
create function core.own_points(out cell_id int4, out service_point_id int8, out premise_id int8) returns setof record
    language plpgsql stable security definer set search_path = pg_catalog as
$$
begin
    return query select p.cell_id, p.service_point_id, p.premise_id
        from core.own_accounts() o
        join customer.agreement g on g.cell_id = o.cell_id and g.account_id = o.account_id and not g.voided
        join customer.service_point p on p.cell_id = g.cell_id and p.service_point_id = g.service_point_id;
end
$$;

create function core.enter_party(cell int4, party int8) returns void
    language plpgsql security definer set search_path = pg_catalog as
$$
begin
    perform set_config('mainspring.party_cell', cell::text, true), set_config('mainspring.party', party::text, true),
            set_config('mainspring.acts_as', 'customer', true);
    perform set_config('mainspring.cells', array(select cell union select o.cell_id from core.own_accounts() o)::text, true),
            set_config('mainspring.utilities', array(select distinct c.legal_entity_id from org.cell c
                join core.own_accounts() o using (cell_id))::text, true);
end
$$;

-- Staff see what lies in the units of their assignments and below. A whole utility is not walked through.
create function core.enter_staff(actor int4) returns void
    language plpgsql security definer set search_path = pg_catalog as
$$
declare
    units int4[];
    everywhere boolean;
    top int4;
    seen int4[] := '{}';
begin
    select array_agg(distinct h.org_unit_id) filter (where h.org_unit_id is not null), bool_or(h.org_unit_id is null)
    into units, everywhere
    from org.holding h join org.role_permission p using (role) where h.actor_id = actor and p.permission = 'look';
    perform set_config('mainspring.acts_as', 'staff', true),
            set_config('mainspring.sees_all', case when everywhere then 'on' else '' end, true);
    if everywhere or units is null then
        return;
    end if;
    foreach top in array units loop
        if exists (select from org.unit_place p where p.org_unit_id = top) then
            seen := seen || org.units_below(top, org.day_at(top));
        else
            seen := seen || array(select u.org_unit_id from org.org_unit u where u.legal_entity_id =
                                  (select r.legal_entity_id from org.org_unit r where r.org_unit_id = top));
        end if;
    end loop;
    perform set_config('mainspring.units', seen::text, true),
            set_config('mainspring.cells', array(select c.cell_id from org.cell c where c.org_unit_id = any (seen))::text, true),
            set_config('mainspring.utilities', array(select distinct u.legal_entity_id from org.org_unit u
                where u.org_unit_id = any (units))::text, true);
end
$$;

-- Says for this transaction what the actor sees. An actor that there is not, or that is disabled, sees nothing.
create function core.enter(actor int4) returns void
    language plpgsql security definer set search_path = pg_catalog as
$$
declare
    who org.actor;
begin
    perform set_config('mainspring.' || s, '', true)
        from unnest(array['acts_as', 'sees_all', 'cells', 'units', 'utilities', 'party_cell', 'party']) s;
    select * into who from org.actor a where a.actor_id = actor and not a.disabled;
    if who.kind = 'customer' then
        perform core.enter_party(who.party_cell_id, who.party_id);
    elsif found then
        perform core.enter_staff(actor);
    end if;
end
$$;

-- Confines a table by cell to what the transaction's person sees. `own` is how a customer's own rows are known: 'account', 'book',
-- 'service_point', 'premise', 'payment', 'party', 'actor' or, where they have none, 'nothing'. The sub-selects are evaluated once a statement.
create function core.confine(target regclass, own text) returns void language plpgsql as
$$
declare
    theirs text := case own
        when 'account' then '(cell_id, account_id) in (select o.cell_id, o.account_id from core.own_accounts() o)'
        when 'book' then '(cell_id, book_id) in (select o.cell_id, o.account_id from core.own_accounts() o)'
        when 'service_point' then '(cell_id, service_point_id) in (select o.cell_id, o.service_point_id from core.own_points() o)'
        when 'premise' then '(cell_id, premise_id) in (select o.cell_id, o.premise_id from core.own_points() o)'
        when 'payment' then 'exists (select from payment.payment p where p.cell_id = reversal.cell_id '
                            'and p.command_id = reversal.payment_command_id)'
        when 'party' then $p$cell_id = (select core.said('party_cell')::int4) and party_id = (select core.said('party')::int8)$p$
        when 'actor' then 'actor_id = (select core.acting())'
        when 'nothing' then 'false'
    end;
begin
    execute format('alter table %s enable row level security', target);
    execute format('create policy by_cell on %s to mainspring_web using ((select core.sees_all()) '
                   'or cell_id = any ((select core.visible_cells())::int4[]))', target);
    execute format('create policy own on %s as restrictive to mainspring_web using ((select core.is_staff()) or %s)', target, theirs);
    execute format('create policy reports on %s for select to mainspring_read using (true)', target);
end
$$;

-- The same for a table that is kept by utility.
create function core.confine_by_utility(target regclass) returns void language plpgsql as
$$
begin
    execute format('alter table %s enable row level security', target);
    execute format('create policy by_utility on %s to mainspring_web using ((select core.sees_all()) '
                   'or legal_entity_id = any ((select core.visible_utilities())::int4[]))', target);
    execute format('create policy reports on %s for select to mainspring_read using (true)', target);
end
$$;

-- What belongs to no cell is kept under cell 0: a person finds the own commands and the audit of the own units there.
select core.confine('core.command', 'actor'), core.confine('core.audit', 'actor');
create policy no_cell on core.command to mainspring_web using (cell_id = 0 and actor_id = (select core.acting()));
create policy no_cell on core.audit to mainspring_web
    using (cell_id = 0 and (actor_id = (select core.acting()) or org_unit_id = any ((select core.visible_units())::int4[])));
-- Written by people, read by the program alone.
alter table core.outbox enable row level security;
create policy by_cell on core.outbox for insert to mainspring_web with check ((select core.said('acts_as')) is not null
    and (cell_id = 0 or (select core.sees_all()) or cell_id = any ((select core.visible_cells())::int4[])));
create policy reports on core.outbox for select to mainspring_read using (true);

select core.confine_by_utility('jobs.job');
create policy staff on jobs.job as restrictive to mainspring_web using ((select core.is_staff()));
alter table jobs.job_file enable row level security;
create policy by_job on jobs.job_file to mainspring_web
    using (exists (select from jobs.job j where j.job_id = job_file.job_id));
create policy reports on jobs.job_file for select to mainspring_read using (true);
