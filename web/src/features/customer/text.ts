import { useTextOf } from '../../text/text';
import type { customer } from './texts/en';

export const useText = () => useTextOf<typeof customer>('customer');
