import { describe, expect, it } from 'vitest';
import { inTree } from './unit_tree';

const unit = (code: string, parent?: string) => ({
  unit: code,
  name: code,
  utility: 'u',
  ...(parent === undefined ? {} : { parent }),
});

describe('inTree', () => {
  it('puts every unit below its parent', () => {
    const placed = inTree([unit('north', 'root'), unit('root'), unit('south', 'root'), unit('hill', 'north')]);
    expect(placed.map((each) => `${each.depth} ${each.unit.unit}`)).toEqual(['0 root', '1 north', '2 hill', '1 south']);
  });
  it('loses no unit whose parent is not seen', () => {
    expect(inTree([unit('north', 'hidden')]).map((each) => each.unit.unit)).toEqual(['north']);
  });
});
