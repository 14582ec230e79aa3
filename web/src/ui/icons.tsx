// The few signs of the interface, drawn here. They are decoration: the words beside them, or a label, say what is meant.

const PATHS = {
  search: 'M10 4a6 6 0 1 0 0 12 6 6 0 0 0 0-12M14.500 14.500 20 20',
  home: 'M4 11 12 4l8 7M6 10v10h4v-6h4v6h4V10',
  person: 'M12 12a4 4 0 1 0 0-8 4 4 0 0 0 0 8M4 21c0-4 3.500-6 8-6s8 2 8 6',
  bill: 'M6 3h12v18l-3-2-3 2-3-2-3 2zM9 8h6M9 12h6',
  cash: 'M3 6h18v12H3zM12 9.500a2.500 2.500 0 1 0 0 5 2.500 2.500 0 0 0 0-5M6 9v.01M18 15v.01',
  meter: 'M5 20a9 9 0 1 1 14 0zM12 14l4-5M8 20h8',
  book: 'M5 4h13v16H5zM9 4v16M12 8h4M12 12h4',
  run: 'M5 5h14v14H5zM5 10h14M10 10v9',
  price: 'M4 12V4h8l8 8-8 8zM8 8v.01',
  chart: 'M4 4v16h16M8 16v-4M12 16V8M16 16v-6',
  gear: 'M12 9a3 3 0 1 0 0 6 3 3 0 0 0 0-6M12 3v3M12 18v3M3 12h3M18 12h3M5.600 5.600l2.100 2.100M16.300 16.300l2.100 2.100M5.600 18.400l2.100-2.100M16.300 7.700l2.100-2.100',
  people: 'M9 11a3 3 0 1 0 0-6 3 3 0 0 0 0 6M3 19c0-3 2.500-5 6-5s6 2 6 5M16 5a3 3 0 0 1 0 6M18 14c2 .7 3 2.500 3 5',
  sun: 'M12 8a4 4 0 1 0 0 8 4 4 0 0 0 0-8M12 2v2M12 20v2M2 12h2M20 12h2M5 5l1.500 1.500M17.500 17.500 19 19M5 19l1.500-1.500M17.500 6.500 19 5',
  moon: 'M20 14.500A8.500 8.500 0 1 1 9.500 4 7 7 0 0 0 20 14.500z',
  language: 'M3 5h10M8 3v2M5 5c0 4 3 7 7 8M11 5c0 4-3 7-8 8M12 21l4-10 4 10M13.500 17h5',
  keyboard: 'M3 6h18v12H3zM7 10v.01M11 10v.01M15 10v.01M17 14v.01M7 14v.01M10 14h4',
  signOut: 'M14 4h5v16h-5M4 12h10M10 8l4 4-4 4',
  next: 'M9 5l7 7-7 7',
  back: 'M15 5l-7 7 7 7',
  down: 'M5 9l7 7 7-7',
  warning: 'M12 4 2.500 20h19zM12 10v4M12 17v.01',
  done: 'M4 12l5 5L20 6',
  print: 'M7 9V4h10v5M5 9h14v8h-3M8 17H5M8 14h8v6H8z',
  note: 'M5 4h14v10l-5 6H5zM14 20v-6h5',
  close: 'M6 6l12 12M18 6 6 18',
  menu: 'M4 7h16M4 12h16M4 17h16',
} as const;

export type IconName = keyof typeof PATHS;

/** Turns with the direction of reading where it points somewhere. */
export function Icon({ name, size = 18 }: { name: IconName; size?: number }) {
  const turns = name === 'next' || name === 'back' || name === 'signOut';
  return (
    <svg
      width={size}
      height={size}
      viewBox="0 0 24 24"
      fill="none"
      stroke="currentColor"
      strokeWidth={1.8}
      strokeLinecap="round"
      strokeLinejoin="round"
      aria-hidden="true"
      data-turns={turns}
      className="icon"
    >
      <path d={PATHS[name]} />
    </svg>
  );
}
