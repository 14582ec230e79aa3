// One register: what the meter shows, and what its history says of that.
import type { Ref } from 'react';
import { Text, TextInput } from '@mantine/core';
import type { Schemas } from '../../api/client';
import { useLocale } from '../../text/locale';
import { formatDay } from '../../ui/dates';
import { formatDecimal } from '../../ui/decimal';
import { useText } from './text';

type Judged = Schemas['Plausibility']['values'][number];

interface Props {
  ref: Ref<HTMLInputElement>;
  register: Schemas['Installation']['registers'][number];
  isFirst: boolean;
  typed: string;
  isMissing: boolean;
  judged: Judged | undefined;
  onTyped: (text: string) => void;
  onEnter: () => void;
}

/** "before: 4,700 on 1 May 2026 · use 10 kWh · usual 8 to 15 kWh", as far as it is known. */
function useHistory(): (judged: Judged) => string {
  const t = useText();
  const {
    choice: { locale },
  } = useLocale();
  const figure = (text: string) => formatDecimal(text, locale);
  return ({ unit, previous, previous_on, use, usual_from, usual_to }) =>
    [
      previous === undefined || previous_on === undefined
        ? undefined
        : t('previous', { value: figure(previous), day: formatDay(previous_on, locale) }),
      use === undefined ? undefined : t('use', { value: figure(use), unit }),
      usual_from === undefined || usual_to === undefined
        ? undefined
        : t('usual', { from: figure(usual_from), to: figure(usual_to), unit }),
    ]
      .filter((part) => part !== undefined)
      .join(' · ');
}

export function RegisterInput({ ref, ...props }: Props) {
  const t = useText();
  const history = useHistory();
  const { register, judged, typed, isMissing } = props;
  return (
    <div>
      <TextInput
        ref={ref}
        label={t('value_of', { code: register.code, unit: register.unit })}
        description={t('dials', { count: register.dials })}
        size="md"
        dir="ltr"
        inputMode="decimal"
        autoFocus={props.isFirst}
        autoComplete="off"
        maxLength={24}
        value={typed}
        error={isMissing ? t('no_value') : undefined}
        onFocus={(event) => event.currentTarget.select()}
        onChange={(event) => props.onTyped(event.currentTarget.value)}
        onKeyDown={(event) => {
          if (event.key !== 'Enter') return;
          event.preventDefault();
          props.onEnter();
        }}
      />
      <div aria-live="polite">
        {typed !== '' && judged && (
          <>
            <Text size="sm" mt={4}>
              {history(judged)}
            </Text>
            {judged.doubt !== undefined && (
              <Text size="sm" c="orange" fw={600} mt={2} data-doubt={judged.doubt}>
                {judged.sentence}
              </Text>
            )}
          </>
        )}
      </div>
    </div>
  );
}
