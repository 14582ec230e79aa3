-- What each role may do, after every migration anew. mainspring_owner owns the schemas and migrates; mainspring_app is the program;
-- mainspring_web is the program for a person: confined to rows (core.confine) and without credentials; mainspring_read only looks.
-- Facts, entries, bills and payments are written once: the program has no UPDATE and no DELETE on them.

do $$
declare
    s text;
begin
    foreach s in array array['core', 'org', 'jobs', 'customer', 'metering', 'tariff', 'ledger', 'billing', 'payment'] loop
        execute format('revoke all on schema %I from public', s);
        execute format('grant usage on schema %I to mainspring_app, mainspring_web, mainspring_read', s);
        execute format('revoke all on all tables in schema %I from public, mainspring_app, mainspring_web, mainspring_read', s);
        execute format('grant select, insert on all tables in schema %I to mainspring_app, mainspring_web', s);
        execute format('grant select on all tables in schema %I to mainspring_read', s);
        execute format('grant usage, select on all sequences in schema %I to mainspring_app, mainspring_web', s);
        execute format('grant execute on all functions in schema %I to mainspring_app, mainspring_web, mainspring_read', s);
        execute format('alter default privileges for role mainspring_owner in schema %I '
                       'grant select, insert on tables to mainspring_app, mainspring_web', s);
        execute format('alter default privileges for role mainspring_owner in schema %I '
                       'grant select on tables to mainspring_read', s);
        execute format('alter default privileges for role mainspring_owner in schema %I '
                       'grant usage, select on sequences to mainspring_app, mainspring_web', s);
    end loop;
end
$$;

-- Rules of the program, not data of it.
revoke insert on core.transition, org.separate_role from mainspring_app, mainspring_web;

-- The only rows that ever change: counters, states and queues.
grant update on org.cell, jobs.job, jobs.job_file, ledger.series, ledger.period, billing.run, billing.run_range, billing.print_file, billing.correction_file
    to mainspring_app, mainspring_web;
grant update (state, activated_by, activated_at) on tariff.version to mainspring_app, mainspring_web;
-- Sums of a range that a person accepted otherwise than it was checked are made again.
grant delete on billing.range_total, billing.range_use to mainspring_app, mainspring_web;
-- Moments that a later look made needless.
grant delete on core.fact_moment to mainspring_app, mainspring_web;

-- Who may do what is changed by the program itself, never on a person's connection.
revoke insert on org.legal_entity, org.org_unit, org.unit_place, org.actor, org.role, org.role_permission, org.assignment
    from mainspring_web;
grant update (name, disabled) on org.actor to mainspring_app;
grant update (name) on org.role to mainspring_app;
grant delete on org.role_permission to mainspring_app;
grant update (valid_to) on org.assignment to mainspring_app;
grant update (state, checker_id, decided_at, note) on org.approval to mainspring_app, mainspring_web;

-- Credentials, sessions and tokens are the program's alone.
revoke all on schema identity from public;
grant usage on schema identity to mainspring_app;
revoke all on all tables in schema identity from public, mainspring_app, mainspring_web, mainspring_read;
grant select, insert, update, delete on all tables in schema identity to mainspring_app;
revoke all on all functions in schema identity from public;
grant execute on all functions in schema identity to mainspring_app;
