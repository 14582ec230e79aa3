import { useMe } from '../../../app/session';
import { Page, Section } from '../../../ui/page';
import { useText } from '../text';
import { PasswordForm } from './password_form';
import { SecondFactor } from './second_factor';
import { Sessions } from './sessions';
import { Tokens } from './tokens';

export function SettingsPage() {
  const t = useText();
  const me = useMe();
  return (
    <Page title={t('settings')} detail={`${me.name} (${me.user})`}>
      <Section title={t('password')}>
        <PasswordForm />
      </Section>
      <Section title={t('second_factor')}>
        <SecondFactor />
      </Section>
      <Section title={t('sessions')}>
        <Sessions />
      </Section>
      <Section title={t('tokens')}>
        <Tokens />
      </Section>
    </Page>
  );
}
