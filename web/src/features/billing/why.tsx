// Why a bill says what it says: for each section the facts that it rests on, and each line opened to its arithmetic.
import { Badge, Group, Text } from '@mantine/core';
import { Section } from '../../ui/page';
import { Code, Day, Money, Quantity } from '../../ui/values';
import { Arithmetic } from './arithmetic';
import type { ProvenLine, ProvenSection } from './explanation';
import { ReadFacts } from './read_facts';
import { useText } from './text';
import classes from './why.module.css';

interface Explained {
  sections: ProvenSection[];
  total: string;
  sha256: string;
}

function LineOpened({ line, section, currency }: { line: ProvenLine; section: ProvenSection; currency: string }) {
  return (
    <details className={classes.line}>
      <summary className={classes.summary}>
        <span className={classes.name}>
          <bdi>{line.name}</bdi>
        </span>
        {line.quantity !== undefined && (
          <span className={classes.brief}>
            <bdi dir="ltr">
              {line.quantity} {line.unit} × {line.price}
            </bdi>
          </span>
        )}
        <Money amount={line.amount} currency={currency} />
      </summary>
      <Arithmetic line={line} section={section} currency={currency} />
    </details>
  );
}

function Rests({ section }: { section: ProvenSection }) {
  const t = useText();
  return (
    <details className={classes.line}>
      <summary className={classes.summary}>
        <span className={classes.name}>{t('rests_on')}</span>
        <Quantity value={section.quantity} unit={section.unit} />
      </summary>
      <div className={classes.inside}>
        <Text size="sm" component="div">
          {section.tariffs.map((each) => (
            <div key={each.id}>
              {t('tariff')} <Code>{each.tariff}</Code> {t('version_of', { version: each.version })},{' '}
              {t('in_force_from')} <Day day={each.effective} />
            </div>
          ))}
          {section.agreement_versions.map((each) => (
            <div key={`${each.valid_from} ${each.version}`}>
              {t('agreement_from')} <Day day={each.valid_from} />, {t('version_of', { version: String(each.version) })}
              {each.facts !== undefined && (
                <>
                  : <bdi>{each.facts}</bdi>
                </>
              )}
            </div>
          ))}
          {(section.prices ?? []).map((each) => (
            <div key={`${each.name} ${each.date}`}>
              {t('published_price', { name: each.name })} <Day day={each.date} />,{' '}
              {t('version_of', { version: String(each.version) })}
            </div>
          ))}
          {(section.inputs ?? []).map((each) => (
            <div key={`${each.name} ${each.month}`}>
              {t('published_value', { name: each.name })} <Day day={each.month} />,{' '}
              {t('version_of', { version: String(each.version) })}
            </div>
          ))}
        </Text>
        <ReadFacts section={section} />
        <Text size="sm" fw={600} mt="sm">
          {t('segments')}
        </Text>
        {section.segments.map((each) => (
          <Text key={each.from} size="sm" component="div">
            <Day day={each.from} /> – <Day day={each.to} /> · {t('version_of', { version: each.tariff_version })}
            {each.season !== undefined && ` · ${each.season}`}
          </Text>
        ))}
      </div>
    </details>
  );
}

export function Why({ explained, currency }: { explained: Explained; currency: string }) {
  const t = useText();
  return (
    <div className={classes.why}>
      <Text size="sm" mb="md">
        {t('why_hint')}
      </Text>
      {explained.sections.map((section, at) => (
        <Section
          key={at}
          title={
            section.service_point === undefined
              ? t('account_section')
              : t('section_of', { point: section.service_point })
          }
          actions={
            <Group gap="xs">
              {section.estimated && <Badge color="orange">{t('flag_estimated')}</Badge>}
              <Text size="sm">
                <Day day={section.from} /> – <Day day={section.to} />
              </Text>
            </Group>
          }
        >
          <Rests section={section} />
          {section.lines.map((line, number) => (
            <LineOpened key={number} line={line} section={section} currency={currency} />
          ))}
          <div className={classes.total}>
            <span>{t('section_total')}</span>
            <Money amount={section.total} currency={currency} strong />
          </div>
        </Section>
      ))}
      <div className={classes.total}>
        <span>{t('total')}</span>
        <Money amount={explained.total} currency={currency} strong />
      </div>
      <Text size="xs" mt="lg" c="dimmed">
        {t('sha')} <Code>{explained.sha256}</Code>
      </Text>
    </div>
  );
}
