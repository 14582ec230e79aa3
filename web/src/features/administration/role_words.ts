// Roles by their name in the reader's language.
import { useQuery } from '@tanstack/react-query';
import type { Schemas } from '../../api/client';
import { useLocale } from '../../text/locale';
import { rolesQuery } from './queries';

export function nameOfRole(role: Schemas['Role'], language: string): string {
  return role.name[language] ?? role.name['en'] ?? role.role;
}

export function useRoleName(): (code: string) => string {
  const { choice } = useLocale();
  const roles = useQuery(rolesQuery);
  return (code) => {
    const found = roles.data?.items.find((each) => each.role === code);
    return found ? nameOfRole(found, choice.language) : code;
  };
}
