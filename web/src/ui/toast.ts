import { notifications } from '@mantine/notifications';
import i18next from 'i18next';

/** Says for a few seconds that something is done. What went wrong is never a toast, but a banner that stays. */
export function toast(message: string): void {
  const closeButtonProps = { 'aria-label': i18next.t('close') };
  notifications.show({ message, color: 'teal', autoClose: 6000, withBorder: true, closeButtonProps });
}
