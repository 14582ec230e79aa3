import { Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import type { Schemas } from '../../api/client';
import { usePager } from '../../api/pages';
import { PagedTable, type Column } from '../../ui/paged_table';
import { Empty } from '../../ui/states';
import { Instant } from '../../ui/values';
import { timelineQuery, type AccountPlace } from './queries';
import { useText } from './text';

type Row = Schemas['Happening'];

/** The details of a happening as pairs; what is nested is shown as the server wrote it. */
function Detail({ detail }: { detail: Row['detail'] }) {
  const pairs = Object.entries(detail ?? {});
  return (
    <Text size="sm" component="div">
      {pairs.map(([key, value], at) => (
        <span key={key}>
          {at > 0 && ' · '}
          {key.replaceAll('_', ' ')}: <bdi>{typeof value === 'string' ? value : JSON.stringify(value)}</bdi>
        </span>
      ))}
    </Text>
  );
}

export function TimelineTab({ place }: { place: AccountPlace }) {
  const t = useText();
  const pager = usePager(`${place.utility} ${place.account}`);
  const columns: Column<Row>[] = [
    { key: 'at', title: t('when'), cell: (row) => <Instant at={row.at} /> },
    { key: 'action', title: t('what'), cell: (row) => row.action.replaceAll('_', ' ') },
    { key: 'detail', title: t('detail'), isMinor: true, cell: (row) => <Detail detail={row.detail} /> },
    { key: 'by', title: t('by'), cell: (row) => row.by },
  ];
  return (
    <PagedTable
      label={t('tab_timeline')}
      columns={columns}
      asked={useQuery(timelineQuery(place, pager.after))}
      pager={pager}
      rowKey={(row) => `${row.at} ${row.action} ${JSON.stringify(row.detail)}`}
      empty={<Empty title={t('no_timeline')} />}
    />
  );
}
