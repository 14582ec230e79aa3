import { useTextOf } from '../../text/text';
import type { ledger } from './texts/en';

export const useText = () => useTextOf<typeof ledger>('ledger');
