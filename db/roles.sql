-- What each role may do, after every migration anew. mainspring_owner owns the schemas and migrates; mainspring_app is the program;
-- mainspring_read only looks. Facts, entries, bills and payments are written once: the program has no UPDATE and no DELETE on them.

do $$
declare
    s text;
begin
    foreach s in array array['core', 'org', 'jobs', 'customer', 'metering', 'tariff', 'ledger', 'billing', 'payment'] loop
        execute format('revoke all on schema %I from public', s);
        execute format('grant usage on schema %I to mainspring_app, mainspring_read', s);
        execute format('revoke all on all tables in schema %I from public, mainspring_app, mainspring_read', s);
        execute format('grant select, insert on all tables in schema %I to mainspring_app', s);
        execute format('grant select on all tables in schema %I to mainspring_read', s);
        execute format('grant usage, select on all sequences in schema %I to mainspring_app', s);
        execute format('grant execute on all functions in schema %I to mainspring_app, mainspring_read', s);
        execute format('alter default privileges for role mainspring_owner in schema %I '
                       'grant select, insert on tables to mainspring_app', s);
        execute format('alter default privileges for role mainspring_owner in schema %I '
                       'grant select on tables to mainspring_read', s);
        execute format('alter default privileges for role mainspring_owner in schema %I '
                       'grant usage, select on sequences to mainspring_app', s);
    end loop;
end
$$;

-- Rules of the program, not data of it.
revoke insert on core.transition from mainspring_app;

-- The only rows that ever change: counters, states and queues.
grant update on org.cell, jobs.job, jobs.job_file, ledger.series, ledger.period, billing.run, billing.run_range, billing.print_file, billing.correction_file
    to mainspring_app;
grant update (state, activated_by, activated_at) on tariff.version to mainspring_app;
-- Sums of a range that a person accepted otherwise than it was checked are made again.
grant delete on billing.range_total, billing.range_use to mainspring_app;
-- Moments that a later look made needless.
grant delete on core.fact_moment to mainspring_app;
