import { notifications } from '@mantine/notifications';

/** Says for a few seconds that something is done. What went wrong is never a toast, but a banner that stays. */
export function toast(message: string): void {
  notifications.show({ message, color: 'teal', autoClose: 6000, withBorder: true });
}
