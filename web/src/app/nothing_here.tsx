import { Text } from '@mantine/core';
import { useSharedText } from '../text/text';
import { Centred } from '../ui/states';

/** For somebody who may not do anything anywhere yet. */
export function NothingHere() {
  const t = useSharedText();
  return (
    <Centred icon="person" title={t('no_utility')}>
      <Text size="sm">{t('no_utility_hint')}</Text>
    </Centred>
  );
}
