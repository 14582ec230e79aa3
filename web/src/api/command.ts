// A write: one key for each opening of its form, kept when it is tried again, new once it is done. So a click too many
// or a lost answer never does a thing twice.
import { useState } from 'react';
import { useMutation, useQueryClient, type QueryKey } from '@tanstack/react-query';
import { newKey } from './client';
import { problemOf, type ApiProblem } from './problem';

interface Options<Output> {
  /** What the write makes stale. */
  stale?: readonly QueryKey[];
  done?: (output: Output) => void;
}

export interface Command<Input, Output> {
  send: (input: Input) => void;
  isBusy: boolean;
  problem: ApiProblem | undefined;
  output: Output | undefined;
  /** Forgets the last outcome and begins a new command. */
  reset: () => void;
}

export function useCommand<Input, Output>(
  run: (input: Input, headers: { 'Idempotency-Key': string }) => Promise<Output>,
  { stale = [], done }: Options<Output> = {},
): Command<Input, Output> {
  const [key, setKey] = useState(newKey);
  const queries = useQueryClient();
  const mutation = useMutation({
    mutationFn: (input: Input) => run(input, { 'Idempotency-Key': key }),
    onSuccess: (output) => {
      setKey(newKey());
      for (const queryKey of stale) void queries.invalidateQueries({ queryKey });
      done?.(output);
    },
  });
  return {
    send: (input) => {
      if (!mutation.isPending) mutation.mutate(input);
    },
    isBusy: mutation.isPending,
    problem: mutation.error ? problemOf(mutation.error) : undefined,
    output: mutation.data,
    reset: () => {
      setKey(newKey());
      mutation.reset();
    },
  };
}
