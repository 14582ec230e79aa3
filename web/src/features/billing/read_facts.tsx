// The reads that a section rests on, with quality and source, and how they became billed quantities.
import { Table, Text } from '@mantine/core';
import { useUtility } from '../../app/utility';
import { useQualityWord } from '../../ui/quality_words';
import { Code, Count, Day, Instant, Quantity } from '../../ui/values';
import type { Advance, ProvenRead, ProvenSection } from './explanation';
import { useText } from './text';

function ReadRow({ read }: { read: ProvenRead }) {
  const t = useText();
  const quality = useQualityWord();
  const { zone } = useUtility();
  const source = { 'bill before': t('source_bill_before'), read: t('source_read'), estimate: t('source_estimate') }[
    read.source
  ];
  return (
    <Table.Tr>
      <Table.Td>
        <Day day={read.on} />
      </Table.Td>
      <Table.Td>
        {source}
        {read.read_at !== undefined && (
          <>
            {' '}
            · <Instant at={read.read_at} zone={zone} />
          </>
        )}
      </Table.Td>
      <Table.Td>
        {quality(read.quality ?? '')}
        {read.version !== undefined && ` · ${t('version_of', { version: String(read.version) })}`}
      </Table.Td>
      <Table.Td ta="end">
        {Object.entries(read.values_by_register).map(([register, value]) => (
          <div key={register}>
            {t('register')} <Code>{register}</Code>: <Quantity value={value} />
          </div>
        ))}
      </Table.Td>
    </Table.Tr>
  );
}

function AdvanceLine({ advance }: { advance: Advance }) {
  const t = useText();
  return (
    <Text size="sm" component="div">
      <Code>{advance.serial}</Code> {t('register')} <Code>{String(advance.register)}</Code> (
      {advance.stream.replaceAll('_', ' ')}), <Day day={advance.from} /> – <Day day={advance.to} />:{' '}
      <bdi dir="ltr">
        ({advance.current} − {advance.previous}) × {advance.multiplier} = {advance.metered} {advance.metered_unit}
        {advance.calorific_value !== undefined &&
          ` × ${advance.volume_factor ?? '1'} × ${advance.calorific_value} MJ/m3 ÷ 3.6`}
        {' → '}
        {advance.billed}
      </bdi>
      {advance.rolled_over && ` (${t('rolled_over')})`}
    </Text>
  );
}

export function ReadFacts({ section }: { section: ProvenSection }) {
  const t = useText();
  return (
    <>
      {section.meters.map((meter) => (
        <div key={`${meter.device_id} ${meter.installed_from}`}>
          <Text size="sm" fw={600} mt="sm">
            {t('reads')}
          </Text>
          <Table.ScrollContainer minWidth={0} type="native" tabIndex={0} role="region" aria-label={t('reads')}>
            <Table>
              <Table.Thead>
                <Table.Tr>
                  <Table.Th scope="col">{t('day')}</Table.Th>
                  <Table.Th scope="col">{t('source')}</Table.Th>
                  <Table.Th scope="col">{t('quality')}</Table.Th>
                  <Table.Th scope="col" ta="end">
                    {t('values')}
                  </Table.Th>
                </Table.Tr>
              </Table.Thead>
              <Table.Tbody>
                {meter.reads.map((read, at) => (
                  <ReadRow key={at} read={read} />
                ))}
              </Table.Tbody>
            </Table>
          </Table.ScrollContainer>
          {meter.advances.map((advance, at) => (
            <AdvanceLine key={at} advance={advance} />
          ))}
          {(meter.maxima ?? []).map((maximum, at) => (
            <Text key={at} size="sm" component="div">
              {t('maximum_of')} <Code>{maximum.serial}</Code>:{' '}
              <bdi dir="ltr">
                {maximum.value} × {maximum.multiplier} = {maximum.demand} {maximum.unit}
              </bdi>
            </Text>
          ))}
        </div>
      ))}
      {section.channels.map((channel, at) => (
        <Text key={at} size="sm" component="div" mt="xs">
          {t('channel')} <Code>{channel.serial}</Code> {t('register')} <Code>{String(channel.register)}</Code>:{' '}
          <Count value={channel.values} /> {t('values')}
          {channel.estimated_by_line + channel.estimated_by_like_day > 0 && (
            <>
              {' '}
              · {t('flag_estimated')}: <Count value={channel.estimated_by_line + channel.estimated_by_like_day} />
            </>
          )}
        </Text>
      ))}
    </>
  );
}
