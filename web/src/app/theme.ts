import {
  Alert,
  Anchor,
  Badge,
  Button,
  SegmentedControl,
  Table,
  DEFAULT_THEME,
  createTheme,
  type MantineColorsTuple,
} from '@mantine/core';

// Mantine's shade 8 of these is too pale on white for words.
const darker = (name: 'orange' | 'teal' | 'red', shade: string): MantineColorsTuple =>
  DEFAULT_THEME.colors[name].map((colour, at) => (at === 8 ? shade : colour)) as unknown as MantineColorsTuple;

// Shade 8 keeps white on colour, and colour on white, above the contrast of WCAG AA.
export const theme = createTheme({
  primaryColor: 'blue',
  primaryShade: { light: 8, dark: 8 },
  colors: { orange: darker('orange', '#a33c00'), teal: darker('teal', '#07664b'), red: darker('red', '#b91c1c') },
  autoContrast: true,
  defaultRadius: 'sm',
  cursorType: 'pointer',
  respectReducedMotion: true,
  fontFamily: 'system-ui, -apple-system, "Segoe UI", "Noto Sans", "Noto Sans CJK SC", "Microsoft YaHei", sans-serif',
  headings: {
    fontWeight: '600',
    sizes: { h1: { fontSize: '1.400rem' }, h2: { fontSize: '1.100rem' }, h3: { fontSize: '1rem' } },
  },
  components: {
    Alert: Alert.extend({ defaultProps: { variant: 'outline' } }),
    Anchor: Anchor.extend({ defaultProps: { underline: 'hover' } }),
    Badge: Badge.extend({
      defaultProps: { variant: 'outline', radius: 'sm', tt: 'none', fw: 500, miw: 'max-content' },
    }),
    Button: Button.extend({ defaultProps: { size: 'sm' } }),
    // Words half faded while the choice moves are below the contrast that reading needs.
    SegmentedControl: SegmentedControl.extend({ defaultProps: { transitionDuration: 0 } }),
    Table: Table.extend({ defaultProps: { verticalSpacing: 6, horizontalSpacing: 'sm', highlightOnHover: true } }),
  },
});
