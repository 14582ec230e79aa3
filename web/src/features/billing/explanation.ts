// The proof of a bill as the server explains it (docs/BILLING.md says what each part is). The contract leaves the inside
// of the sections open; these are the parts that are shown.

export interface ProvenRead {
  on: string;
  source: 'bill before' | 'read' | 'estimate';
  read_at?: string;
  version?: number;
  quality?: string;
  values_by_register: Record<string, string>;
}

export interface Advance {
  serial: string;
  register: number;
  stream: string;
  from: string;
  to: string;
  previous: string;
  current: string;
  rolled_over: boolean;
  multiplier: string;
  metered: string;
  metered_unit: string;
  volume_factor?: string;
  calorific_value?: string;
  billed: string;
}

export interface Maximum {
  serial: string;
  register: number;
  stream: string;
  from: string;
  to: string;
  value: string;
  multiplier: string;
  demand: string;
  unit: string;
}

export interface ProvenMeter {
  device_id: number;
  installed_from: string;
  version: number;
  reads: ProvenRead[];
  advances: Advance[];
  maxima?: Maximum[];
}

export interface Channel {
  serial: string;
  register: number;
  stream: string;
  values: number;
  estimated_by_line: number;
  estimated_by_like_day: number;
  rows: { start: string; version: number }[];
}

export interface Segment {
  from: string;
  to: string;
  tariff_version: string;
  season?: string;
}

export interface ProvenLine {
  charge: string;
  kind: string;
  name: string;
  tariff_version: string;
  from?: string;
  to?: string;
  tier?: number;
  period?: string;
  power_factor?: string;
  base?: string;
  carried?: string;
  minimum?: string;
  maximum?: string;
  quantity?: string;
  unit?: string;
  price?: string;
  times?: string;
  exact?: string;
  rounding: { mode: string; step: string };
  amount: string;
  posting: { receivable: string; account: string };
}

export interface ProvenSection {
  service_point?: string;
  address?: string;
  from: string;
  to: string;
  estimated: boolean;
  final: boolean;
  agreement_versions: { valid_from: string; version: number; facts?: string }[];
  tariffs: { tariff: string; version: string; id: number; effective: string }[];
  meters: ProvenMeter[];
  channels: Channel[];
  prices?: { name: string; date: string; version: number }[];
  inputs?: { name: string; month: string; version: number }[];
  quantity: string;
  unit: string;
  segments: Segment[];
  lines: ProvenLine[];
  total: string;
}

/** What makes lines of two bills the same charge: the clause and the part of it, not the days. */
export const keyOfLine = (line: ProvenLine): string => [line.charge, line.tier ?? '', line.period ?? ''].join(' ');

export interface Pair {
  key: string;
  old: ProvenLine | undefined;
  now: ProvenLine | undefined;
}

/** The lines of two versions of a section beside each other, in the order of the new one. */
export function pairsOf(old: readonly ProvenLine[], now: readonly ProvenLine[]): Pair[] {
  const waiting = [...old];
  const pairs: Pair[] = now.map((line) => {
    const key = keyOfLine(line);
    const at = waiting.findIndex((each) => keyOfLine(each) === key);
    return { key, old: at < 0 ? undefined : waiting.splice(at, 1)[0], now: line };
  });
  return [...pairs, ...waiting.map((line): Pair => ({ key: keyOfLine(line), old: line, now: undefined }))];
}

const amounts = (line: ProvenLine | undefined) =>
  [line?.quantity, line?.price, line?.base, line?.power_factor, line?.amount].join(' ');
export const isChanged = ({ old, now }: Pair): boolean => amounts(old) !== amounts(now);
