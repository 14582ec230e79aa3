// A tariff as text, checked while it is written: errors with their place, the examples with what they come to.
import { useRef, useState } from 'react';
import { Button, FileButton } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { api, dataOf, type Schemas } from '../../api/client';
import { useCommand } from '../../api/command';
import { may, useMe } from '../../app/session';
import { useUtility } from '../../app/utility';
import { Asked } from '../../ui/asked';
import { Page } from '../../ui/page';
import { ProblemBanner } from '../../ui/problem_view';
import { toast } from '../../ui/toast';
import { CheckView } from './check_view';
import { Gutter, linesOf } from './numbered_text';
import { checkQuery, versionQuery } from './queries';
import classes from './tariff.module.css';
import { useText } from './text';

const route = getRouteApi('/frame/u/$utility/tariff-editor');
const PAUSE = 400; // milliseconds without a key until the text is checked

/** Where a line and column of the check are in the text. Columns count characters, not the halves of JavaScript. */
export function placeOf(text: string, line: number, column: number): number {
  const lines = text.split('\n');
  const before = lines.slice(0, line - 1).reduce((sum, each) => sum + each.length + 1, 0);
  const chars = Array.from(lines[line - 1] ?? '').slice(0, Math.max(0, column - 1));
  return Math.min(before + chars.join('').length, text.length);
}

function Editor({ first }: { first: string }) {
  const t = useText();
  const me = useMe();
  const { code } = useUtility();
  const navigate = route.useNavigate();
  const [text, setText] = useState(first);
  const [fileName, setFileName] = useState<string>();
  const area = useRef<HTMLTextAreaElement>(null);
  const [asked] = useDebouncedValue(text, PAUSE);
  const check = useQuery({ ...checkQuery(asked), enabled: asked.trim() !== '' });
  const wrong = new Set(check.data?.problems.map((each) => each.line));
  const keep = useCommand(
    (body: Schemas['TariffText'], header) => dataOf(api.POST('/tariffs', { params: { header }, body })),
    {
      stale: [['tariffs'], ['tariff']],
      done: ({ tariff, version }) => {
        toast(t('kept'));
        void navigate({ to: '/u/$utility/tariffs/$tariff/$version', params: { utility: code, tariff, version } });
      },
    },
  );
  const change = (typed: string) => {
    if (keep.problem) keep.reset();
    setText(typed);
  };
  const open = async (file: File | null) => {
    if (!file) return;
    change(await file.text());
    setFileName(file.name);
  };
  const goTo = (line: number, column: number) => {
    const at = placeOf(text, line, column);
    area.current?.focus();
    area.current?.setSelectionRange(at, at);
  };
  return (
    <Page
      title={t('editor')}
      detail={t('editor_hint')}
      actions={
        <>
          <FileButton accept=".yaml,.yml,text/yaml" onChange={(file) => void open(file)}>
            {(props) => (
              <Button variant="default" {...props}>
                {t('open_file')}
              </Button>
            )}
          </FileButton>
          {may(me, 'change tariffs') && (
            <Button
              loading={keep.isBusy}
              disabled={text.trim() === ''}
              onClick={() => keep.send({ text, ...(fileName === undefined ? {} : { file_name: fileName }) })}
            >
              {t('keep')}
            </Button>
          )}
        </>
      }
    >
      <ProblemBanner problem={keep.problem} />
      <div className={classes.workbench}>
        <div className={classes.frame} dir="ltr">
          <Gutter lines={linesOf(text)} wrong={wrong} />
          <textarea
            ref={area}
            className={classes.input}
            aria-label={t('text')}
            spellCheck={false}
            autoCapitalize="none"
            autoComplete="off"
            wrap="off"
            placeholder={t('start_text')}
            rows={Math.max(20, linesOf(text))}
            maxLength={1000000}
            value={text}
            onChange={(event) => change(event.currentTarget.value)}
          />
        </div>
        <CheckView
          check={check}
          isStale={asked !== text || check.isFetching}
          isEmpty={text.trim() === ''}
          onGoTo={goTo}
        />
      </div>
    </Page>
  );
}

function FromVersion({ tariff, version }: { tariff: string; version: string }) {
  return (
    <Asked query={useQuery(versionQuery({ tariff, version }))} lines={10}>
      {(data) => <Editor first={data.text} />}
    </Asked>
  );
}

export function EditorPage() {
  const { tariff, version } = route.useSearch();
  if (tariff === undefined || version === undefined) return <Editor first="" />;
  return <FromVersion key={`${tariff} ${version}`} tariff={tariff} version={version} />;
}
