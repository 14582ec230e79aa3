// The customer page: who, where and what is owed at a glance, the rest in tabs. The tab and the day are in the address.
import { Suspense, lazy } from 'react';
import { Badge, Group, Tabs, TextInput } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import type { Schemas } from '../../api/client';
import { may, useMe } from '../../app/session';
import { useUtility } from '../../app/utility';
import { Asked } from '../../ui/asked';
import { Icon } from '../../ui/icons';
import { Page } from '../../ui/page';
import { RouteButton } from '../../ui/route_link';
import { Loading } from '../../ui/states';
import { Code } from '../../ui/values';
import { BalanceLine } from './balance_line';
import { OverviewTab } from './overview_tab';
import { TABS, type Tab } from './feature';
import { accountQuery, type AccountPlace } from './queries';
import { useText } from './text';

const BillsTab = lazy(() => import('./bills_tab').then((module) => ({ default: module.BillsTab })));
const MetersTab = lazy(() => import('./meters_tab').then((module) => ({ default: module.MetersTab })));
const MoneyTab = lazy(() => import('./money_tab').then((module) => ({ default: module.MoneyTab })));
const NotesTab = lazy(() => import('./notes_tab').then((module) => ({ default: module.NotesTab })));
const TimelineTab = lazy(() => import('./timeline_tab').then((module) => ({ default: module.TimelineTab })));

type Account = Schemas['Account'];
const route = getRouteApi('/frame/u/$utility/accounts/$account');

function TabContent({ tab, account, place }: { tab: Tab; account: Account; place: AccountPlace }) {
  switch (tab) {
    case 'overview':
      return <OverviewTab account={account} place={place} />;
    case 'meters':
      return <MetersTab account={account} place={place} />;
    case 'bills':
      return <BillsTab place={place} />;
    case 'money':
      return <MoneyTab account={account} place={place} />;
    case 'notes':
      return <NotesTab place={place} />;
    case 'timeline':
      return <TimelineTab place={place} />;
  }
}

function AsOf({ today }: { today: string }) {
  const t = useText();
  const { as_of } = route.useSearch();
  const navigate = route.useNavigate();
  const show = (day: string) =>
    void navigate({
      search: (now) => ({ ...now, as_of: day === '' || day === today ? undefined : day }),
      replace: true,
    });
  return (
    <TextInput
      key={as_of}
      type="date"
      size="xs"
      aria-label={t('as_of')}
      defaultValue={as_of ?? today}
      onChange={(event) => show(event.currentTarget.value)}
    />
  );
}

function AccountView({ account, place }: { account: Account; place: AccountPlace }) {
  const t = useText();
  const me = useMe();
  const utility = useUtility();
  const { tab = 'overview', as_of } = route.useSearch();
  const navigate = route.useNavigate();
  return (
    <Page
      title={account.party.name}
      aside={as_of !== undefined && <Badge color="orange">{t('not_today')}</Badge>}
      detail={
        <Group gap="md">
          <Code>{account.account}</Code>
          <span>{account.unit}</span>
          <BalanceLine place={place} />
        </Group>
      }
      actions={
        <>
          <AsOf today={utility.today} />
          {may(me, 'take payments') && (
            <RouteButton
              to="/u/$utility/cashier"
              params={{ utility: place.utility }}
              search={{ account: place.account }}
              leftSection={<Icon name="cash" />}
            >
              {t('take_payment')}
            </RouteButton>
          )}
        </>
      }
    >
      <Tabs
        value={tab}
        keepMounted={false}
        onChange={(next) =>
          void navigate({
            search: (now) => ({ ...now, tab: TABS.find((each) => each === next) ?? 'overview' }),
            replace: true,
          })
        }
      >
        <Tabs.List mb="md">
          {TABS.map((each) => (
            <Tabs.Tab key={each} value={each}>
              {t(`tab_${each}`)}
            </Tabs.Tab>
          ))}
        </Tabs.List>
        {TABS.map((each) => (
          <Tabs.Panel key={each} value={each}>
            {each === tab && (
              <Suspense fallback={<Loading />}>
                <TabContent tab={each} account={account} place={place} />
              </Suspense>
            )}
          </Tabs.Panel>
        ))}
      </Tabs>
    </Page>
  );
}

export function AccountPage() {
  const { utility, account } = route.useParams();
  const { as_of } = route.useSearch();
  const place = { utility, account };
  return (
    <Asked query={useQuery(accountQuery(place, as_of))} lines={8}>
      {(data) => <AccountView account={data} place={place} />}
    </Asked>
  );
}
