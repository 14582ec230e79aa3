import { useTextOf } from '../../text/text';
import type { cashier } from './texts/en';

export const useText = () => useTextOf<typeof cashier>('cashier');
