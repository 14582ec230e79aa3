// What a page or a part of it shows instead of its data: waiting, or that there is nothing.
import type { ReactNode } from 'react';
import { Skeleton, Stack, Text, Title, VisuallyHidden } from '@mantine/core';
import { useSharedText } from '../text/text';
import { Icon, type IconName } from './icons';
import classes from './states.module.css';

/** Grey bars in the shape of what will come. */
export function Loading({ lines = 4 }: { lines?: number }) {
  return (
    <Stack gap="sm" py="md" aria-busy="true" data-loading="true">
      {Array.from({ length: lines }, (_, line) => (
        <Skeleton key={line} height={14} width={`${90 - line * 12}%`} />
      ))}
      <LoadingWord />
    </Stack>
  );
}

// The texts themselves may not be there yet: the word then comes with them.
function LoadingWord() {
  const t = useSharedText();
  return <VisuallyHidden role="status">{t('loading')}</VisuallyHidden>;
}

export function Centred({
  icon,
  title,
  children,
  role,
  order = 2,
}: {
  icon: IconName;
  title: string;
  children?: ReactNode;
  role?: string;
  order?: 1 | 2;
}) {
  return (
    <div className={classes.centred} role={role}>
      <span className={classes.sign}>
        <Icon name={icon} size={36} />
      </span>
      <Title order={order}>{title}</Title>
      {children}
    </div>
  );
}

/** A list without rows. Says what would be here, or what to do. */
export function Empty({ title, children }: { title?: string; children?: ReactNode }) {
  const t = useSharedText();
  return (
    <div className={classes.empty}>
      <Text fw={500}>{title ?? t('nothing_here')}</Text>
      {children !== undefined && (
        <Text size="sm" component="div">
          {children}
        </Text>
      )}
    </div>
  );
}
