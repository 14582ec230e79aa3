-- Customers and meters. A dated fact is a row (…, valid_from, version): "from this day on it is so", as known in this version.
-- The highest version of each valid_from counts; voided takes the fact back. Nothing is updated or deleted.

create schema customer;
create schema metering;

create table customer.party (
    cell_id    int4 not null references org.cell,
    party_id   int8 not null,
    valid_from date not null,
    version    int2 not null check (version > 0),
    voided     boolean not null default false,
    code       text not null,
    name       text not null,
    language   text not null default 'en',
    address    text[] not null default '{}',      -- postal, lines as printed
    email      text,
    phone      text,
    tax_number text,
    actor_id   int4 not null,
    recorded_at timestamptz not null,
    search_name text not null generated always as (lower(name)) stored,  -- how a name begins is asked as a range
    primary key (cell_id, party_id, valid_from, version)
);
create index party_code on customer.party (code);
create index party_search_name on customer.party (search_name);

create table customer.premise (
    cell_id    int4 not null references org.cell,
    premise_id int8 not null,
    code       text not null,
    address    text[] not null,
    org_unit_id int4 not null references org.org_unit,
    search_address text not null generated always as (coalesce(lower(address[1]), '')) stored,
    primary key (cell_id, premise_id),
    unique (cell_id, code)
);
create index premise_code on customer.premise (code);
create index premise_search_address on customer.premise (search_address);

-- The point of supply. It exists apart from any meter on it. gas_zone names the area of calorific values.
create table customer.service_point (
    cell_id          int4 not null references org.cell,
    service_point_id int8 not null,
    premise_id       int8 not null,
    code             text not null,
    commodity        int2 not null check (commodity in (1, 2, 3)),
    gas_zone         text,
    primary key (cell_id, service_point_id),
    unique (cell_id, code),
    foreign key (cell_id, premise_id) references customer.premise,
    check ((commodity = 2) = (gas_zone is not null))
);
create index service_point_code on customer.service_point (code);
create index service_point_premise on customer.service_point (cell_id, premise_id);

-- The customer's account: the unit that a bill is made for and that a balance is kept for.
create table customer.account (
    cell_id         int4 not null references org.cell,
    account_id      int8 not null check (account_id > 0),
    code            text not null,
    party_cell_id   int4 not null,
    party_id        int8 not null,                  -- soft: a party may live in another cell
    legal_entity_id int4 not null references org.legal_entity,
    org_unit_id     int4 not null references org.org_unit,
    currency        char(3) not null,
    cycle           text not null default 'monthly',
    opened_on       date not null,
    primary key (cell_id, account_id),
    unique (cell_id, code)
);
create index account_code on customer.account (code);
create index account_party on customer.account (party_cell_id, party_id);

-- Service point x account x tariff. `ended`: from valid_from on there is no agreement.
create table customer.agreement (
    cell_id          int4 not null references org.cell,
    account_id       int8 not null,
    agreement_id     int8 not null,
    valid_from       date not null,
    version          int2 not null check (version > 0),
    voided           boolean not null default false,
    ended            boolean not null default false,
    service_point_id int8 not null,
    tariff           text not null,                 -- key; the version follows from the day
    customer_class   int2 not null check (customer_class between 1 and 4),
    entitlements     text[] not null default '{}',
    dwellings        int4 not null default 1 check (dwellings > 0),
    actor_id         int4 not null,
    recorded_at      timestamptz not null,
    fact_names       text[] not null default '{}',  -- numbers that charges use, sorted by name
    fact_values_micro int8[] not null default '{}',
    check (cardinality(fact_names) = cardinality(fact_values_micro)),
    primary key (cell_id, account_id, agreement_id, valid_from, version),
    foreign key (cell_id, account_id) references customer.account,
    foreign key (cell_id, service_point_id) references customer.service_point
);
-- What people wrote down about an account.
create table customer.note (
    cell_id     int4 not null,
    account_id  int8 not null,
    note_no     int4 not null check (note_no > 0),
    command_id  uuid not null,
    text        text not null,
    actor_id    int4 not null,
    recorded_at timestamptz not null,
    primary key (cell_id, account_id, note_no),
    unique (cell_id, command_id),
    foreign key (cell_id, account_id) references customer.account
);

create index agreement_service_point on customer.agreement (cell_id, service_point_id);

-- A device has a home cell of its own; what billing needs of it is copied into the installation.
create table metering.device (
    cell_id   int4 not null references org.cell,
    device_id int8 not null,
    serial    text not null,
    maker     text not null default '',
    model     text not null default '',
    primary key (cell_id, device_id),
    unique (cell_id, serial)
);
create index device_serial on metering.device (serial);

-- Life cycle: stock, installed, removed, scrapped (core.transition, machine 'device').
create table metering.device_event (
    cell_id    int4 not null,
    device_id  int8 not null,
    event_no   int4 not null check (event_no > 0),
    on_date    date not null,
    state      text not null,
    service_point_cell_id int4,
    service_point_id int8,
    actor_id   int4 not null,
    recorded_at timestamptz not null,
    primary key (cell_id, device_id, event_no),
    foreign key (cell_id, device_id) references metering.device
);

-- What hangs on a service point from valid_from on. device_id null: nothing. Arrays run parallel, one element a register or channel.
create table metering.installation (
    cell_id          int4 not null,
    service_point_id int8 not null,
    valid_from       date not null,
    version          int2 not null check (version > 0),
    voided           boolean not null default false,
    device_cell_id   int4,
    device_id        int8,                          -- soft: devices have a home cell of their own
    serial           text,
    register_no      int2[] not null default '{}',
    register_code    text[] not null default '{}',  -- as files name it: "E1", "T1", OBIS
    stream           text[] not null default '{}',  -- 'total' or a time-of-use period; '' = not billed
    unit             int2[] not null default '{}',
    dials            int2[] not null default '{}',  -- whole digits of a register; 0 for interval channels
    decimals         int2[] not null default '{}',
    multiplier_e6    int8[] not null default '{}',  -- CT x PT
    interval_minutes int2[] not null default '{}',  -- 0 = register
    volume_factor_e8 int8 not null default 100000000,
    line_loss_e8     int8 not null default 0,       -- of what was measured
    transformer      int8[],                        -- rated kVA, iron kW, copper kW, no-load current, impedance, load shape; see src/metering/installation.hpp
    gas_state        int8[],                        -- kPa, K, compressibility, in millionths; null: counted at base conditions
    actor_id         int4 not null,
    recorded_at      timestamptz not null,
    primary key (cell_id, service_point_id, valid_from, version),
    foreign key (cell_id, service_point_id) references customer.service_point,
    check ((device_id is null) = (cardinality(register_no) = 0)),
    check (cardinality(register_no) = cardinality(register_code) and cardinality(register_no) = cardinality(stream)
       and cardinality(register_no) = cardinality(unit) and cardinality(register_no) = cardinality(dials)
       and cardinality(register_no) = cardinality(decimals) and cardinality(register_no) = cardinality(multiplier_e6)
       and cardinality(register_no) = cardinality(interval_minutes)),
    check (line_loss_e8 >= 0 and cardinality(transformer) = 6 and cardinality(gas_state) = 3)
);

-- Sub-meter and check-meter relations between service points of one cell; dated like every fact. taken_by: how a sub-meter is taken
-- off its parent: by its own meter, by a fixed quantity (millionths a month), by a ratio of the parent (10^-8).
create table metering.relation (
    cell_id          int4 not null,
    parent_id        int8 not null,
    child_id         int8 not null,
    kind             text not null check (kind in ('sub_meter', 'check_meter')),
    valid_from       date not null,
    version          int2 not null check (version > 0),
    voided           boolean not null default false,
    ended            boolean not null default false,
    taken_by         text not null default 'meter' check (taken_by in ('meter', 'quantity', 'ratio')),
    amount           int8 not null default 0 check (amount >= 0),
    source           int8 not null,                 -- metering.source
    actor_id         int4 not null,
    recorded_at      timestamptz not null,
    primary key (cell_id, parent_id, child_id, kind, valid_from, version),
    foreign key (cell_id, parent_id) references customer.service_point,
    foreign key (cell_id, child_id) references customer.service_point,
    check (parent_id <> child_id),
    check ((taken_by = 'meter') = (amount = 0))
);
create index relation_child on metering.relation (cell_id, child_id);

-- One reading of one device: all its registers in one row. values in millionths, as shown on the dials, before any multiplier.
-- quality: A actual, C customer's, E estimated, S substituted. status: v valid, s suspect, c confirmed by a person, r rejected.
create table metering.register_read (
    cell_id          int4 not null,
    service_point_id int8 not null,
    read_at          timestamptz not null,
    device_id        int8 not null,
    version          int2 not null check (version > 0),
    voided           boolean not null default false,
    read_on          date not null,                 -- local day of the utility
    register_no      int2[] not null,
    value_micro      int8[] not null,
    quality          "char" not null,
    status           "char" not null default 'v',
    reason           text not null default 'billing' check (reason in ('billing', 'install', 'remove', 'move', 'check', 'multiplier')),
    method           text not null default '',      -- of an estimate or a substitution
    source           int8 not null,                 -- metering.source
    source_line      int4 not null default 0,
    primary key (cell_id, service_point_id, read_at, device_id, version),
    check (cardinality(register_no) = cardinality(value_micro) and cardinality(register_no) > 0)
);

-- A day's values of one channel, packed: width (1, 2, 4, 8) bytes each, little endian, two's complement, at 10^-scale of the unit.
-- start_at is the instant of the first value's beginning. qualities: one character for all, or one for each value.
create table metering.interval_day (
    cell_id          int4 not null,
    service_point_id int8 not null,
    register_no      int2 not null,
    start_at         timestamptz not null,
    version          int2 not null check (version > 0),
    voided           boolean not null default false,
    device_id        int8 not null,
    interval_minutes int2 not null check (interval_minutes in (1, 5, 10, 15, 30, 60)),
    scale            int2 not null check (scale between 0 and 9),
    width            int2 not null check (width in (1, 2, 4, 8)),
    packed           bytea not null,
    qualities        text not null,
    method           text not null default '',
    source           int8 not null,
    source_line      int4 not null default 0,
    primary key (cell_id, service_point_id, register_no, start_at, version),
    check (length(packed) % width = 0 and (length(qualities) = 1 or length(qualities) = length(packed) / width))
);

-- Where reads came from, and when: a file, a channel, a person. One row a transaction that wrote reads, so that all of them carry its
-- moment; an import of many has several, and so has a file that is imported again and brings something new. A file of relations has one
-- from its first import on, whether it brought something or not (kind 'relations of UTILITY').
create table metering.source (
    source_id   int8 primary key,
    kind        text not null,
    name        text not null,
    sha256      bytea not null,
    actor_id    int4 not null,
    recorded_at timestamptz not null
);
create sequence metering.source_id;
create index source_content on metering.source (sha256);
create index source_recorded_at on metering.source (recorded_at);

-- MJ/m3 by area and day.
create table metering.calorific_value (
    gas_zone    text not null,
    valid_from  date not null,
    version     int2 not null check (version > 0),
    value_e4    int8 not null check (value_e4 > 0),
    recorded_at timestamptz not null,
    primary key (gas_zone, valid_from, version)
);

select core.confine('customer.party', 'party'), core.confine('customer.premise', 'premise'),
       core.confine('customer.service_point', 'service_point'), core.confine('customer.account', 'account'),
       core.confine('customer.agreement', 'account'), core.confine('customer.note', 'nothing'), core.confine('metering.device', 'nothing'),
       core.confine('metering.device_event', 'nothing'), core.confine('metering.installation', 'service_point'),
       core.confine('metering.relation', 'nothing'), core.confine('metering.register_read', 'service_point'),
       core.confine('metering.interval_day', 'service_point');
-- A party may have accounts in several cells; whoever sees one of them sees the party.
create policy by_account on customer.party for select to mainspring_web
    using (exists (select from customer.account a where a.party_cell_id = party.cell_id and a.party_id = party.party_id));
