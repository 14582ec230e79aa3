// For somebody who does not see the whole utility, or followed an address to a unit that is not theirs.
import { Stack } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Asked } from '../../ui/asked';
import { Page } from '../../ui/page';
import { RouteLink } from '../../ui/route_link';
import { unitsQuery } from './queries';
import { useText } from './text';

export function ChooseUnit({ utility }: { utility: string }) {
  const t = useText();
  return (
    <Page title={t('choose_unit')} detail={t('choose_unit_hint')}>
      <Asked query={useQuery(unitsQuery)}>
        {({ items }) => (
          <Stack gap="xs" align="flex-start">
            {items
              .filter((each) => each.utility === utility)
              .map((each) => (
                <RouteLink
                  key={each.unit}
                  to="/u/$utility/dashboard"
                  params={{ utility }}
                  search={(now: { month?: string }) => ({ ...now, unit: each.unit })}
                >
                  <bdi>{each.name}</bdi>
                </RouteLink>
              ))}
          </Stack>
        )}
      </Asked>
    </Page>
  );
}
