// Why a role cannot be given: what the server says, and what the rule is for.
import { Alert, Text } from '@mantine/core';
import type { ApiProblem } from '../../api/problem';
import { Icon } from '../../ui/icons';
import { ProblemBanner } from '../../ui/problem_view';
import { useText } from './text';

export function RightsProblem({ problem, fields = [] }: { problem: ApiProblem | undefined; fields?: string[] }) {
  const t = useText();
  const rule =
    problem?.kind === 'roles_apart' || problem?.kind === 'duties_apart'
      ? t('apart_says')
      : problem?.kind === 'own_rights'
        ? t('own_rights_says')
        : undefined;
  if (!problem || rule === undefined) return <ProblemBanner problem={problem} fields={fields} />;
  return (
    <Alert
      color="orange"
      title={t(problem.kind === 'own_rights' ? 'own_rights' : 'apart')}
      icon={<Icon name="warning" />}
      role="alert"
    >
      <Text size="sm">{problem.message}</Text>
      <Text size="sm" mt={4}>
        {rule}
      </Text>
    </Alert>
  );
}
