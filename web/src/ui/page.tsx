// The head of every page: its title (also of the browser's tab), where it lies, and what can be done.
import { useEffect, type ReactNode } from 'react';
import { Group, Text, Title } from '@mantine/core';
import classes from './page.module.css';

interface Props {
  title: string;
  /** Beside the title: states, badges. */
  aside?: ReactNode;
  /** A line below the title. */
  detail?: ReactNode;
  actions?: ReactNode;
  children: ReactNode;
}

export function Page({ title, aside, detail, actions, children }: Props) {
  useEffect(() => {
    document.title = `${title} · Mainspring`;
  }, [title]);
  return (
    <>
      <header className={classes.head}>
        <div className={classes.titles}>
          <Group gap="sm" align="center">
            <Title order={1}>{title}</Title>
            {aside}
          </Group>
          {detail !== undefined && (
            <Text size="sm" component="div" className={classes.detail}>
              {detail}
            </Text>
          )}
        </div>
        {actions !== undefined && (
          <Group gap="xs" className={classes.actions}>
            {actions}
          </Group>
        )}
      </header>
      {children}
    </>
  );
}

/** A part of a page with its own title. */
export function Section({ title, actions, children }: { title: string; actions?: ReactNode; children: ReactNode }) {
  return (
    <section className={classes.section}>
      <Group justify="space-between" mb="xs" wrap="nowrap">
        <Title order={2}>{title}</Title>
        {actions}
      </Group>
      {children}
    </section>
  );
}
