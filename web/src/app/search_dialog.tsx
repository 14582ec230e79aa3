// One search over everything, from anywhere: type, choose with the arrow keys, Enter.
import { useState, type KeyboardEvent } from 'react';
import { Modal, Text, TextInput, VisuallyHidden } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { api, dataOf, type Schemas } from '../api/client';
import { problemOf } from '../api/problem';
import { useSharedText } from '../text/text';
import { Icon } from '../ui/icons';
import { ProblemBanner } from '../ui/problem_view';
import classes from './frame.module.css';

type Hit = Schemas['Hit'];

/** Where a hit leads: a bill to its page, everything else to the customer, opened at the place of the hit. */
export function addressOf(hit: Hit): string | undefined {
  const utility = `/u/${encodeURIComponent(hit.utility)}`;
  if (hit.kind === 'bill' && hit.bill !== undefined) return `${utility}/bills/${encodeURIComponent(hit.bill)}`;
  if (hit.account === undefined) return undefined;
  const point = hit.service_point === undefined ? '' : `&point=${encodeURIComponent(hit.service_point)}`;
  const place = hit.kind === 'account' ? '' : `?tab=meters${point}`;
  return `${utility}/accounts/${encodeURIComponent(hit.account)}${place}`;
}

function useHits(text: string) {
  const [q] = useDebouncedValue(text.trim(), 150);
  const asked = useQuery({
    queryKey: ['search', q],
    queryFn: ({ signal }) => dataOf(api.GET('/search', { params: { query: { q, limit: 20 } }, signal })),
    enabled: q !== '',
    placeholderData: keepPreviousData,
  });
  const isCurrent = q === text.trim() && !asked.isPlaceholderData && !asked.isFetching;
  return { hits: q === '' ? [] : (asked.data?.items ?? []), isCurrent, error: asked.error };
}

function HitRow({ hit, id, isChosen, onOpen }: { hit: Hit; id: string; isChosen: boolean; onOpen: () => void }) {
  const t = useSharedText();
  return (
    <li
      id={id}
      role="option"
      aria-selected={isChosen}
      className={classes.hit}
      onClick={onOpen}
      ref={(element) => {
        if (isChosen) element?.scrollIntoView({ block: 'nearest' });
      }}
    >
      <span className={classes.kind}>{t(`hit_${hit.kind}`)}</span>
      <bdi>{hit.title}</bdi>
      {hit.detail !== undefined && <bdi className={classes.detail}>{hit.detail}</bdi>}
    </li>
  );
}

/** Opens at once and has the focus at once: nothing that is typed after Ctrl+K gets lost. */
export function SearchDialog({ onClose }: { onClose: () => void }) {
  const t = useSharedText();
  const navigate = useNavigate();
  const [text, setText] = useState('');
  const [chosen, setChosen] = useState(0);
  const { hits, isCurrent, error } = useHits(text);
  const at = Math.min(chosen, hits.length - 1);
  const open = (hit: Hit | undefined) => {
    const to = hit && addressOf(hit);
    if (to === undefined) return;
    onClose();
    void navigate({ to });
  };
  const onKey = (event: KeyboardEvent) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step !== undefined && hits.length > 0) {
      event.preventDefault();
      setChosen((at + step + hits.length) % hits.length);
    } else if (event.key === 'Enter' && isCurrent) {
      event.preventDefault();
      open(hits[at]);
    }
  };
  const none = isCurrent && text.trim() !== '' && hits.length === 0 && !error;
  return (
    <Modal
      opened
      onClose={onClose}
      title={t('search')}
      size="lg"
      transitionProps={{ duration: 0 }}
      closeButtonProps={{ 'aria-label': t('close') }}
    >
      <TextInput
        autoFocus
        data-autofocus
        role="combobox"
        aria-expanded={hits.length > 0}
        aria-controls="hits"
        aria-autocomplete="list"
        aria-label={t('search_label')}
        aria-activedescendant={hits[at] ? `hit-${at}` : undefined}
        placeholder={t('search_label')}
        leftSection={<Icon name="search" />}
        value={text}
        maxLength={100}
        autoComplete="off"
        spellCheck={false}
        onKeyDown={onKey}
        onChange={(event) => {
          setText(event.currentTarget.value);
          setChosen(0);
        }}
      />
      <ProblemBanner problem={error ? problemOf(error) : undefined} />
      <VisuallyHidden role="status">
        {isCurrent && hits.length > 0 ? t('search_count', { count: hits.length }) : ''}
      </VisuallyHidden>
      <ul id="hits" role="listbox" aria-label={t('search')} className={classes.hits} hidden={hits.length === 0}>
        {hits.map((hit, index) => (
          <HitRow
            key={`${hit.kind} ${hit.title} ${index}`}
            hit={hit}
            id={`hit-${index}`}
            isChosen={index === at}
            onOpen={() => open(hit)}
          />
        ))}
      </ul>
      <Text size="sm" mt="sm" c="dimmed" role={none ? 'status' : undefined}>
        {none ? t('search_none', { text: text.trim() }) : text.trim() === '' ? t('search_begin') : t('search_hint')}
      </Text>
    </Modal>
  );
}
