// How a problem is shown: a banner in a form or page, or the whole page.
import { Alert, Button, Group, Text } from '@mantine/core';
import { problemOf, type ApiProblem } from '../api/problem';
import { useSharedText } from '../text/text';
import { Icon } from './icons';
import { Centred } from './states';

/** The sentence for people, in their language where there is one, else as the server wrote it. */
export function useSentence(): (problem: ApiProblem) => string {
  const t = useSharedText();
  return (problem) => {
    switch (problem.kind) {
      case 'unreachable':
        return t('problem_unreachable');
      case 'unexpected':
        return t('problem_unexpected');
      case 'not_allowed':
        return t('problem_forbidden');
      case 'not_signed_in':
        return t('problem_signed_out');
      case 'command_reused':
        return t('problem_command_reused');
      case 'wrong_credentials':
        return t('problem_wrong_credentials');
      case 'code_wanted':
        return t('problem_code_wanted');
      case 'too_many_tries':
        return t('problem_too_many_tries');
      case 'busy':
        return t('problem_busy');
      case 'second_person':
        return t('problem_second_person');
      default:
        return problem.message;
    }
  };
}

/** Nothing without a problem. A form gives `fields` that show their own problem beside the input. */
export function ProblemBanner({
  problem,
  retry,
  fields = [],
}: {
  problem: ApiProblem | undefined;
  retry?: () => void;
  fields?: readonly string[];
}) {
  const t = useSharedText();
  const sentence = useSentence();
  if (!problem || (problem.field !== undefined && fields.includes(problem.field))) return null;
  return (
    <Alert color="red" title={t('problem_title')} icon={<Icon name="warning" />} role="alert">
      <Text size="sm">{sentence(problem)}</Text>
      {problem.requestId !== undefined && problem.status >= 500 && (
        <Text size="xs" mt={4}>
          {t('request', { id: problem.requestId })}
        </Text>
      )}
      {retry && (
        <Group mt="xs">
          <Button size="xs" variant="outline" color="red" onClick={retry}>
            {t('retry')}
          </Button>
        </Group>
      )}
    </Alert>
  );
}

/** The sentence for one input of a form, if the problem is with it. */
export function useFieldProblem(problem: ApiProblem | undefined): (field: string) => string | undefined {
  const sentence = useSentence();
  return (field) => (problem?.field === field ? sentence(problem) : undefined);
}

/** Instead of a page that could not be made. */
export function PageProblem({ error, reset }: { error: unknown; reset?: () => void }) {
  const t = useSharedText();
  const sentence = useSentence();
  const problem = problemOf(error);
  const isOurs = problem.kind === 'unexpected' && problem.status === 0;
  return (
    <Centred icon="warning" title={isOurs ? t('page_broken') : t('problem_title')} role="alert">
      <Text size="sm">{isOurs ? t('new_version') : sentence(problem)}</Text>
      <Button mt="md" variant="outline" onClick={() => (isOurs || !reset ? globalThis.location.reload() : reset())}>
        {isOurs ? t('reload') : t('retry')}
      </Button>
    </Centred>
  );
}
