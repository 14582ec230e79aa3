import { useTextOf } from '../../text/text';
import type { dashboard } from './texts/en';

export const useText = () => useTextOf<typeof dashboard>('dashboard');
