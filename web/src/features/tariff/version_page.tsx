// One version: what it says in words, its text, how it differs from another, and its way into force.
import { Anchor, Group, NativeSelect, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import type { Schemas } from '../../api/client';
import { may, useMe } from '../../app/session';
import { useUtility } from '../../app/utility';
import { Asked } from '../../ui/asked';
import { Page, Section } from '../../ui/page';
import { RouteButton } from '../../ui/route_link';
import { Code, Day, Fact, Facts } from '../../ui/values';
import { Activate } from './activate';
import { Difference } from './difference';
import { NumberedText } from './numbered_text';
import { tariffsQuery, versionQuery, type VersionPlace } from './queries';
import { useText } from './text';
import { VersionState } from './version_state';

type Version = Schemas['TariffVersion'];
const route = getRouteApi('/frame/u/$utility/tariffs/$tariff/$version');

const addressOf = ({ tariff, version }: VersionPlace, rest: string) =>
  `/api/v1/tariffs/${encodeURIComponent(tariff)}/versions/${encodeURIComponent(version)}/${rest}`;

// As many tariffs as the server tells at once.
const MOST = 200;

function Compare({ place }: { place: VersionPlace }) {
  const t = useText();
  const { against } = route.useSearch();
  const navigate = route.useNavigate();
  const listed = useQuery(tariffsQuery(undefined, MOST));
  const others = (listed.data?.items ?? []).filter(
    (each) => each.tariff === place.tariff && each.version !== place.version,
  );
  return (
    <Section title={t('difference')}>
      {others.length === 0 ? (
        <Text size="sm">{t('compare_none')}</Text>
      ) : (
        <NativeSelect
          mb="md"
          maw={260}
          size="xs"
          label={t('compare')}
          value={against ?? ''}
          data={[{ value: '', label: '–' }, ...others.map((each) => ({ value: each.version, label: each.version }))]}
          onChange={(event) => {
            const chosen = event.currentTarget.value;
            void navigate({ search: chosen === '' ? {} : { against: chosen }, replace: true });
          }}
        />
      )}
      {against !== undefined && <Difference before={{ tariff: place.tariff, version: against }} after={place} />}
    </Section>
  );
}

function VersionView({ version, text, plan }: { version: Version; text: string; plan: Schemas['TariffPlan'] }) {
  const t = useText();
  const me = useMe();
  const { code } = useUtility();
  const place = { tariff: version.tariff, version: version.version };
  return (
    <Page
      title={plan.name}
      aside={<VersionState state={version.state} />}
      detail={
        <Group gap="md">
          <Code>{version.tariff}</Code>
          <Code>{version.version}</Code>
          <Anchor size="sm" href={addressOf(place, 'page')} target="_blank" rel="noopener">
            {t('page')}
          </Anchor>
          <Anchor size="sm" href={addressOf(place, 'published')} target="_blank" rel="noopener">
            {t('programs')}
          </Anchor>
        </Group>
      }
      actions={
        <>
          <RouteButton variant="default" to="/u/$utility/what-if" params={{ utility: code }} search={place}>
            {t('what_if')}
          </RouteButton>
          <RouteButton variant="default" to="/u/$utility/tariff-editor" params={{ utility: code }} search={place}>
            {t('write_next')}
          </RouteButton>
          {version.state === 'draft' && may(me, 'change tariffs') && <Activate version={version} />}
        </>
      }
    >
      <Facts>
        <Fact label={t('effective')}>
          <Day day={version.effective} />
        </Fact>
        <Fact label={t('commodity')}>{t(`commodity_${version.commodity}`)}</Fact>
        <Fact label={t('currency')}>{version.currency}</Fact>
        <Fact label={t('file')}>
          <Code>{version.file_name}</Code>
        </Fact>
      </Facts>
      <Section title={t('in_words')}>
        <Text size="sm" style={{ whiteSpace: 'pre-wrap' }} maw={760}>
          <bdi>{plan.description}</bdi>
        </Text>
      </Section>
      <Compare place={place} />
      <Section title={t('text')}>
        <NumberedText label={t('text')} text={text} />
      </Section>
    </Page>
  );
}

export function VersionPage() {
  const { tariff, version } = route.useParams();
  return (
    <Asked query={useQuery(versionQuery({ tariff, version }))} lines={8}>
      {(data) => <VersionView {...data} />}
    </Asked>
  );
}
