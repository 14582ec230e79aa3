// What the bills of a run come to, by clause of tariff.
import type { Schemas } from '../../api/client';
import { useUtility } from '../../app/utility';
import { PagedTable, type Column } from '../../ui/paged_table';
import { Empty } from '../../ui/states';
import { Code, Count, Money, Quantity } from '../../ui/values';
import { useText } from './text';

type Charge = Schemas['RunDetail']['charges'][number];

export function RunCharges({ detail }: { detail: Schemas['RunDetail'] }) {
  const t = useText();
  const { currency } = useUtility();
  const columns: Column<Charge>[] = [
    {
      key: 'clause',
      title: t('clause'),
      cell: (row) => (
        <>
          <Code>{row.clause}</Code>
          <br />
          <Code>{`${row.tariff} ${row.version}`}</Code>
        </>
      ),
    },
    {
      key: 'ledger_account',
      title: t('ledger_account'),
      isMinor: true,
      cell: (row) => <Code>{row.ledger_account ?? '–'}</Code>,
    },
    { key: 'lines', title: t('lines'), align: 'end', isMinor: true, cell: (row) => <Count value={row.lines} /> },
    {
      key: 'quantity',
      title: t('quantity'),
      align: 'end',
      isMinor: true,
      cell: (row) => (row.quantity === undefined ? '–' : <Quantity value={row.quantity} unit={row.unit ?? ''} />),
    },
    {
      key: 'amount',
      title: t('amount'),
      align: 'end',
      cell: (row) => <Money amount={row.amount} currency={currency} />,
    },
  ];
  return (
    <PagedTable
      label={t('charges')}
      columns={columns}
      asked={{ data: { items: detail.charges }, error: null, refetch: () => undefined }}
      rowKey={(row) => `${row.tariff} ${row.version} ${row.clause} ${row.ledger_account ?? ''} ${row.unit ?? ''}`}
      empty={<Empty title={t('no_charges')} />}
    />
  );
}
