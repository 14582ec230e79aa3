import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import type { NavigationEntry } from '../../app/feature';
import { utilityRoute } from '../../app/root';

const DAY = /^\d{4}-\d{2}-\d{2}$/;
const isDay = (value: unknown): value is string => typeof value === 'string' && DAY.test(value);

export const trialBalanceRoute = createRoute({
  getParentRoute: () => utilityRoute,
  path: '/ledger',
  validateSearch: ({ upto }: Record<string, unknown>): { upto?: string } => (isDay(upto) ? { upto } : {}),
  component: lazyRouteComponent(() => import('./trial_balance_page'), 'TrialBalancePage'),
});

export const journalRoute = createRoute({
  getParentRoute: () => utilityRoute,
  path: '/ledger/journal',
  validateSearch: ({ on, ledger_account }: Record<string, unknown>): { on?: string; ledger_account?: string } => ({
    ...(isDay(on) ? { on } : {}),
    ...(typeof ledger_account === 'string' && /^[1-9]\d{0,8}$/.test(ledger_account) ? { ledger_account } : {}),
  }),
  component: lazyRouteComponent(() => import('./journal_page'), 'JournalPage'),
});

export const entryRoute = createRoute({
  getParentRoute: () => utilityRoute,
  path: '/ledger/entries/$entry',
  component: lazyRouteComponent(() => import('./entry_page'), 'EntryPage'),
});

export const ledgerRoutes = [trialBalanceRoute, journalRoute, entryRoute] as const;

export const ledgerNavigation: readonly NavigationEntry[] = [
  { to: '/ledger', label: { en: 'Ledger', zh: '总账' }, icon: 'book', group: 'money', permission: 'look', key: 'l' },
];
