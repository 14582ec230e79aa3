// Renders a part of a page as the program would: with theme, language and queries.
import { Suspense, type ReactNode } from 'react';
import { act, render, type RenderResult } from '@testing-library/react';
import { MantineProvider } from '@mantine/core';
import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { theme } from './app/theme';
import { LANGUAGES } from './text/languages';
import { LocaleProvider } from './text/locale';
import { startTexts } from './text/text';

export async function renderPart(part: ReactNode, code = 'en'): Promise<RenderResult> {
  const choice = LANGUAGES.find((each) => each.code === code);
  if (!choice) throw new Error(`no language ${code}`);
  await startTexts(choice.language);
  return act(() =>
    Promise.resolve(
      render(
        <LocaleProvider first={choice}>
          <MantineProvider theme={theme} env="test">
            <QueryClientProvider client={new QueryClient()}>
              <Suspense>{part}</Suspense>
            </QueryClientProvider>
          </MantineProvider>
        </LocaleProvider>,
      ),
    ),
  );
}
