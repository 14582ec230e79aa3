import { Link } from '@tanstack/react-router';
import { Text } from '@mantine/core';
import { useSharedText } from '../text/text';
import { Centred } from '../ui/states';

export function NotFoundPage() {
  const t = useSharedText();
  return (
    <main>
      <Centred icon="search" title={t('not_found')} order={1}>
        <Text size="sm">{t('not_found_hint')}</Text>
        <Link to="/">{t('to_start')}</Link>
      </Centred>
    </main>
  );
}
