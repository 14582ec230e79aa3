// A page of rows with the way to the next one. The first cell of a row may hold the row's link; then the arrow keys
// move between the rows, and Enter opens one.
import type { KeyboardEvent, ReactNode } from 'react';
import { Table, VisuallyHidden } from '@mantine/core';
import type { Page, Pager } from '../api/pages';
import { problemOf } from '../api/problem';
import { useSharedText } from '../text/text';
import { ProblemBanner } from './problem_view';
import { Empty, Loading } from './states';
import { Turning } from './turning';

export interface Column<Row> {
  key: string;
  title: string;
  cell: (row: Row) => ReactNode;
  /** Figures stand at the end of the line. */
  align?: 'end';
  /** Left out on a phone. */
  isMinor?: boolean;
}

/** What a page of rows was asked with; a query of TanStack fits. */
interface Asked<Row> {
  data: Page<Row> | undefined;
  error: unknown;
  refetch: () => unknown;
}

interface Props<Row> {
  label: string;
  columns: readonly Column<Row>[];
  asked: Asked<Row>;
  pager?: Pager;
  rowKey: (row: Row) => string;
  empty?: ReactNode;
}

function moveFocus(event: KeyboardEvent<HTMLElement>): void {
  const links = [...event.currentTarget.querySelectorAll<HTMLElement>('tbody tr td:first-child a, tbody tr th a')];
  const at = links.findIndex((link) => link === document.activeElement);
  if (at < 0) return;
  const targets: Partial<Record<string, number>> = {
    ArrowDown: at + 1,
    ArrowUp: at - 1,
    Home: 0,
    End: links.length - 1,
  };
  const target = targets[event.key];
  if (target === undefined) return;
  event.preventDefault();
  links[target]?.focus();
}

export function PagedTable<Row>({ label, columns, asked, pager, rowKey, empty }: Props<Row>) {
  const t = useSharedText();
  if (asked.error) return <ProblemBanner problem={problemOf(asked.error)} retry={() => void asked.refetch()} />;
  if (!asked.data) return <Loading />;
  const page = asked.data;
  if (page.items.length === 0 && (pager?.number ?? 1) === 1) return <>{empty ?? <Empty />}</>;
  return (
    <>
      <Table.ScrollContainer minWidth={0} type="native" tabIndex={0} role="region" aria-label={label}>
        <Table onKeyDown={moveFocus}>
          <Table.Caption style={{ captionSide: 'top' }} p={0} m={0}>
            <VisuallyHidden>
              {label}. {t('table_hint')}
            </VisuallyHidden>
          </Table.Caption>
          <Table.Thead>
            <Table.Tr>
              {columns.map((column) => (
                <Table.Th
                  key={column.key}
                  scope="col"
                  ta={column.align}
                  visibleFrom={column.isMinor ? 'sm' : undefined}
                >
                  {column.title}
                </Table.Th>
              ))}
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {page.items.map((row) => (
              <Table.Tr key={rowKey(row)}>
                {columns.map((column) => (
                  <Table.Td key={column.key} ta={column.align} visibleFrom={column.isMinor ? 'sm' : undefined}>
                    {column.cell(row)}
                  </Table.Td>
                ))}
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </Table.ScrollContainer>
      {pager && <Turning page={page} pager={pager} />}
    </>
  );
}
