import { useTextOf } from '../../text/text';
import type { administration } from './texts/en';

export const useText = () => useTextOf<typeof administration>('administration');
