/** An address, a line each. */
export function Address({ lines }: { lines: readonly string[] | undefined }) {
  if (!lines || lines.length === 0) return <>–</>;
  return (
    <>
      {lines.map((line, at) => (
        <div key={`${at} ${line}`}>
          <bdi>{line}</bdi>
        </div>
      ))}
    </>
  );
}
