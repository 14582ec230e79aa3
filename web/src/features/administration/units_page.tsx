import { useState } from 'react';
import { Button, TextInput } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import type { Schemas } from '../../api/client';
import { may, useMe } from '../../app/session';
import { useUtility } from '../../app/utility';
import { Page } from '../../ui/page';
import { PagedTable, type Column } from '../../ui/paged_table';
import { Empty } from '../../ui/states';
import { Code } from '../../ui/values';
import { unitsOnQuery } from './queries';
import { useText } from './text';
import { AddUnit, MoveUnit } from './unit_actions';
import { inTree, type Placed } from './unit_tree';

type Unit = Schemas['Unit'];
const route = getRouteApi('/frame/u/$utility/units');

export function UnitsPage() {
  const t = useText();
  const me = useMe();
  const { code, today } = useUtility();
  const { on = today } = route.useSearch();
  const navigate = route.useNavigate();
  const asked = useQuery(unitsOnQuery(on));
  const [moving, setMoving] = useState<Unit>();
  const mayChange = may(me, 'set up');
  const units = asked.data?.items.filter((each) => each.utility === code) ?? [];
  const placed = { ...asked, data: asked.data ? { items: inTree(units) } : undefined };
  const columns: Column<Placed>[] = [
    {
      key: 'unit',
      title: t('name'),
      cell: ({ unit, depth }) => (
        <bdi style={{ display: 'inline-block', paddingInlineStart: `${depth * 1.5}rem` }}>{unit.name}</bdi>
      ),
    },
    { key: 'code', title: t('code'), cell: ({ unit }) => <Code>{unit.unit}</Code> },
    { key: 'parent', title: t('parent'), isMinor: true, cell: ({ unit }) => <Code>{unit.parent ?? '–'}</Code> },
    ...(mayChange
      ? [
          {
            key: 'move',
            title: t('actions'),
            cell: ({ unit }: Placed) =>
              unit.parent !== undefined && (
                <Button
                  size="compact-xs"
                  variant="default"
                  aria-label={t('move_of', { unit: unit.name })}
                  onClick={() => setMoving(unit)}
                >
                  {t('move')}
                </Button>
              ),
          },
        ]
      : []),
  ];
  return (
    <Page title={t('units')} detail={t('units_hint')} actions={mayChange && <AddUnit units={units} />}>
      <TextInput
        type="date"
        size="xs"
        mb="md"
        maw={180}
        label={t('on_day')}
        value={on}
        onChange={(event) => {
          const day = event.currentTarget.value;
          void navigate({ search: day === '' || day === today ? {} : { on: day }, replace: true });
        }}
      />
      <PagedTable
        label={t('units')}
        columns={columns}
        asked={placed}
        rowKey={({ unit }) => unit.unit}
        empty={<Empty title={t('no_units')} />}
      />
      {moving && <MoveUnit unit={moving} units={units} onClose={() => setMoving(undefined)} />}
    </Page>
  );
}
