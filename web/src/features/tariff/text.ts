import { useTextOf } from '../../text/text';
import type { tariff } from './texts/en';

export const useText = () => useTextOf<typeof tariff>('tariff');
