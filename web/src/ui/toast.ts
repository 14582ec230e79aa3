// Says for a few seconds that something is done. What went wrong is never a toast, but a banner that stays.

type Show = (message: string) => void;

let show: Show | undefined;
let onFirst: Show | undefined;

/** Where toasts appear tells here how; until it is there, the first one calls for it. */
export const toastPlace = {
  callWith(call: Show): void {
    onFirst = call;
  },
  isReady(ready: Show): void {
    show = ready;
  },
};

export function toast(message: string): void {
  (show ?? onFirst)?.(message);
}
