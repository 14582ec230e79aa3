// A text with the numbers of its lines, to be read.
import classes from './tariff.module.css';

const NONE: ReadonlySet<number> = new Set();

export function Gutter({ lines, wrong = NONE }: { lines: number; wrong?: ReadonlySet<number> }) {
  return (
    <div className={classes.gutter} aria-hidden="true">
      {Array.from({ length: lines }, (_, at) => (
        <div key={at} data-wrong={wrong.has(at + 1)}>
          {at + 1}
        </div>
      ))}
    </div>
  );
}

export const linesOf = (text: string): number => text.split('\n').length;

export function NumberedText({ label, text }: { label: string; text: string }) {
  return (
    <div className={classes.frame} dir="ltr" tabIndex={0} role="region" aria-label={label}>
      <Gutter lines={linesOf(text)} />
      <pre className={classes.text}>{text}</pre>
    </div>
  );
}
