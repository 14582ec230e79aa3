import { useState } from 'react';
import { Button, Checkbox, Stack, TextInput } from '@mantine/core';
import { api, dataOf } from '../../../api/client';
import { useCommand } from '../../../api/command';
import { useMe } from '../../../app/session';
import { ConfirmDialog } from '../../../ui/confirm';
import { dayOf, daysAfter } from '../../../ui/dates';
import { useFieldProblem } from '../../../ui/problem_view';
import { useText } from '../text';
import { tokensQuery } from './queries';
import classes from './settings.module.css';

interface Wanted {
  name: string;
  scopes: string[];
  expires_on: string;
}

const FIELDS = ['name', 'scopes', 'expires_on', 'expires_at'];

export function NewToken({ onMade }: { onMade: (secret: string) => void }) {
  const t = useText();
  const me = useMe();
  const empty = (): Wanted => ({ name: '', scopes: [], expires_on: daysAfter(dayOf(new Date()), 90) });
  const [opened, setOpened] = useState(false);
  const [typed, setTyped] = useState(empty);
  const set = (change: Partial<Wanted>) => setTyped((now) => ({ ...now, ...change }));
  const make = useCommand((body: Wanted, header) => dataOf(api.POST('/me/tokens', { params: { header }, body })), {
    stale: [tokensQuery.queryKey],
    done: ({ secret }) => {
      setOpened(false);
      onMade(secret);
    },
  });
  const fieldProblem = useFieldProblem(make.problem);
  const open = () => {
    make.reset();
    setTyped(empty());
    setOpened(true);
  };
  return (
    <>
      <Button variant="default" onClick={open}>
        {t('token_new')}
      </Button>
      <ConfirmDialog
        opened={opened}
        onClose={() => setOpened(false)}
        title={t('token_new')}
        action={t('token_make')}
        isDestructive={false}
        isBusy={make.isBusy}
        isWaiting={typed.name.trim() === '' || typed.scopes.length === 0 || typed.expires_on === ''}
        problem={make.problem}
        fields={FIELDS}
        onConfirm={() => make.send({ ...typed, name: typed.name.trim() })}
      >
        <Stack gap="sm">
          <TextInput
            data-autofocus
            label={t('token_name')}
            description={t('token_name_hint')}
            maxLength={100}
            value={typed.name}
            error={fieldProblem('name')}
            onChange={(event) => set({ name: event.currentTarget.value })}
          />
          <TextInput
            type="date"
            label={t('expires')}
            value={typed.expires_on}
            error={fieldProblem('expires_on') ?? fieldProblem('expires_at')}
            onChange={(event) => set({ expires_on: event.currentTarget.value })}
          />
          <Checkbox.Group
            label={t('token_scopes')}
            value={typed.scopes}
            onChange={(scopes) => set({ scopes })}
            error={fieldProblem('scopes')}
          >
            <div className={classes.scopes}>
              {me.permissions.map((each) => (
                <Checkbox key={each} value={each} label={each} />
              ))}
            </div>
          </Checkbox.Group>
        </Stack>
      </ConfirmDialog>
    </>
  );
}
