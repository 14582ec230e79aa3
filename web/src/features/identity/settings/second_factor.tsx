// The second factor: a secret for an authenticator program, confirmed by a code of it.
import { useState } from 'react';
import { Alert, Button, Group, Stack, Text, TextInput } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { api, dataOf, setCsrf } from '../../../api/client';
import { useCommand } from '../../../api/command';
import { meQuery, useMe } from '../../../app/session';
import { ConfirmDialog } from '../../../ui/confirm';
import { ProblemBanner } from '../../../ui/problem_view';
import { toast } from '../../../ui/toast';
import { Code } from '../../../ui/values';
import { useText } from '../text';
import { QrCode } from './qr_code';
import { sessionsQuery } from './queries';
import classes from './settings.module.css';

interface Enrolment {
  secret: string;
  uri: string;
}

function CodeInput({ value, onChange }: { value: string; onChange: (value: string) => void }) {
  const t = useText();
  return (
    <TextInput
      label={t('code')}
      description={t('code_hint')}
      autoComplete="one-time-code"
      required
      withAsterisk={false}
      minLength={6}
      maxLength={20}
      data-autofocus
      value={value}
      onChange={(event) => onChange(event.currentTarget.value)}
    />
  );
}

function Confirm({ enrolment, onDone }: { enrolment: Enrolment; onDone: (recoveryCodes: string[]) => void }) {
  const t = useText();
  const [code, setCode] = useState('');
  const confirm = useCommand(
    (body: { code: string }, header) =>
      dataOf(api.POST('/me/second-factor/confirmation', { params: { header }, body })),
    {
      stale: [sessionsQuery.queryKey],
      done: ({ recovery_codes, csrf }) => {
        setCsrf(csrf);
        onDone(recovery_codes);
      },
    },
  );
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        confirm.send({ code: code.replaceAll(' ', '') });
      }}
    >
      <Stack maw={420} gap="sm">
        <Text size="sm">{t('factor_scan')}</Text>
        <QrCode text={enrolment.uri} label={t('factor_qr')} />
        <Text size="sm">
          {t('factor_secret')} <Code>{enrolment.secret}</Code>
        </Text>
        <ProblemBanner problem={confirm.problem} />
        <CodeInput value={code} onChange={setCode} />
        <Group>
          <Button type="submit" loading={confirm.isBusy}>
            {t('factor_confirm')}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}

function RecoveryCodes({ codes, onDone }: { codes: readonly string[]; onDone: () => void }) {
  const t = useText();
  return (
    <Alert color="orange" title={t('recovery_title')}>
      <Text size="sm">{t('recovery_says')}</Text>
      <ul className={classes.codes}>
        {codes.map((code) => (
          <li key={code}>
            <Code>{code}</Code>
          </li>
        ))}
      </ul>
      <Button mt="sm" size="xs" onClick={onDone}>
        {t('recovery_kept')}
      </Button>
    </Alert>
  );
}

function Remove() {
  const t = useText();
  const queries = useQueryClient();
  const [opened, setOpened] = useState(false);
  const [code, setCode] = useState('');
  const remove = useCommand(
    (body: { code: string }, header) => dataOf(api.POST('/me/second-factor/removal', { params: { header }, body })),
    {
      done: () => {
        setOpened(false);
        void queries.invalidateQueries({ queryKey: meQuery.queryKey });
        toast(t('factor_removed'));
      },
    },
  );
  return (
    <>
      <Button
        variant="outline"
        color="red"
        onClick={() => {
          remove.reset();
          setCode('');
          setOpened(true);
        }}
      >
        {t('factor_remove')}
      </Button>
      <ConfirmDialog
        opened={opened}
        onClose={() => setOpened(false)}
        title={t('factor_remove')}
        action={t('factor_remove')}
        isBusy={remove.isBusy}
        isWaiting={code.trim().length < 6}
        problem={remove.problem}
        onConfirm={() => remove.send({ code: code.replaceAll(' ', '') })}
      >
        <Stack gap="sm">
          <Text size="sm">{t('factor_remove_says')}</Text>
          <CodeInput value={code} onChange={setCode} />
        </Stack>
      </ConfirmDialog>
    </>
  );
}

export function SecondFactor() {
  const t = useText();
  const me = useMe();
  const queries = useQueryClient();
  const [recoveryCodes, setRecoveryCodes] = useState<string[]>();
  const enrol = useCommand((_: undefined, header) => dataOf(api.POST('/me/second-factor', { params: { header } })));
  if (recoveryCodes) {
    const kept = () => {
      setRecoveryCodes(undefined);
      enrol.reset();
      void queries.invalidateQueries({ queryKey: meQuery.queryKey });
    };
    return <RecoveryCodes codes={recoveryCodes} onDone={kept} />;
  }
  if (me.second_factor === true)
    return (
      <Stack gap="sm" align="flex-start">
        <Text size="sm">{t('factor_is_on')}</Text>
        <Remove />
      </Stack>
    );
  if (enrol.output) return <Confirm enrolment={enrol.output} onDone={setRecoveryCodes} />;
  return (
    <Stack gap="sm" align="flex-start">
      <Text size="sm">{t('factor_is_off')}</Text>
      <ProblemBanner problem={enrol.problem} />
      <Button variant="default" loading={enrol.isBusy} onClick={() => enrol.send(undefined)}>
        {t('factor_begin')}
      </Button>
    </Stack>
  );
}
