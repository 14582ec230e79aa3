import type { SameKeys } from '../../../text/text';
import type { dashboard } from './en';

export const zh: SameKeys<typeof dashboard> = {
  as_of: '{{month}}及当前数据',
  month: '月份',
  billed_in: '{{month}}出账',
  paid_in: '{{month}}收款',
  owed_now: '客户当前欠费',
  accounts: '户数',
  held_back_last: '上一批次暂缓',
  held_back: '暂缓',
  billed: '出账',
  paid: '收款',
  owed: '欠费',
  unit: '单位',
  parts: '下级单位',
  no_parts: '没有下级单位',
  no_parts_hint: '已是组织树的末级。',
  to_above: '到上级单位',
  months: '近十二个月',
  chart: '近十二个月的出账与收款；表格内容相同。',
  choose_unit: '选择单位',
  choose_unit_hint: '您无权查看所请求的单位，请选择您所在的单位。',
};
