// Where toasts appear. It comes with the first one, so that no page waits for it.
import { Suspense, lazy, useEffect, useState } from 'react';
import { toastPlace } from './toast';

const Toasts = lazy(() => import('./toasts').then((module) => ({ default: module.Toasts })));

export function ToastPlace() {
  const [first, setFirst] = useState<string>();
  useEffect(() => toastPlace.callWith(setFirst), []);
  return first === undefined ? null : (
    <Suspense>
      <Toasts first={first} />
    </Suspense>
  );
}
