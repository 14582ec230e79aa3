import { useTextOf } from '../../text/text';
import type { metering } from './texts/en';

export const useText = () => useTextOf<typeof metering>('metering');
