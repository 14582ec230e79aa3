// What went wrong, in one shape: what the server refused (RFC 9457), or that it could not be asked.
import type { components } from './schema';

type ProblemBody = components['schemas']['Problem'];

export class ApiProblem extends Error {
  readonly status: number; // 0: no answer came
  readonly kind: string; // stable: "unknown_account"
  readonly field: string | undefined; // of the form: "amount"
  readonly requestId: string | undefined;

  constructor(status: number, kind: string, sentence: string, where: { field?: string; requestId?: string } = {}) {
    super(sentence);
    this.name = 'ApiProblem';
    this.status = status;
    this.kind = kind;
    this.field = where.field;
    this.requestId = where.requestId;
  }

  /** Asking again the same may help: nobody answered, or the server was overloaded. */
  get isPassing(): boolean {
    return this.status === 0 || this.status === 429 || this.status >= 502;
  }
}

const isBody = (value: unknown): value is ProblemBody =>
  typeof value === 'object' && value !== null && 'type' in value && 'detail' in value;

/** "body.values[0].register" is the field "values[0].register". */
const fieldOf = (where: string) => where.replace(/^(body|query|path|header)\./, '');

/** The problem of a reply that is none of the promised ones. */
export function problemOfReply(status: number, body: unknown): ApiProblem {
  if (!isBody(body)) return new ApiProblem(status, 'unexpected', `The server answered with status ${status}.`);
  return new ApiProblem(status, body.type.replace(/^urn:mainspring:problem:/, ''), body.detail, {
    ...(body.field === undefined ? {} : { field: fieldOf(body.field) }),
    ...(body.request_id === undefined ? {} : { requestId: body.request_id }),
  });
}

/** Whatever was thrown while asking, as a problem. A bug of ours stays what it is. */
export function problemOf(error: unknown): ApiProblem {
  if (error instanceof ApiProblem) return error;
  if (error instanceof TypeError) return new ApiProblem(0, 'unreachable', 'The server cannot be reached.');
  return new ApiProblem(0, 'unexpected', error instanceof Error ? error.message : String(error));
}

/** The session is over. A wrong password is 401 too, but says so. */
export const isSignedOut = (error: unknown): boolean => error instanceof ApiProblem && error.kind === 'not_signed_in';
