import { useQuery } from '@tanstack/react-query';
import type { Schemas } from '../../api/client';
import { usePager } from '../../api/pages';
import { may, useMe } from '../../app/session';
import { useUtility } from '../../app/utility';
import { Page } from '../../ui/page';
import { PagedTable, type Column } from '../../ui/paged_table';
import { RouteButton, RouteLink } from '../../ui/route_link';
import { Empty } from '../../ui/states';
import { Code, Day } from '../../ui/values';
import { tariffsQuery } from './queries';
import { useText } from './text';
import { VersionState } from './version_state';

type Row = Schemas['TariffVersion'];

export function TariffsPage() {
  const t = useText();
  const me = useMe();
  const { code } = useUtility();
  const pager = usePager('tariffs');
  const columns: Column<Row>[] = [
    {
      key: 'tariff',
      title: t('tariff'),
      cell: (row) => (
        <RouteLink
          to="/u/$utility/tariffs/$tariff/$version"
          params={{ utility: code, tariff: row.tariff, version: row.version }}
        >
          <Code>{row.tariff}</Code>
        </RouteLink>
      ),
    },
    { key: 'version', title: t('version'), cell: (row) => <Code>{row.version}</Code> },
    { key: 'effective', title: t('effective'), cell: (row) => <Day day={row.effective} /> },
    { key: 'state', title: t('state'), cell: (row) => <VersionState state={row.state} /> },
    { key: 'commodity', title: t('commodity'), isMinor: true, cell: (row) => t(`commodity_${row.commodity}`) },
    { key: 'currency', title: t('currency'), isMinor: true, cell: (row) => row.currency },
    { key: 'file', title: t('file'), isMinor: true, cell: (row) => <Code>{row.file_name}</Code> },
  ];
  return (
    <Page
      title={t('tariffs')}
      detail={t('tariffs_hint')}
      actions={
        <RouteButton to="/u/$utility/tariff-editor" params={{ utility: code }}>
          {may(me, 'change tariffs') ? t('write') : t('editor')}
        </RouteButton>
      }
    >
      <PagedTable
        label={t('tariffs')}
        columns={columns}
        asked={useQuery(tariffsQuery(pager.after))}
        pager={pager}
        rowKey={(row) => `${row.tariff} ${row.version}`}
        empty={<Empty title={t('no_tariffs')}>{t('no_tariffs_hint')}</Empty>}
      />
    </Page>
  );
}
