import type { SameKeys } from '../../../text/text';
import type { identity } from './en';

export const zh: SameKeys<typeof identity> = {
  sign_in: '登录',
  user: '用户',
  password: '密码',
  code: '第二因素验证码',
  code_hint: '身份验证器上的六位数字，或恢复码。',
  appearance: '语言和配色',
};
