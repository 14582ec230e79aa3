import { useTextOf } from '../../text/text';
import type { jobs } from './texts/en';

export const useText = () => useTextOf<typeof jobs>('jobs');
