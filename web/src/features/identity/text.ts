import { useTextOf } from '../../text/text';
import type { identity } from './texts/en';

export const useText = () => useTextOf<typeof identity>('identity');
