import { useTextOf } from '../../text/text';
import type { billing } from './texts/en';

export const useText = () => useTextOf<typeof billing>('billing');
