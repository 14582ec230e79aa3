import '@mantine/core/styles/Notification.css';
import '@mantine/notifications/styles.css';
import { useEffect } from 'react';
import { Notifications, notifications } from '@mantine/notifications';
import i18next from 'i18next';
import { toastPlace } from './toast';

const show = (message: string): void => {
  const closeButtonProps = { 'aria-label': i18next.t('close') };
  notifications.show({ id: message, message, color: 'teal', autoClose: 6000, withBorder: true, closeButtonProps });
};

export function Toasts({ first }: { first: string }) {
  useEffect(() => {
    toastPlace.isReady(show);
    show(first);
  }, [first]);
  return <Notifications position="bottom-right" />;
}
