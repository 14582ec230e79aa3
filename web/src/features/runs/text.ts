import { useTextOf } from '../../text/text';
import type { runs } from './texts/en';

export const useText = () => useTextOf<typeof runs>('runs');
