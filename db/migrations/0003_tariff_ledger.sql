-- Tariff versions as text, and the ledger.

create schema tariff;
create schema ledger;

create table tariff.version (
    version_id   int8 primary key,
    key          text not null,
    version      text not null,
    effective    date not null,
    commodity    int2 not null,
    currency     char(3) not null,
    file_name    text not null,                     -- as imported; examples name other versions by it
    document     text not null,                     -- the YAML itself
    sha256       bytea not null,
    state        text not null default 'draft' check (state in ('draft', 'active', 'retired')),
    imported_by  int4 not null,
    imported_at  timestamptz not null,
    activated_by int4,
    activated_at timestamptz,
    unique (key, version)
);
create unique index version_effective on tariff.version (key, effective) where state = 'active';
create sequence tariff.version_id;

-- What others publish and prices follow, in versions: the highest counts. A local day of a price series in its zone: one
-- price for every `minutes` that elapse, null where none is published. A name has one zone and one length.
create table tariff.price_series (
    name        text not null,
    on_date     date not null,
    version     int2 not null check (version > 0),
    minutes     int2 not null check (minutes in (15, 30, 60, 1440)),
    zone        text not null,
    prices_e8   int8[] not null check (cardinality(prices_e8) > 0),
    recorded_at timestamptz not null,
    recorded_by int4 not null,
    primary key (name, on_date, version)
);
create index price_series_recorded_at on tariff.price_series (recorded_at);

-- A value of a calendar month, named by its first day.
create table tariff.input (
    name        text not null,
    month       date not null check (extract(day from month) = 1),
    version     int2 not null check (version > 0),
    value_e8    int8 not null,
    recorded_at timestamptz not null,
    recorded_by int4 not null,
    primary key (name, month, version)
);
create index input_recorded_at on tariff.input (recorded_at);

-- kind: A asset, L liability, E equity, R revenue, X expense. A control account is the sum of customers' balances;
-- as a receivable it is also the charge type of an open item.
create table ledger.account (
    account_no int4 primary key,
    key        text not null unique,                -- as tariffs name it: "revenue.electricity"
    name       jsonb not null,
    kind       char(1) not null check (kind in ('A', 'L', 'E', 'R', 'X')),
    control    boolean not null default false
);
insert into ledger.account values
    (1010, 'cash',                       '{"en": "Cash at desk", "zh": "库存现金"}', 'A', false),
    (1020, 'bank',                       '{"en": "Bank", "zh": "银行存款"}', 'A', false),
    (1030, 'payments_in_transit',        '{"en": "Payments in transit", "zh": "在途款项"}', 'A', false),
    (1110, 'receivable.electricity',     '{"en": "Receivables: electricity", "zh": "应收电费"}', 'A', true),
    (1120, 'receivable.gas',             '{"en": "Receivables: gas", "zh": "应收燃气费"}', 'A', true),
    (1130, 'receivable.water',           '{"en": "Receivables: water", "zh": "应收水费"}', 'A', true),
    (1140, 'receivable.sewage',          '{"en": "Receivables: sewage", "zh": "应收污水处理费"}', 'A', true),
    (1150, 'receivable.tax',             '{"en": "Receivables: taxes and funds", "zh": "应收税费"}', 'A', true),
    (1160, 'receivable.service',         '{"en": "Receivables: services and fees", "zh": "应收服务费"}', 'A', true),
    (2110, 'customer_credit',            '{"en": "Customer credit", "zh": "预收账款"}', 'L', true),
    (2210, 'tax.vat',                    '{"en": "Value added tax payable", "zh": "应交增值税"}', 'L', false),
    (2220, 'tax.duty',                   '{"en": "Energy duties payable", "zh": "应交能源税"}', 'L', false),
    (2230, 'fund.government',            '{"en": "Government funds payable", "zh": "代征政府性基金"}', 'L', false),
    (4110, 'revenue.electricity',        '{"en": "Electricity sales", "zh": "电费收入"}', 'R', false),
    (4111, 'revenue.electricity.fixed',  '{"en": "Electricity standing charges", "zh": "基本电费收入"}', 'R', false),
    (4120, 'revenue.gas',                '{"en": "Gas sales", "zh": "燃气费收入"}', 'R', false),
    (4121, 'revenue.gas.fixed',          '{"en": "Gas standing charges", "zh": "燃气基本费收入"}', 'R', false),
    (4130, 'revenue.water',              '{"en": "Water sales", "zh": "水费收入"}', 'R', false),
    (4131, 'revenue.water.fixed',        '{"en": "Water standing charges", "zh": "水费基本费收入"}', 'R', false),
    (4140, 'revenue.sewage',             '{"en": "Sewage charges", "zh": "污水处理费收入"}', 'R', false),
    (4150, 'revenue.minimum',            '{"en": "Minimum charges", "zh": "最低消费收入"}', 'R', false),
    (4160, 'revenue.service',            '{"en": "Service fees", "zh": "服务费收入"}', 'R', false),
    (4910, 'discount',                   '{"en": "Discounts granted", "zh": "优惠减免"}', 'R', false),
    (4920, 'discount.social',            '{"en": "Social discounts granted", "zh": "民生优惠"}', 'R', false),
    (5910, 'rounding',                   '{"en": "Rounding differences", "zh": "尾差"}', 'X', false);

create table ledger.period (
    legal_entity_id int4 not null references org.legal_entity,
    period          int4 not null check (period % 100 between 1 and 12),  -- 202603
    state           text not null default 'open' check (state in ('open', 'closed')),
    primary key (legal_entity_id, period)
);

-- Numbers without gaps: a block is taken in the transaction that uses it, or for a run as a whole.
create table ledger.series (
    legal_entity_id int4 not null references org.legal_entity,
    series          text not null,
    next_number     int8 not null default 1 check (next_number > 0),
    primary key (legal_entity_id, series)
);

-- True when the legs of an entry are well formed and sum to zero.
create function ledger.balanced(accounts int4[], amounts int8[]) returns boolean
    language plpgsql immutable as
$$
declare
    total int8 := 0;
    amount int8;
begin
    if cardinality(accounts) < 2 or cardinality(accounts) <> cardinality(amounts) then
        return false;
    end if;
    foreach amount in array amounts loop
        if amount is null or amount = 0 then
            return false;
        end if;
        total := total + amount;
    end loop;
    return total = 0;
end
$$;

-- The journal: one row an entry, never changed. Every entry belongs to a book: a customer's account (positive id) or an internal book
-- (negative). seq counts the entries of a book from 1 without gaps, so the last entry carries the book's balances and two writers
-- can never both be next. A leg on a control account that settles nothing is an open item (book, seq, leg); one that settles names it.
create table ledger.entry (
    cell_id          int4 not null,
    book_id          int8 not null,
    seq              int4 not null check (seq > 0),
    command_id       uuid not null,
    kind             int2 not null,                 -- 1 bill 2 cancellation 3 payment 4 payment reversal 5 match 6 match reversal 7 adjustment
    legal_entity_id  int4 not null,
    org_unit_id      int4 not null,
    actor_id         int4 not null,
    business_date    date not null,
    posted_at        timestamptz not null,
    currency         char(3) not null,
    source           int8 not null default 0,       -- the bill's or payment's number in its own chain
    reverses_seq     int4 check (reverses_seq < seq),
    due_on           date,
    accounts         int4[] not null,
    amounts          int8[] not null,               -- minor units, + debit - credit
    settles_seq      int4[],                        -- parallel to accounts; 0 = settles nothing
    settles_leg      int2[],
    balance_accounts int4[] not null,               -- control accounts of this book that ever moved, ascending
    balances         int8[] not null,               -- after this entry, + owed to us
    open_from        int4 not null,                 -- no entry before this one holds an open item
    tx               int8 not null default pg_current_xact_id()::text::int8,  -- the writing transaction; BRIN knows no xid8
    primary key (cell_id, book_id, seq),
    unique (cell_id, command_id),
    check (ledger.balanced(accounts, amounts)),
    check (cardinality(balance_accounts) = cardinality(balances)),
    check ((settles_seq is null) = (settles_leg is null)),
    check (settles_seq is null or cardinality(settles_seq) = cardinality(accounts) and cardinality(settles_leg) = cardinality(accounts)),
    check (open_from between 1 and seq + 1)
);
create index entry_tx on ledger.entry using brin (tx);
create index entry_posted_at on ledger.entry using brin (posted_at);  -- the journal of a day

-- An entry is reversed once.
create unique index entry_reversed_once on ledger.entry (cell_id, book_id, reverses_seq) where reverses_seq is not null;

-- The accountant's rows.
create view ledger.leg with (security_invoker = true) as
    select e.cell_id, e.book_id, e.seq, l.leg::int2, e.kind, e.legal_entity_id, e.org_unit_id, e.business_date, e.posted_at, e.currency,
           l.account_no, l.amount, e.due_on, coalesce(e.settles_seq[l.leg], 0) as settles_seq,
           coalesce(e.settles_leg[l.leg], 0::int2) as settles_leg, e.source, e.reverses_seq, e.actor_id, e.command_id
    from ledger.entry e, unnest(e.accounts, e.amounts) with ordinality as l(account_no, amount, leg);

create view ledger.open_item with (security_invoker = true) as
    select i.cell_id, i.book_id, i.seq, i.leg, i.account_no, i.kind, i.business_date, i.due_on, i.currency,
           i.amount as original, i.amount + coalesce(s.settled, 0) as open
    from ledger.leg i
    join ledger.account a using (account_no)
    left join lateral (select sum(l.amount) as settled from ledger.leg l
                       where l.cell_id = i.cell_id and l.book_id = i.book_id and l.seq > i.seq
                         and l.settles_seq = i.seq and l.settles_leg = i.leg) s on true
    where a.control and i.settles_seq = 0 and i.amount + coalesce(s.settled, 0) <> 0;

-- The read model: turnover by account and day, rolled up from entries whose transactions are all finished. `rollup_no` says which step
-- added a row; the sum over a day is the day's turnover. Checked against the journal by `mainspring ledger verify`.
create table ledger.rollup (
    cell_id   int4 not null,
    rollup_no int4 not null,
    from_tx   int8 not null,                        -- entries with from_tx <= tx < upto_tx are in
    upto_tx   int8 not null,
    rolled_at timestamptz not null,
    primary key (cell_id, rollup_no),
    check (from_tx <= upto_tx)
);
create table ledger.account_day (
    cell_id         int4 not null,
    rollup_no       int4 not null,
    legal_entity_id int4 not null,
    org_unit_id     int4 not null,
    account_no      int4 not null references ledger.account,
    currency        char(3) not null,
    business_date   date not null,
    debits          numeric not null,
    credits         numeric not null,
    entries         int8 not null,
    primary key (cell_id, rollup_no, legal_entity_id, org_unit_id, account_no, currency, business_date),
    foreign key (cell_id, rollup_no) references ledger.rollup
);

select core.confine('ledger.entry', 'book'), core.confine('ledger.rollup', 'nothing'), core.confine('ledger.account_day', 'nothing');
select core.confine_by_utility('ledger.period'), core.confine_by_utility('ledger.series');
