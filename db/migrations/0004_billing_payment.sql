-- Bill runs, bills, exceptions, documents, payments.

create schema billing;
create schema payment;

create sequence billing.run_id;
create table billing.run (
    run_id          int8 primary key,
    command_id      uuid not null unique,
    legal_entity_id int4 not null references org.legal_entity,
    cycle           text not null,
    period_from     date not null,
    period_to       date not null check (period_to > period_from),
    parameters      jsonb not null,                 -- read window, due days, limits, range size
    clock           timestamptz not null,           -- the run's fixed "now"
    issued_on       date not null,
    due_on          date not null,
    state           text not null default 'rating' check (state in ('rating', 'checked', 'issuing', 'issued', 'cancelled')),
    stop_asked      boolean not null default false,
    actor_id        int4 not null,
    org_unit_id     int4 not null,
    first_number    int8,
    started_at      timestamptz not null,
    finished_at     timestamptz,
    worked_ms       int8 not null default 0         -- how long programs worked on it, pauses left out
);

create table billing.run_range (
    cell_id      int4 not null references org.cell,
    run_id       int8 not null references billing.run,
    range_no     int4 not null,                     -- counts through the whole run, in order of (cell, account)
    account_from int8 not null,
    account_to   int8 not null check (account_to >= account_from),
    state        text not null default 'open' check (state in ('open', 'rated', 'issued')),
    accounts     int4 not null default 0,
    bills        int4 not null default 0,
    exceptions   int4 not null default 0,
    digest       bytea,                             -- SHA-256 over the rated bills, what issue must reproduce
    first_number int8,
    primary key (cell_id, run_id, range_no)
);

-- Sums of a range by tariff version and clause: the run's summary without opening a bill.
create table billing.range_total (
    cell_id        int4 not null,
    run_id         int8 not null,
    range_no       int4 not null,
    version_id     int8 not null,
    clause         text not null,
    account_no     int4 not null references ledger.account,
    lines          int8 not null,
    quantity_micro numeric not null,
    amount_minor   numeric not null,
    primary key (cell_id, run_id, range_no, version_id, clause),
    foreign key (cell_id, run_id, range_no) references billing.run_range
);

-- What the sections of a range's bills come to. Several clauses charge the same energy, so it is not the sum over clauses.
create table billing.range_use (
    cell_id        int4 not null,
    run_id         int8 not null,
    range_no       int4 not null,
    commodity      text not null,
    unit           text not null,
    sections       int8 not null,
    quantity_micro numeric not null,
    primary key (cell_id, run_id, range_no, commodity, unit),
    foreign key (cell_id, run_id, range_no) references billing.run_range
);

-- The bills of an account, one after the other. kind 1: a bill; kind 2: a cancellation (credit note) of an earlier one.
-- The derivation is the proof (src/billing/derivation.hpp); carry is what the next bill starts from.
create table billing.bill (
    cell_id      int4 not null,
    account_id   int8 not null,
    bill_seq     int4 not null check (bill_seq > 0),
    kind         int2 not null check (kind in (1, 2)),
    run_id       int8 not null,
    legal_entity_id int4 not null,
    number       int8 not null,
    cancels_seq  int4 check (cancels_seq < bill_seq),
    replaces_seq int4 check (replaces_seq < bill_seq),
    period_from  date not null,
    period_to    date not null check (period_to > period_from),
    issued_on    date not null,
    due_on       date not null,
    currency     char(3) not null,
    total_minor  int8 not null,
    entry_seq    int4,                              -- null: a bill of zero posts nothing
    flags        int4 not null default 0,           -- bit 0 estimated, 1 final, 2 corrected, 3 zero use
    derivation   bytea not null,
    sha256       bytea not null,
    carry        bytea not null,
    recorded_at  timestamptz not null,              -- the run's clock, or the moment of the correction
    primary key (cell_id, account_id, bill_seq),
    unique (number, cell_id, legal_entity_id, kind),
    check ((kind = 2) = (cancels_seq is not null))
);
create index bill_correction on billing.bill (legal_entity_id, kind, number) where kind = 2 or replaces_seq is not null;
create unique index bill_cancelled_once on billing.bill (cell_id, account_id, cancels_seq) where cancels_seq is not null;

create table billing.exception (
    cell_id      int4 not null references org.cell,
    run_id       int8 not null references billing.run,
    account_id   int8 not null,
    agreement_id int8 not null,                     -- 0: the whole account
    cause        text not null,
    detail       text not null,
    owner_id     int4,
    found_at     timestamptz not null,
    primary key (cell_id, run_id, account_id, agreement_id, cause)
);

-- A person lets an exception pass: the cause is ignored for sections of this agreement that end on this day or before.
create table billing.acceptance (
    cell_id      int4 not null references org.cell,
    account_id   int8 not null,
    agreement_id int8 not null,
    cause        text not null,
    upto         date not null,
    reason       text not null,
    actor_id     int4 not null,
    recorded_at  timestamptz not null,
    primary key (cell_id, account_id, agreement_id, cause, upto)
);

-- Print files of a run: every bill in exactly one.
create table billing.print_file (
    run_id       int8 not null references billing.run,
    file_no      int4 not null,
    name         text not null,
    first_number int8 not null,
    last_number  int8 not null,
    bills        int4 not null,
    pages        int4,
    total_minor  numeric not null,
    sha256       bytea,                             -- null until the file is written
    primary key (run_id, file_no)
);

-- Print files of credit notes and replacement bills, counted through each legal entity: each of them in exactly one.
create table billing.correction_file (
    legal_entity_id int4 not null references org.legal_entity,
    file_no         int4 not null,
    name            text not null,
    documents       int4 not null,
    pages           int4,
    total_minor     numeric not null,
    sha256          bytea,                          -- null until the file is written
    primary key (legal_entity_id, file_no)
);
create table billing.correction_print (
    legal_entity_id int4 not null,
    kind            int2 not null check (kind in (1, 2)),
    number          int8 not null,
    cell_id         int4 not null,
    account_id      int8 not null,
    bill_seq        int4 not null,
    file_no         int4 not null,
    primary key (legal_entity_id, kind, number)
);
create index correction_print_file on billing.correction_print (legal_entity_id, file_no);

create table payment.payment (
    cell_id         int4 not null references org.cell,
    command_id      uuid not null,
    account_id      int8 not null,
    legal_entity_id int4 not null references org.legal_entity,
    entry_seq       int4 not null,
    amount_minor    int8 not null check (amount_minor > 0),
    currency        char(3) not null,
    method          text not null,
    reference       text not null default '',
    received_on     date not null,
    actor_id        int4 not null,
    recorded_at     timestamptz not null,
    primary key (cell_id, command_id)
);
create index payment_received_on on payment.payment (legal_entity_id, received_on, recorded_at);
create index payment_account on payment.payment (cell_id, account_id, recorded_at);
create index payment_command on payment.payment (command_id);
create table payment.reversal (
    cell_id            int4 not null references org.cell,
    command_id         uuid not null,
    payment_command_id uuid not null,
    entry_seq          int4 not null,
    reason             text not null,
    actor_id           int4 not null,
    recorded_at        timestamptz not null,
    primary key (cell_id, command_id),
    unique (cell_id, payment_command_id)
);

select core.confine('billing.run_range', 'nothing'), core.confine('billing.range_total', 'nothing'),
       core.confine('billing.range_use', 'nothing'), core.confine('billing.bill', 'account'),
       core.confine('billing.exception', 'nothing'), core.confine('billing.acceptance', 'nothing'),
       core.confine('payment.payment', 'account'), core.confine('payment.reversal', 'payment');
select core.confine_by_utility('billing.run'), core.confine_by_utility('billing.correction_file'),
       core.confine_by_utility('billing.correction_print');
