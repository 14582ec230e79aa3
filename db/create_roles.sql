-- The four roles of Mainspring; may be run again at any time by whoever may create roles.
--   mainspring_owner  owns the schemas, for migrations only
--   mainspring_app    the program: no superuser, no UPDATE or DELETE on immutable tables. It bypasses row-level security (COPY FROM is
--                     refused where that holds), which only a superuser can grant: when another user runs this file, a superuser runs
--                     ALTER ROLE mainspring_app BYPASSRLS after it.
--   mainspring_web    the program on behalf of a person, who sees the rows of the own organisation units only
--   mainspring_read   reports and people who look
-- What each may do is in roles.sql, run after the migrations.
do $roles$
declare
    role_name text;
begin
    foreach role_name in array array['mainspring_owner', 'mainspring_app', 'mainspring_web', 'mainspring_read'] loop
        begin
            if not exists (select from pg_roles where rolname = role_name) then
                execute format('create role %I nologin nosuperuser nocreatedb nocreaterole', role_name);
            end if;
        exception
            when duplicate_object or unique_violation then null;  -- another program was faster
        end;
    end loop;
    if (select rolsuper from pg_roles where rolname = current_user) then
        alter role mainspring_app bypassrls;
    end if;
end
$roles$;
