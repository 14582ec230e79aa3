export const identity = {
  sign_in: 'Sign in',
  user: 'User',
  password: 'Password',
  code: 'Code of the second factor',
  code_hint: 'Six digits of your authenticator, or a recovery code.',
  appearance: 'Language and colours',
} as const;
