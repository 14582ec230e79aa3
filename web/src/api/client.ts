// The server's API, typed by its contract. Every answer is either the promised data or a thrown ApiProblem.
import createClient from 'openapi-fetch';
import { problemOf, problemOfReply } from './problem';
import type { components, paths } from './schema';

export type Schemas = components['schemas'];

// Of the session, as `GET /me` gave it; writes carry it.
let csrf = '';
export const setCsrf = (token: string): void => {
  csrf = token;
};

// `fetch` is looked up at each call, so that tests can put another one in its place.
export const api = createClient<paths>({
  baseUrl: `${globalThis.location.origin}/api/v1`,
  fetch: (request) => globalThis.fetch(request),
});
api.use({
  onRequest({ request }) {
    if (request.method !== 'GET' && csrf !== '') request.headers.set('X-CSRF-Token', csrf);
    return request;
  },
});

interface Answer<Data> {
  data?: Data;
  error?: unknown;
  response: Response;
}

/** The data of an answer. Use: `await dataOf(api.GET('/me'))`. */
export async function dataOf<Data>(asking: Promise<Answer<Data>>): Promise<Data> {
  let answer: Answer<Data>;
  try {
    answer = await asking;
  } catch (error) {
    throw problemOf(error);
  }
  if (!answer.response.ok) throw problemOfReply(answer.response.status, answer.error);
  return answer.data as Data;
}

/** A random UUID; crypto.randomUUID is there only on https and localhost. */
export function newKey(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x40;
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join('');
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
}
