// Keys that work on every page: Ctrl+K searches, ? shows the list, g and a letter go to a page of the navigation.
import { useEffect, useRef } from 'react';
import { useNavigate } from '@tanstack/react-router';
import { addressOfEntry, useEntries } from './navigation';
import { useShownUtility } from './utility';

interface Actions {
  search: () => void;
  help: () => void;
}

const isTyping = (target: EventTarget | null): boolean =>
  target instanceof HTMLElement && (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName));

export function useShortcuts({ search, help }: Actions): void {
  const entries = useEntries();
  const utility = useShownUtility();
  const navigate = useNavigate();
  const isGoing = useRef(false);
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === 'k') {
        event.preventDefault();
        search();
        return;
      }
      if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return;
      const target = isGoing.current ? entries.find((entry) => entry.key === event.key) : undefined;
      isGoing.current = event.key === 'g';
      if (target && utility !== undefined) void navigate({ to: addressOfEntry(utility, target) });
      else if (event.key === '?') help();
    };
    document.addEventListener('keydown', onKey);
    return () => document.removeEventListener('keydown', onKey);
  }, [entries, utility, navigate, search, help]);
}
