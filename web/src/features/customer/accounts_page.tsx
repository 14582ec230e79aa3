import { TextInput } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { useDebouncedCallback } from '@mantine/hooks';
import type { Schemas } from '../../api/client';
import { usePager } from '../../api/pages';
import { useUtility } from '../../app/utility';
import { Icon } from '../../ui/icons';
import { Page } from '../../ui/page';
import { PagedTable, type Column } from '../../ui/paged_table';
import { RouteLink } from '../../ui/route_link';
import { Empty } from '../../ui/states';
import { Code, Day } from '../../ui/values';
import { accountsQuery } from './queries';
import { useText } from './text';

type Row = Schemas['AccountRow'];
const route = getRouteApi('/frame/u/$utility/accounts');

function useColumns(utility: string): Column<Row>[] {
  const t = useText();
  return [
    {
      key: 'account',
      title: t('account'),
      cell: (row) => (
        <RouteLink to="/u/$utility/accounts/$account" params={{ utility, account: row.account }}>
          <Code>{row.account}</Code>
        </RouteLink>
      ),
    },
    { key: 'name', title: t('name'), cell: (row) => <bdi>{row.name}</bdi> },
    { key: 'address', title: t('address'), isMinor: true, cell: (row) => <bdi>{row.address?.join(', ') ?? ''}</bdi> },
    { key: 'unit', title: t('unit'), isMinor: true, cell: (row) => row.unit },
    { key: 'opened', title: t('opened'), isMinor: true, cell: (row) => <Day day={row.opened_on} /> },
  ];
}

export function AccountsPage() {
  const t = useText();
  const utility = useUtility();
  const { name = '' } = route.useSearch();
  const navigate = route.useNavigate();
  const pager = usePager(`${utility.code} ${name}`);
  const asked = useQuery(accountsQuery(utility.code, name, pager.after));
  const find = useDebouncedCallback((typed: string) => {
    void navigate({ search: typed.trim() === '' ? {} : { name: typed.trim() }, replace: true });
  }, 250);
  return (
    <Page title={t('customers')} detail={t('customers_hint')}>
      <TextInput
        key={utility.code}
        mb="md"
        maw={360}
        label={t('name_begins')}
        defaultValue={name}
        leftSection={<Icon name="search" />}
        maxLength={100}
        onChange={(event) => find(event.currentTarget.value)}
      />
      <PagedTable
        label={t('customers')}
        columns={useColumns(utility.code)}
        asked={asked}
        pager={pager}
        rowKey={(row) => row.account}
        empty={
          <Empty title={name === '' ? t('no_customers') : t('no_customers_named', { name })}>
            {name === '' ? t('no_customers_hint') : t('try_search')}
          </Empty>
        }
      />
    </Page>
  );
}
