import { useState } from 'react';
import { Button, Group, NativeSelect, SimpleGrid, Stack, TextInput } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { api, dataOf, type Schemas } from '../../api/client';
import { useCommand } from '../../api/command';
import { useUtility } from '../../app/utility';
import { useLocale } from '../../text/locale';
import { useFieldProblem } from '../../ui/problem_view';
import { toast } from '../../ui/toast';
import { rolesQuery, unitsOnQuery } from './queries';
import { RightsProblem } from './rights_problem';
import { nameOfRole } from './role_words';
import { useText } from './text';

interface Wanted {
  role: string;
  unit: string;
  from: string;
  to: string;
}
const FIELDS = ['role', 'unit', 'from', 'to'];

export function GiveRole({ user }: { user: Schemas['User'] }) {
  const t = useText();
  const { choice } = useLocale();
  const { today } = useUtility();
  const roles = useQuery(rolesQuery).data?.items ?? [];
  const units = useQuery(unitsOnQuery(undefined)).data?.items ?? [];
  const empty: Wanted = { role: '', unit: '', from: today, to: '' };
  const [wanted, setWanted] = useState(empty);
  const give = useCommand(
    ({ role, unit, from, to }: Wanted, header) =>
      dataOf(
        api.POST('/users/{user}/assignments', {
          params: { path: { user: user.user }, header },
          body: { role, from, ...(unit === '' ? {} : { unit }), ...(to === '' ? {} : { to }) },
        }),
      ),
    {
      stale: [['users']],
      done: () => {
        setWanted(empty);
        toast(t('role_given'));
      },
    },
  );
  const fieldProblem = useFieldProblem(give.problem);
  const set = (change: Partial<Wanted>) => {
    if (give.problem) give.reset();
    setWanted((now) => ({ ...now, ...change }));
  };
  const offered = roles.filter((each) => (each.role === 'customer') === (user.kind === 'customer'));
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        if (wanted.role !== '' && wanted.from !== '') give.send(wanted);
      }}
    >
      <Stack gap="sm">
        <SimpleGrid cols={{ base: 1, xs: 2 }} spacing="sm">
          <NativeSelect
            label={t('role')}
            value={wanted.role}
            error={fieldProblem('role')}
            data={[
              { value: '', label: '–' },
              ...offered.map((each) => ({ value: each.role, label: nameOfRole(each, choice.language) })),
            ]}
            onChange={(event) => set({ role: event.currentTarget.value })}
          />
          <NativeSelect
            label={t('unit')}
            value={wanted.unit}
            error={fieldProblem('unit')}
            data={[
              { value: '', label: t('unit_everywhere') },
              ...units.map((each) => ({ value: each.unit, label: `${each.name} (${each.unit})` })),
            ]}
            onChange={(event) => set({ unit: event.currentTarget.value })}
          />
          <TextInput
            type="date"
            label={t('from')}
            value={wanted.from}
            error={fieldProblem('from')}
            onChange={(event) => set({ from: event.currentTarget.value })}
          />
          <TextInput
            type="date"
            label={t('to')}
            description={t('to_hint')}
            inputWrapperOrder={['label', 'input', 'description', 'error']}
            value={wanted.to}
            error={fieldProblem('to')}
            onChange={(event) => set({ to: event.currentTarget.value })}
          />
        </SimpleGrid>
        <RightsProblem problem={give.problem} fields={FIELDS} />
        <Group>
          <Button
            type="submit"
            variant="default"
            loading={give.isBusy}
            disabled={wanted.role === '' || wanted.from === ''}
          >
            {t('give_role')}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
