import { NativeSelect } from '@mantine/core';
import { useNavigate } from '@tanstack/react-router';
import { useLocale } from '../text/locale';
import { useSharedText } from '../text/text';
import { nameOfUtility, useMe } from './session';
import { useShownUtility } from './utility';

/** Chooses the utility to work for; nothing to choose from is nothing shown. */
export function UtilitySwitch() {
  const t = useSharedText();
  const me = useMe();
  const { choice } = useLocale();
  const shown = useShownUtility();
  const navigate = useNavigate();
  if (me.utilities.length < 2) return null;
  return (
    <NativeSelect
      aria-label={t('utility')}
      size="xs"
      w={190}
      value={shown}
      data={me.utilities.map((each) => ({ value: each.code, label: nameOfUtility(each, choice.language) }))}
      onChange={(event) => void navigate({ to: '/u/$utility', params: { utility: event.currentTarget.value } })}
    />
  );
}
