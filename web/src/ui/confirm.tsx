// The dialog before something that cannot simply be taken back: it says what will happen, and the button says it again.
import type { ReactNode } from 'react';
import { Button, Group, Modal, Stack } from '@mantine/core';
import type { ApiProblem } from '../api/problem';
import { useSharedText } from '../text/text';
import { ProblemBanner } from './problem_view';

interface Props {
  opened: boolean;
  title: string;
  /** What will happen, in sentences; may hold the inputs that the action needs. */
  children: ReactNode;
  /** The words of the button: what it does, not "OK". */
  action: string;
  isDestructive?: boolean;
  isBusy?: boolean;
  /** Not yet: an input is missing. */
  isWaiting?: boolean;
  problem?: ApiProblem | undefined;
  /** Inputs inside that show their own problem. */
  fields?: readonly string[];
  onConfirm: () => void;
  onClose: () => void;
}

export function ConfirmDialog(props: Props) {
  const { opened, title, children, action, isDestructive = true, isBusy = false, isWaiting = false, problem } = props;
  const t = useSharedText();
  return (
    <Modal opened={opened} onClose={props.onClose} title={title} closeButtonProps={{ 'aria-label': t('close') }}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          if (!isWaiting && !isBusy) props.onConfirm();
        }}
      >
        <Stack gap="md">
          <div>{children}</div>
          <ProblemBanner problem={problem} fields={props.fields ?? []} />
          <Group justify="flex-end">
            <Button variant="default" onClick={props.onClose}>
              {t('cancel')}
            </Button>
            <Button type="submit" color={isDestructive ? 'red' : undefined} loading={isBusy} disabled={isWaiting}>
              {action}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
