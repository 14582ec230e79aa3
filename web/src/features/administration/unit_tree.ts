// The units in the order of the tree, each with how deep it hangs.
import type { Schemas } from '../../api/client';

type Unit = Schemas['Unit'];

export interface Placed {
  unit: Unit;
  depth: number;
}

export function inTree(units: readonly Unit[]): Placed[] {
  const codes = new Set(units.map((each) => each.unit));
  const below = (parent: string | undefined, depth: number): Placed[] =>
    units
      // A unit whose parent the reader may not see stands at the top.
      .filter((each) =>
        parent === undefined ? each.parent === undefined || !codes.has(each.parent) : each.parent === parent,
      )
      .flatMap((unit) => [{ unit, depth }, ...below(unit.unit, depth + 1)]);
  return below(undefined, 0);
}
