// Who and where, what holds bills back, and the last bills.
import { Alert, Badge, Group, Paper, Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import type { Schemas } from '../../api/client';
import { may, useMe } from '../../app/session';
import { Address } from '../../ui/address';
import { Icon } from '../../ui/icons';
import { Section } from '../../ui/page';
import { Code, Day, Fact, Facts } from '../../ui/values';
import { BillsTable } from './bills_tab';
import { MoveIn } from './move_in';
import { MoveOut } from './move_out';
import { billsQuery, exceptionsQuery, type AccountPlace } from './queries';
import { useText } from './text';

type Account = Schemas['Account'];

function Who({ account }: { account: Account }) {
  const t = useText();
  const { party } = account;
  const hidden = party.masked === true ? t('masked') : '–';
  return (
    <Section title={t('who')}>
      <Facts>
        <Fact label={t('name')}>
          <bdi>{party.name}</bdi>
        </Fact>
        <Fact label={t('customer_code')}>
          <Code>{party.code}</Code>
        </Fact>
        <Fact label={t('post')}>
          <Address lines={party.address} />
        </Fact>
        <Fact label={t('phone')}>{party.phone === undefined ? hidden : <Code>{party.phone}</Code>}</Fact>
        <Fact label={t('email')}>{party.email === undefined ? hidden : <Code>{party.email}</Code>}</Fact>
        <Fact label={t('cycle')}>{account.cycle}</Fact>
        <Fact label={t('opened')}>
          <Day day={account.opened_on} />
        </Fact>
      </Facts>
    </Section>
  );
}

function Agreement({ span }: { span: Schemas['AgreementSpan'] }) {
  const t = useText();
  return (
    <Group gap="xs" align="baseline">
      {span.in_force === true && <Badge color="teal">{t('in_force')}</Badge>}
      <Text size="sm" fw={span.in_force === true ? 600 : 400}>
        {span.ended ? t('agreement_ended') : (span.tariff ?? '–')}
      </Text>
      <Text size="sm">
        <Day day={span.from} /> – {span.to === undefined ? t('open_end') : <Day day={span.to} />}
      </Text>
      {span.customer_class !== undefined && <Text size="sm">{t(`class_${span.customer_class}`)}</Text>}
      {(span.entitlements?.length ?? 0) > 0 && <Text size="sm">{span.entitlements?.join(', ')}</Text>}
      {span.dwellings !== undefined && span.dwellings > 1 && (
        <Text size="sm">{t('dwellings', { count: span.dwellings })}</Text>
      )}
      {span.version > 1 && (
        <Text size="xs" c="dimmed">
          {t('version', { version: span.version })}
        </Text>
      )}
    </Group>
  );
}

function Where({ account, place }: { account: Account; place: AccountPlace }) {
  const t = useText();
  const isMover = may(useMe(), 'change customers');
  return (
    <Section title={t('where')} actions={isMover && <MoveIn place={place} />}>
      <Stack gap="sm">
        {account.services.length === 0 && <Text size="sm">{t('no_services')}</Text>}
        {account.services.map((service) => (
          <Paper key={service.service_point} withBorder p="sm" bg="var(--page-raised)">
            <Group gap="sm" mb={6}>
              <Text fw={600} size="sm">
                {t(`commodity_${service.commodity}`)}
              </Text>
              <Code>{service.service_point}</Code>
              <Text size="sm" component="span">
                <bdi>{service.premise.join(', ')}</bdi>
              </Text>
              {isMover && service.agreements.some((span) => span.in_force === true && !span.ended) && (
                <MoveOut place={place} point={service.service_point} />
              )}
            </Group>
            <Stack gap={4}>
              {service.agreements.map((span) => (
                <Agreement key={`${span.from} ${span.version}`} span={span} />
              ))}
            </Stack>
          </Paper>
        ))}
      </Stack>
    </Section>
  );
}

function Exceptions({ place }: { place: AccountPlace }) {
  const t = useText();
  const { data } = useQuery(exceptionsQuery(place));
  if (!data || data.items.length === 0) return null;
  return (
    <Alert color="orange" icon={<Icon name="warning" />} title={t('held_back')} mb="lg">
      {data.items.map((each) => (
        <Text key={`${each.run ?? ''} ${each.cause} ${each.detail}`} size="sm">
          {each.detail} ({each.cause.replaceAll('_', ' ')})
        </Text>
      ))}
    </Alert>
  );
}

export function OverviewTab({ account, place }: { account: Account; place: AccountPlace }) {
  const t = useText();
  return (
    <>
      <Exceptions place={place} />
      <Who account={account} />
      <Where account={account} place={place} />
      <Section title={t('last_bills')}>
        <BillsTable place={place} asked={useQuery(billsQuery(place, undefined, 5))} />
      </Section>
    </>
  );
}
