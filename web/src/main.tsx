import './ui/mantine.css';
import './ui/page_colours.css';
import { StrictMode, Suspense } from 'react';
import { createRoot } from 'react-dom/client';
import { MantineProvider } from '@mantine/core';
import { QueryClientProvider } from '@tanstack/react-query';
import { RouterProvider } from '@tanstack/react-router';
import { makeQueries } from './app/queries';
import { makeRouter } from './app/router';
import { theme } from './app/theme';
import { firstChoice } from './text/languages';
import { ToastPlace } from './ui/toast_place';
import { LocaleProvider } from './text/locale';
import { startTexts } from './text/text';

const first = firstChoice();
const queries = makeQueries(() => {
  const next = router.state.location.href;
  if (!next.startsWith('/sign-in')) void router.navigate({ to: '/sign-in', search: { next } });
});
const router = makeRouter(queries);
// A new page begins at its top; another tab of the same page stays where it is.
router.subscribe('onResolved', ({ pathChanged }) => {
  if (pathChanged) globalThis.scrollTo(0, 0);
});

await startTexts(first.language);
createRoot(document.getElementById('root') ?? document.body).render(
  <StrictMode>
    <LocaleProvider first={first}>
      <MantineProvider theme={theme} defaultColorScheme="auto">
        <ToastPlace />
        <QueryClientProvider client={queries}>
          <Suspense>
            <RouterProvider router={router} />
          </Suspense>
        </QueryClientProvider>
      </MantineProvider>
    </LocaleProvider>
  </StrictMode>,
);
