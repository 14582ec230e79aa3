import { getRouteApi, useParams } from '@tanstack/react-router';
import { lastUtility } from './last_utility';
import { useMe, type Utility } from './session';

const route = getRouteApi('/frame/u/$utility');

/** The utility of the page. Only below `utilityRoute`. */
export const useUtility = (): Utility => route.useRouteContext({ select: (context) => context.utility });

/** The code of the utility of the page, or of the last page that had one. */
export function useShownUtility(): string | undefined {
  const me = useMe();
  const { utility } = useParams({ strict: false });
  return utility ?? lastUtility(me);
}
