// A bill: as the customer sees it, why it says so, what changed, and where it is posted.
import { Badge, Button, Group, Tabs } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import type { Schemas } from '../../api/client';
import { may, useMe } from '../../app/session';
import { useLocale } from '../../text/locale';
import { Asked } from '../../ui/asked';
import { Icon } from '../../ui/icons';
import { Page } from '../../ui/page';
import { RouteLink } from '../../ui/route_link';
import { Code, Day } from '../../ui/values';
import { BILL_TABS, type BillTab } from './feature';
import { BillPaper } from './bill_paper';
import { Difference } from './difference';
import { billQuery, explanationQuery, pdfAddress } from './queries';
import { PostedEntry } from './posted_entry';
import { useText } from './text';
import { Rebill } from './rebill';
import { Why } from './why';

type Bill = Schemas['Bill'];
const route = getRouteApi('/frame/u/$utility/bills/$bill');

/** The bills that this one stands for, or that stand for it. */
function Relatives({ bill, utility }: { bill: Bill; utility: string }) {
  const t = useText();
  const relatives = [
    [t('cancels'), bill.cancels],
    [t('replaces'), bill.replaces],
    [t('cancelled_by'), bill.cancelled_by],
    [t('replaced_by'), bill.replaced_by],
  ] as const;
  return relatives.map(
    ([word, number]) =>
      number !== undefined && (
        <span key={word}>
          {word}{' '}
          <RouteLink to="/u/$utility/bills/$bill" params={{ utility, bill: number }}>
            <Code>{number}</Code>
          </RouteLink>
        </span>
      ),
  );
}

function BillView({ bill, utility }: { bill: Bill; utility: string }) {
  const t = useText();
  const { tab = 'paper' } = route.useSearch();
  const navigate = route.useNavigate();
  const tabs = BILL_TABS.filter((each) => each !== 'difference' || bill.replaces !== undefined);
  const mayRebill = may(useMe(), 'bill') && bill.kind === 'bill';
  const explanation = useQuery({ ...explanationQuery(utility, bill.bill), enabled: tab === 'why' });
  return (
    <Page
      title={
        bill.kind === 'bill'
          ? t('bill_title', { number: bill.number })
          : t('credit_note_title', { number: bill.number })
      }
      aside={
        <>
          {bill.flags.map((flag) => (
            <Badge key={flag} color="orange">
              {t(`flag_${flag}`)}
            </Badge>
          ))}
          {bill.cancelled_by !== undefined && <Badge color="gray">{t('is_cancelled')}</Badge>}
        </>
      }
      detail={
        <Group gap="md">
          <RouteLink to="/u/$utility/accounts/$account" params={{ utility, account: bill.account }}>
            <bdi>{bill.customer}</bdi> · <Code>{bill.account}</Code>
          </RouteLink>
          <span>
            <Day day={bill.from} /> – <Day day={bill.to} />
          </span>
          <Relatives bill={bill} utility={utility} />
        </Group>
      }
      actions={
        <>
          {mayRebill && <Rebill key={bill.bill} bill={bill} />}
          <Button
            component="a"
            variant="default"
            href={pdfAddress(utility, bill.bill)}
            target="_blank"
            rel="noopener"
            leftSection={<Icon name="print" />}
          >
            {t('pdf')}
          </Button>
        </>
      }
    >
      <Tabs
        value={tab}
        keepMounted={false}
        onChange={(next) =>
          void navigate({ search: { tab: BILL_TABS.find((each) => each === next) ?? 'paper' }, replace: true })
        }
      >
        <Tabs.List mb="md">
          {tabs.map((each) => (
            <Tabs.Tab key={each} value={each}>
              {t(`tab_${each}`)}
            </Tabs.Tab>
          ))}
        </Tabs.List>
        <Tabs.Panel value={'paper' satisfies BillTab}>
          <BillPaper bill={bill} />
        </Tabs.Panel>
        <Tabs.Panel value={'why' satisfies BillTab}>
          <Asked query={explanation} lines={8}>
            {(data) => <Why explained={data} currency={bill.currency} />}
          </Asked>
        </Tabs.Panel>
        <Tabs.Panel value={'difference' satisfies BillTab}>
          {bill.replaces !== undefined && <Difference utility={utility} bill={bill} old={bill.replaces} />}
        </Tabs.Panel>
        <Tabs.Panel value={'posting' satisfies BillTab}>
          <PostedEntry utility={utility} entry={bill.entry} />
        </Tabs.Panel>
      </Tabs>
    </Page>
  );
}

export function BillPage() {
  const { utility, bill } = route.useParams();
  const { choice } = useLocale();
  return (
    <Asked query={useQuery(billQuery(utility, bill, choice.language))} lines={8}>
      {(data) => <BillView bill={data} utility={utility} />}
    </Asked>
  );
}
